"""The statistics that SQL should not do: control limits, breaks, links. Reading and writing do not belong here."""
