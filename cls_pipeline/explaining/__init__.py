"""A figure walked back to what was delivered. Reads the warehouse and changes nothing; counts, never who."""
