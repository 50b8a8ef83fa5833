"""Timings of the whole night beside a floor; never part of the tests."""
