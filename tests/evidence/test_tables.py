"""The evidence on whole frames."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.evidence.tables import FOUND, MEASURED, REACH, find_breaks, measure_breaks, scales_of

from .simulated import MONTHS, Sites, breaks, counted, frame, name, stepped

SITES = Sites((6000.0,) * 9, 6001, ramp=0.0)


def both() -> pl.DataFrame:
    """Requests with a step of 50 % at the first site in month 60, costs without."""
    requests = frame(counted(stepped(SITES.expected(), {0: (60, 0.5)}), 6001))
    costs = frame(100.0 * counted(SITES.expected(), 6002), "costs")
    return pl.concat([requests.with_columns(unit=pl.lit("requests")), costs.with_columns(unit=pl.lit("GBP per week"))])


def declared() -> pl.DataFrame:
    at = breaks({0: 60})
    return pl.concat([at.with_columns(metric_id=pl.lit(metric)) for metric in ("requests", "costs")])


def test_every_break_of_every_metric_is_measured() -> None:
    out = measure_breaks(both(), declared())
    assert dict(out.schema) == dict(MEASURED)
    sizes = dict(out.select("metric_id", "size").iter_rows())
    assert sizes["requests"] == pytest.approx(0.5, abs=0.1)
    assert sizes["costs"] == pytest.approx(0.0, abs=0.06)


def test_overlap_counts_where_there_is_one() -> None:
    months = [date(2021, month, 1) for month in (1, 2, 3)]
    parallel = pl.DataFrame(
        {
            "site_id": [name(0)] * 3,
            "metric_id": ["requests"] * 3,
            "month": [MONTHS[60]] * 3,
            "overlap_month": months,
            "value_old": [100.0, 100.0, 100.0],
            "value_new": [150.0, 150.0, 150.0],
        }
    )
    out = measure_breaks(both(), declared(), parallel)
    assert dict(out.select("metric_id", "method").iter_rows()) == {"requests": "overlap", "costs": "peers"}
    assert out.filter(metric_id="requests").select("size", "verdict").row(0) == (pytest.approx(0.5), "linked")


def test_breaks_of_sites_and_metrics_without_series_are_left_out() -> None:
    unknown = pl.DataFrame({"site_id": ["elm", name(0)], "month": [MONTHS[60]] * 2, "metric_id": ["requests", "beds"]})
    assert measure_breaks(both(), unknown).is_empty()


def test_what_was_not_declared_is_found() -> None:
    found, reach = find_breaks(both(), declared().clear())
    assert (dict(found.schema), dict(reach.schema)) == (dict(FOUND), dict(REACH))
    large = found.filter(pl.col("kind") == "step", pl.col("size") > 0.3)
    assert large.select("metric_id", "site_id", "month").rows() == [("requests", name(0), MONTHS[60])]
    assert reach.height == 18


def test_a_metric_in_two_units_is_a_mistake() -> None:
    mixed = pl.concat([both(), both().head(1).with_columns(unit=pl.lit("people"), month=pl.lit(date(2030, 1, 1)))])
    with pytest.raises(ValueError, match="requests comes in the units people, requests"):
        scales_of(mixed)
