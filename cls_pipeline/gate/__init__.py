"""The gate: what a drafted release is asked before it goes out, and what comes of the answers.

What is asked is data: `suites.yaml` (in words, with its limits) over the frames in `frames/`, with the ranges of units,
the flags, the columns that analysts count on, and what adds up, in the CSV files beside it. Great Expectations judges.
"""
