"""Deliveries: pulled from a route, landed unchanged, known to the ledger. What they say belongs in `conform`."""
