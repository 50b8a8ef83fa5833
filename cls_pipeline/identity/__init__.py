"""Who a record is about: pseudonyms, and one person across systems. Contracts and files do not belong here."""
