"""Disclosure control: which figures a release must withhold so that no small count can be worked out from the others.

Functions on frames and arrays. What is read and written is the warehouse's business (`warehouse/disclosure.py`).
"""
