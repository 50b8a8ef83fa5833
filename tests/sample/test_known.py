"""Later events and ends are not known yet."""

from __future__ import annotations

from datetime import date

import polars as pl

from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.world import World

DAY = date(2025, 3, 31)


def test_no_date_after_the_day_is_known(fife: World) -> None:
    for entity, frame in known_on(fife, DAY).items():
        for name, kind in frame.schema.items():
            if kind == pl.Date:
                assert frame[name].max() <= DAY, (entity, name)


def test_why_a_service_ends_is_not_known_before_it_ends(fife: World) -> None:
    services = known_on(fife, DAY)["service"]
    assert services.filter(pl.col("end_date").is_null())["end_reason"].null_count() > 0
    assert services.filter(pl.col("end_date").is_null() & pl.col("end_reason").is_not_null()).is_empty()


def test_a_service_has_the_price_of_the_day(fife: World) -> None:
    before, after = (known_on(fife, day) for day in (DAY, date(2025, 4, 1)))
    priced = before["service"].join(after["service"], on="service_id", suffix="_after")
    still_open = priced.filter(
        (pl.col("end") > fife.span.last) & (pl.col("cost_frequency").cast(pl.String) == "weekly")
    )
    uplift = (still_open["unit_cost_after"] / still_open["unit_cost"]).mean()
    assert abs(uplift - 1.05) < 0.001


def test_prices_of_services_are_those_of_their_latest_cost_line(fife: World) -> None:
    known = known_on(fife, DAY)
    latest = known["cost_line"].sort("start").group_by("service_id").agg(pl.col("unit_cost").last().alias("paid"))
    both = known["service"].join(latest, on="service_id")
    assert both.height > 100
    assert both.filter((pl.col("unit_cost") - pl.col("paid")).abs() > 0.005).is_empty()
