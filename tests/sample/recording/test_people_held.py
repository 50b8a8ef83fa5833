"""The people of an extract: registered twice, merged, half described."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.recording.people_held import SECOND
from cls_pipeline.sample.recording.spelling import spell
from cls_pipeline.sample.world import Frames

from .conftest import MOVE, Recorded, certainly, recorded

NEW = "alder_case_4"


def _frames(registry: Registry, **sizes: float) -> Frames:
    return recorded(registry, certainly(**sizes), *MOVE).frames[NEW]


def test_national_numbers_are_missing_for_about_the_share(registry: Registry, clean_move: Recorded) -> None:
    people, whole = _frames(registry, national_id_missing=0.2)["person"], clean_move.frames[NEW]["person"]
    lost = people["national_id"].null_count() - whole["national_id"].null_count()
    assert lost / people.height == pytest.approx(0.2, abs=0.03)


def test_births_are_days_unless_only_the_month_is_recorded(registry: Registry) -> None:
    whole, months = _frames(registry)["person"], _frames(registry, birth_month_only=1.0)["person"]
    assert (whole["birth_month"].dt.day() == 1).mean() < 0.1
    assert months["birth_month"].equals(whole["birth_month"].dt.month_start())


def test_some_are_born_on_a_placeholder(registry: Registry) -> None:
    people = _frames(registry, placeholder_births=0.1)["person"]
    assert (people["birth_month"] == date(1900, 1, 1)).mean() == pytest.approx(0.1, abs=0.02)


def test_a_second_registration_takes_over_later_records(registry: Registry) -> None:
    frames = _frames(registry, duplicate_people=0.2)
    second = frames["person"].filter(pl.col("registration") >= SECOND)
    assert second.height > 20
    assert frames["person"]["person_id"].is_unique().all()
    under = frames["service"].filter(pl.col("person_id").is_in(second["person_id"].implode()))
    since = under.join(second.select("person_id", "day"), on="person_id")
    assert since.height > 0
    assert since.filter(pl.col("start_date").cast(pl.Int32) < pl.col("day")).is_empty()
    assert second["national_id"].null_count() / second.height == pytest.approx(0.6, abs=0.2)


def test_merged_registrations_are_one_again(registry: Registry) -> None:
    apart = _frames(registry, duplicate_people=0.2)["person"]
    merged = _frames(registry, duplicate_people=0.2, merged_people=1.0)["person"]
    assert (
        merged.filter(pl.col("registration") >= SECOND).height < apart.filter(pl.col("registration") >= SECOND).height
    )
    assert set(merged["person_number"]) == set(apart["person_number"])


def test_a_surname_tells_a_duplicate_where_somebody_typed_it(registry: Registry) -> None:
    made = recorded(registry, certainly(duplicate_people=0.2, names_with_ids=1.0), *MOVE)
    profile = registry.systems[NEW]
    (layout,) = [one for one in profile.files if one.entity == "person"]
    table = spell(made.frames[NEW]["person"], layout, profile, registry.contracts["person"])
    typed = table.filter(pl.col("SURNAME").str.starts_with("DUPLICATE of "))
    numbers = typed["SURNAME"].str.strip_prefix("DUPLICATE of ")
    assert typed.height > 20 and numbers.is_in(table["PERSON_ID"].implode()).all()
