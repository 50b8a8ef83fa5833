"""What is open on a day, what it costs a week, and ends that a closing system gave to all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from cls_pipeline.cutover.packages import open_on, packages_table, paid_on, reopened, weekly_cost
from cls_pipeline.registry import Registry

DAY = date(2024, 3, 31)
SCHEMA = {
    "service_type": pl.String(), "start_date": pl.Date(), "end_date": pl.Date(), "unit_cost": pl.Decimal(18, 6),
    "cost_frequency": pl.String(), "planned_units_per_week": pl.Float64(),
}  # fmt: skip
USUAL = {"service_type": "long_term_community", "start_date": date(2023, 1, 1), "end_date": None,
         "unit_cost": Decimal(100), "cost_frequency": "weekly", "planned_units_per_week": None}  # fmt: skip


def services(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([USUAL | row for row in rows], schema=SCHEMA)


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        (date(2024, 3, 31), None, True),
        (date(2024, 4, 1), None, False),
        (date(2024, 1, 1), date(2024, 3, 31), False),
        (date(2024, 1, 1), date(2024, 4, 1), True),
    ],
)
def test_open_is_what_started_by_the_day_and_has_not_ended_by_it(start: date, end: date | None, is_open: bool) -> None:
    assert open_on(services({"start_date": start, "end_date": end}), DAY).height == is_open


def test_a_last_day_is_paid_for_unless_the_next_for_the_same_begins_on_it() -> None:
    held = pl.DataFrame(
        [
            ("ann", "home", date(2023, 4, 1), DAY, True),
            ("bob", "home", date(2023, 4, 1), DAY, False),
            ("bob", "home", DAY, None, True),
            ("bob", "meals", DAY, DAY, True),
            ("cat", "home", date(2023, 4, 1), date(2024, 3, 30), False),
            ("cat", "home", date(2024, 4, 1), None, False),
        ],
        schema=["person_key", "service_component", "start_date", "end_date", "is_paid"],
        orient="row",
    )
    assert paid_on(held, DAY).rows() == held.filter("is_paid").rows()


@pytest.mark.parametrize(
    ("price", "frequency", "units", "pounds"),
    [
        (100, "weekly", None, 100.0),
        (100, "four_weekly", None, 25.0),
        (20, "hourly", 10.5, 210.0),
        (20, "hourly", None, None),
        (20, "per_session", 3.0, 60.0),
        (50, "daily", 7.0, 350.0),
        (1000, "annually", None, 19.1649555),
        (500, "one_off", None, None),
        (0, "weekly", None, None),
        (-40, "weekly", None, -40.0),
        (40, None, None, None),
        (None, "weekly", None, None),
    ],
)
def test_a_weekly_cost_is_worked_out_as_the_definition_says(
    registry: Registry, price: int | None, frequency: str | None, units: float | None, pounds: float | None
) -> None:
    row = {
        "unit_cost": None if price is None else Decimal(price),
        "cost_frequency": frequency,
        "planned_units_per_week": units,
    }
    found = services(row).select(weekly_cost(registry)).item()
    assert found is None if pounds is None else found == pytest.approx(pounds)


def test_ends_that_half_of_all_got_on_the_last_day_are_taken_away() -> None:
    frame = services(*[{"end_date": DAY}] * 5, *[{}] * 5, {"end_date": date(2024, 2, 1)})
    opened, closed = reopened(frame, DAY)
    assert (closed, opened["end_date"].to_list()) == (5, [None] * 10 + [date(2024, 2, 1)])


@pytest.mark.parametrize(("ended", "going_on"), [(4, 0), (5, 6)])
def test_fewer_ends_on_the_last_day_stay(ended: int, going_on: int) -> None:
    frame = services(*[{"end_date": DAY}] * ended, *[{}] * going_on)
    opened, closed = reopened(frame, DAY)
    assert closed == 0
    assert opened.equals(frame)


def test_packages_are_counted_and_priced_by_type_with_all_of_them_last(registry: Registry) -> None:
    old = services({}, {}, {"service_type": None, "unit_cost": Decimal(10)})
    new = services({"unit_cost": Decimal(150)}, {"service_type": "st_max"}, {"end_date": DAY})
    assert packages_table(old, new, "service_type", DAY, registry).rows() == [
        ("long_term_community", 2, 1, 200.0, 150.0, -0.25),
        ("not recorded", 1, 0, 10.0, 0.0, -1.0),
        ("st_max", 0, 1, 0.0, 100.0, None),
        ("all", 3, 2, 210.0, 250.0, pytest.approx(40 / 210)),
    ]
