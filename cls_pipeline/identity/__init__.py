"""Who a record is about: pseudonyms now, one person across systems in time. Contracts do not belong here."""
