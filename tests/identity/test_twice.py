"""Somebody whom one system registered twice, and the next brought together, is one person."""

from __future__ import annotations

import polars as pl
from frames import persons
from town import Town, make_town

from cls_pipeline.identity.link import link_people


def test_a_second_registration_is_found_by_the_events_that_the_next_system_holds_under_one_number() -> None:
    made = make_town(Town(seed=107, people=3000, twice=0.0, national_known=1.0, national_wrong=0.0, placeholder=0.0))
    old = made.people.filter(numbering="old")
    busy = made.events.filter(numbering="old").group_by("person_id").len().filter(pl.col("len") >= 6)
    split = old.join(busy, on="person_id", how="semi").sort("person_id")["person_id"][:40]
    again = old.filter(pl.col("person_id").is_in(split.implode())).with_columns(
        pl.format("{} again", "person_id").alias("person_id"), pl.lit(None, pl.String).alias("national_id")
    )
    late = pl.col("event_date") > pl.col("event_date").median().over("numbering", "person_id")
    moved = (pl.col("numbering") == "old") & pl.col("person_id").is_in(split.implode()) & late
    events = made.events.with_columns(
        pl.when(moved).then(pl.format("{} again", "person_id")).otherwise("person_id").alias("person_id")
    )
    found = persons(link_people(pl.concat([made.people, again]), events).links)
    together = sum({f"old/{one}", f"old/{one} again"} <= person for one in split for person in found)
    assert together >= 30
