"""Programme against other councils: who is in which group, and the test on a published example."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.evidence.group_comparison import CAVEAT, compare_groups

# Extra hours of sleep under two drugs (Student, Biometrika 6, 1908), ten hours added so that none is below nought. The
# results are those in the manual of R's t.test: t = -1.8608, df = 17.776, p = 0.07939, interval -3.3655 to 0.2055.
FIRST = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SECOND = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


def share(
    site: str, value: float, year: int = 2018, nation: str = "england", requests: int = 1000
) -> dict[str, object]:
    """A council's share of new clients signposted in a financial year, per cent."""
    return {
        "site_id": site, "nation": nation, "metric_id": "signposted", "definition_version": 1, "grain": "year",
        "period_start": date(year, 4, 1), "breakdown": "age_band", "breakdown_value": "18_64",
        "numerator": value * requests / 100, "denominator": float(requests),
    }  # fmt: skip


def compared(shares: list[dict[str, object]], starts: dict[str, date]) -> list[dict[str, object]]:
    table = pl.DataFrame(list(starts.items()), schema={"site_id": pl.String, "start_date": pl.Date}, orient="row")
    return compare_groups(pl.DataFrame(shares), table).rows(named=True)


def sleep() -> tuple[list[dict[str, object]], dict[str, date]]:
    shares = [share(f"a{at}", 10 + value) for at, value in enumerate(FIRST)]
    shares += [share(f"b{at}", 10 + value) for at, value in enumerate(SECOND)]
    return shares, {f"a{at}": date(2016, 1, 1) for at in range(10)}


def test_the_test_is_welchs_as_published() -> None:
    [row] = compared(*sleep())
    assert (row["programme_mean"], row["other_mean"], row["difference"]) == (10.75, 12.33, -1.58)
    assert (row["low"], row["high"]) == (-3.37, 0.21)
    assert row["p_value"] == pytest.approx(0.07939, abs=1e-4)
    assert (row["is_significant"], row["is_shown"]) == (False, True)
    assert row["caveat"] == CAVEAT


def test_a_council_is_of_the_programme_a_year_after_it_began_and_of_the_others_until_it_begins() -> None:
    shares, starts = sleep()
    starts |= {"a0": date(2017, 4, 2), "b0": date(2019, 4, 1), "b1": date(2019, 3, 31)}
    [row] = compared(shares, starts)
    assert (row["programme_councils"], row["other_councils"]) == (9, 9)


def test_nations_and_years_are_compared_apart_and_a_council_of_few_requests_is_left_out() -> None:
    shares, starts = sleep()
    shares += [share("w", 50.0, nation="wales"), share("a1", 50.0, year=2019), share("a99", 99.0, requests=49)]
    found = compared(shares, starts)
    told = {(row["nation"], row["period_start"]): (row["programme_councils"], row["why_not"]) for row in found}
    few = "Fewer than 3 councils in a group."
    assert told == {
        ("england", date(2018, 4, 1)): (10, None),
        ("england", date(2019, 4, 1)): (1, few),
        ("wales", date(2018, 4, 1)): (0, few),
    }


def test_a_year_counts_once_all_its_quarters_are_told() -> None:
    shares, starts = sleep()
    quarters = [
        row | {"grain": "quarter", "period_start": day, "numerator": row["numerator"], "denominator": 1000.0}
        for row in shares
        for day in (date(2018, 4, 1), date(2018, 7, 1), date(2018, 10, 1), date(2019, 1, 1))
    ]
    [row] = compared(quarters, starts)
    assert (row["programme_mean"], row["period_end"]) == (10.75, date(2019, 3, 31))
    assert compared([row for row in quarters if row["period_start"] != date(2018, 7, 1)], starts) == []
