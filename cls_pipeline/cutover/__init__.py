"""The dry run of a coming cutover: a trial export of the new system beside what the old one last delivered.

A functional core on polars frames, in memory: nothing here writes. How it is shown belongs in `cli`.
"""
