"""From landed bytes to conformed records and quarantine: read, translate, validate, explain, write."""
