"""Codes that a site stopped using for a while, and where their records went."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from cls_pipeline.evidence.code_absence import ABSENCES, Gap, Site, absences
from cls_pipeline.evidence.code_partner import partners

START = date(2020, 1, 1)
DAYS = 1_400
SHARES = {"advice": 0.35, "assessment": 0.40, "declined": 0.05, "other": 0.04, "referred": 0.16}


def _daily(
    merged: dict[str, tuple[str, int, int]], a_day: float = 4.0, seed: int = 3, sites: int = 6, changed: int = 1
) -> pl.DataFrame:
    """Sites with the same shares; at the first, or the first few, codes are recorded as others from a day until a day.

    The first site has a tenth of the records of others that changed too, so that it cannot tell alone.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for site in range(sites):
        of_site = a_day / 10 if changed > 1 and site == 0 else a_day
        for day in range(DAYS):
            counts = dict(zip(SHARES, rng.multinomial(rng.poisson(of_site), list(SHARES.values())), strict=True))
            for code, (into, first, until) in merged.items():
                if site < changed and first <= day < until:
                    counts[into] += counts.pop(code)
                    counts[code] = 0
            rows += [(f"s{site}", START + timedelta(days=day), code, int(n)) for code, n in counts.items() if n]
    schema = {"site_id": pl.String, "day": pl.Date, "code": pl.String, "records": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_where_nobody_merges_codes_none_is_absent() -> None:
    assert absences(_daily({})).is_empty()


def test_an_absence_is_dated_by_the_records_on_either_side() -> None:
    found = absences(_daily({"declined": ("advice", 500, 900)}))
    assert found["site_id"].unique().to_list() == ["s0"] and found["code"].unique().to_list() == ["declined"]
    first, until = found["absent_from"][0], found["absent_until"][0]
    assert timedelta(days=-30) < first - (START + timedelta(days=500)) <= timedelta(0)
    assert timedelta(0) <= until - (START + timedelta(days=899)) < timedelta(days=30)
    assert found["seen_before"][0] and found["seen_after"][0]


def test_the_share_and_its_interval_are_those_outside() -> None:
    found = absences(_daily({"declined": ("advice", 500, 900)}))
    assert found["share"][0] == pytest.approx(0.05, abs=0.012)
    assert found["share_low"][0] < found["share"][0] < found["share_high"][0]
    assert found["due"][0] == pytest.approx(400 * 4 * 0.05, rel=0.3)


@pytest.mark.parametrize("into", ["advice", "other", "referred"])
def test_records_are_found_under_the_code_that_took_them_up(into: str) -> None:
    found = absences(_daily({"declined": (into, 500, 1_100)}, a_day=8.0, seed=5))
    best = found.sort("probability").row(-1, named=True)
    assert (best["recorded_as"], best["probability"] > 0.9) == (into, True)


def test_of_two_that_vanish_together_it_is_told_how_much_each_code_took_up() -> None:
    daily = _daily({"declined": ("advice", 500, 1_100), "other": ("referred", 500, 1_100)}, a_day=10.0, seed=7)
    found = absences(daily).with_columns(moved=pl.col("share") * pl.col("probability"))
    moved = dict(found.group_by("recorded_as").agg(pl.col("moved").sum()).iter_rows())
    assert moved["advice"] == pytest.approx(0.05, abs=0.02)
    assert moved["referred"] == pytest.approx(0.04, abs=0.02)


def _at_the_small_site(changed: int) -> float:
    """The mean probability, over seeds, of the true partner at a site with a record a day."""
    found = []
    for seed in range(7001, 7007):
        told = absences(_daily({"declined": ("advice", 400, 1_000)}, a_day=10.0, seed=seed, sites=9, changed=changed))
        small = told.filter((pl.col("site_id") == "s0") & (pl.col("recorded_as") == "advice"))
        found.append(float(small["probability"].sum()))
    return float(np.mean(found))


def test_what_larger_sites_show_of_a_code_tells_where_it_went_at_a_small_one() -> None:
    assert _at_the_small_site(changed=5) > 0.9


def test_absences_of_which_nothing_can_be_told_do_not_confirm_each_other() -> None:
    counts = np.full(5, 40)
    gap = Gap(place=2, first=100, until=200, seen_before=True, seen_after=True, due=12, outside=40, outside_all=200)
    site = Site("s", 0, np.outer(np.arange(301), counts))
    # No day is compared: codes came into use everywhere at both ends.
    told = partners([(site, [gap])] * 4, [100, 200])
    for (odds,) in told:
        assert odds == pytest.approx([0.25, 0.25, 0, 0.25, 0.25])


def test_a_code_that_goes_out_of_use_everywhere_is_no_sites_doing() -> None:
    daily = _daily({}).filter(~((pl.col("code") == "declined") & (pl.col("day") >= START + timedelta(days=700))))
    assert absences(daily).is_empty()


def test_a_code_that_is_too_rare_to_be_missed_is_not_told() -> None:
    assert absences(_daily({"declined": ("advice", 500, 560)}, a_day=1.0)).is_empty()


def test_no_records_have_no_absences() -> None:
    found = absences(
        pl.DataFrame(schema={"site_id": pl.String, "day": pl.Date, "code": pl.String, "records": pl.Int64})
    )
    assert found.schema == pl.Schema(ABSENCES) and found.is_empty()
