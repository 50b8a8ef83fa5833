"""Dagster only: assets, checks, jobs, schedules, sensors, the instance; one concept per module.

What is done to data belongs in the other rooms; a function here is mostly one call to them.
"""
