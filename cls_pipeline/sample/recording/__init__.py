"""How local systems record the world and hand over what they hold: tenures, habits, cutovers, extracts, files.

Nothing here changes what is true. Every distortion has a name in `distortions.csv` and can be left out by it.
"""
