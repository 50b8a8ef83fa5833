"""People followed until something happens to them: the share by a day, told honestly while some are not yet followed
that long (Kaplan and Meier). Who is followed, and from when, belongs in the dbt project.

Written over whole frames: there are thousands of small curves a night, and a library that draws one at a time takes
seconds for them. A test holds the two together.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Where records end before everybody is followed to the day, so many must be: the end of the curve rests on them.
STILL_FOLLOWED: Final = 10
NORMAL: Final = 1.959963984540054
#: Half of what a 95 % interval leaves out.
TAIL: Final = 0.025


def shares_reached(people: pl.DataFrame, still_followed: int = STILL_FOLLOWED) -> pl.DataFrame:
    """The Kaplan-Meier estimate, for each group, of the share to whom it happened within so many days.

    The interval is Greenwood's on the scale of log(-log), which stays between 0 and 1 (Kalbfleisch and Prentice 1980,
    The Statistical Analysis of Failure Time Data, 1.3). Where it has happened to nobody or to all, that has none, and
    the exact one of a share (Clopper and Pearson 1934) of those followed to the day stands in.

    Args:
        people: a row a person: `days` to the event or to the last day of sight, `happened` (whether it was the event),
            `within` (days, one number a group), and the columns of the group.
        still_followed: a group of whom fewer are followed to the day, while others were lost from sight, is left out.

    Returns:
        A row a group: its columns with `within`; `people`; `happened`, those to whom it did by the day; `cut_short`,
        those lost from sight before the day without it; `share`, `low` and `high`, from 0 to 1.
    """
    keys = [name for name in people.columns if name not in ("days", "happened")]
    by_then = pl.col("happened") & (pl.col("days") <= pl.col("within"))
    counted = people.group_by(keys).agg(
        people=pl.len().cast(pl.Int64),
        happened=by_then.sum().cast(pl.Int64),
        cut_short=(~pl.col("happened") & (pl.col("days") < pl.col("within"))).sum().cast(pl.Int64),
    )
    daily = people.group_by(*keys, "days").agg(events=pl.col("happened").sum(), gone=pl.len()).sort(*keys, "days")
    at_risk = pl.col("gone").cum_sum(reverse=True).over(keys)
    curve = (
        daily.with_columns(at_risk=at_risk)
        .filter(pl.col("events") > 0, pl.col("days") <= pl.col("within"))
        .group_by(keys)
        .agg(
            left=(1 - pl.col("events") / pl.col("at_risk")).product(),
            spread=(pl.col("events") / (pl.col("at_risk") * (pl.col("at_risk") - pl.col("events")))).sum().sqrt(),
        )
    )
    followed = pl.col("people") - pl.col("happened") - pl.col("cut_short")
    found = counted.join(curve, on=keys, how="left", nulls_equal=True).with_columns(
        left=pl.col("left").fill_null(1.0), followed=followed
    )
    found = found.filter((pl.col("cut_short") == 0) | (pl.col("followed") >= still_followed))
    return found.select(
        *keys, "people", "happened", "cut_short", share=1 - pl.col("left"), low=_low(), high=_high()
    ).sort(keys)


def _low() -> pl.Expr:
    all_gone = TAIL ** (1 / pl.col("happened"))
    return pl.when(pl.col("left") == 1).then(0.0).when(pl.col("left") == 0).then(all_gone).otherwise(_bound(-1))


def _high() -> pl.Expr:
    none_gone = 1 - TAIL ** (1 / pl.col("followed"))
    return pl.when(pl.col("left") == 1).then(none_gone).when(pl.col("left") == 0).then(1.0).otherwise(_bound(1))


def _bound(side: int) -> pl.Expr:
    """Of the share reached: a standard error of log S over |log S| is one of log(-log S)."""
    width = NORMAL * pl.col("spread") / pl.col("left").log().abs()
    return 1 - pl.col("left").pow((side * width).exp())
