"""Statistics that SQL should not do: breaks, links, contribution. Empty until there is a link to measure."""
