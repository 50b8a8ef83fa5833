"""Counts rounded to the nearest 5 or the like, for an organisation whose rule that is; the default is not to round.

Rounding comes last: what is withheld is decided on exact counts, and a rounded release is made of nothing but what the
release would have shown unrounded. So whoever could not find a count from the one cannot find it from the other. What
is withheld where it is small is rounded where it is not, and nothing shown beside it may give the exact count away:

- A **share, rate or mean of counts** is that of the rounded counts. An estimated share (Kaplan-Meier) is so many of the
  rounded people, to the nearest step.
- **Money** is no count of people and stays to the penny. Its people are rounded, and cost a person is money by rounded
  people, also where the money itself is not told (a change): from money and an exact mean, people would follow.
- A **mean score** is told so coarsely that with each count that rounds to the one shown some sum of scores makes it; to
  sixteen digits it would fit one of them only. It is not the sum by rounded people: scores of few would move a fifth.
- **Days** are told whole. Half a day is a median of an even number of people, a tenth a percentile of a certain number.
- A **linked value** is the rounded value by its factor, rounded as that is. The exact one would tell the count more
  closely by a factor above 1; unrounded, a factor that is itself one count by another would tell both.
- A **restatement** is the difference of what two releases show; there is none where they show the same.
- A **population** is rounded like any other denominator; that moves no rate that anybody reads.
- What has **no count of people beside it** (hubs, sessions, posts, the scores of staff) stays, and so do staff in post.
"""

from __future__ import annotations

from typing import Final

from cls_pipeline.disclosure.counts import MONEY, PLACE, STAFF

#: Tables that count records, and the column that does; where there is a `share`, it follows the count.
RECORDS: Final = {"contract_fault": "rows", "data_quality": "rows_failing", "correction": "corrections"}
#: Tables that stay as they are, and why.
UNROUNDED: Final = {
    "dim_metric": "definitions",
    "dim_instrument": "definitions",
    "dim_site": "names and codes",
    "dim_system": "names, and how many senders use a system",
    "site_system": "days",
    "delivery": "rows of files, not of people: never withheld either",
    "row_account": "rows of files, not of people: never withheld either",
    "data_currency": "days, and how many systems and breaks there are",
    "contribution": "to two or three decimals, from many periods of 50 people or more: many counts make the same",
    "signposting_comparison": "to two decimals, from three councils or more with 50 requests or more each",
}
#: Scores of a scale no longer than this are made of thousandths, of a longer one of whole points.
_SHORT_SCALE: Final = 2
_IS_COUNT: Final = "(not is_money and numerator = value_raw and unit <> 'percent')"
_KEY: Final = ", ".join([*PLACE, "metric_id", "definition_version"])


def rounding_in_words(base: int | None) -> str:
    """What a reader must know of a release's counts; empty where they are not rounded."""
    if base is None or base == 1:
        return ""
    return (
        f"Counts from sites' records are rounded to the nearest {base}; shares, rates and costs a person are worked out"
        " from rounded counts, so parts need not add up to their whole."
    )


def rounded(mart: str, shown: str, base: int, limit: int = 0) -> str:
    """The query that reads a mart as it is shown with its counts rounded.

    Args:
        mart: its name.
        shown: the query that reads it as it is shown unrounded, from the database attached as `work`; `metric_series`
            is read with the table `first_shown` (see `warehouse.first_published`).
        base: what counts are rounded to the nearest of; 1 changes nothing.
        limit: first values from 1 up to this are small, and how far a figure has moved from one is not told.
    """
    if base == 1 or mart in UNROUNDED:
        return shown
    if mart in RECORDS:
        return _records(shown, RECORDS[mart], base, has_share=mart != "correction")
    if mart == "series_break":
        return _breaks(shown)
    return _series(shown, base, limit)


def nearest(count: str, base: int | str) -> str:
    """The multiple of the base that is nearest to a count, the higher of two, in SQL."""
    return f"(round({count} / {base}) * {base})"


def _records(shown: str, count: str, base: int, *, has_share: bool) -> str:
    """The share is that of the rounded rows, of the rows that it is of: exact, it would give them back with these."""
    told = f"cast({nearest(count, base)} as bigint)"
    of_all = f"case when {count} > 0 then least({told} / round({count} / share), 1) else share end"
    share = f", {of_all} as share" if has_share else ""
    return f"select * replace ({told} as {count}{share}) from ({shown})"


def _breaks(shown: str) -> str:
    """The size of a step in sixteen digits would fit few of the counts that it may be measured on."""
    sizes = ("size", "size_low", "size_high")
    is_ours = "metric_id in (select metric_id from work.marts.dim_metric where source_kind = 'records')"
    told = ", ".join(f"if({is_ours}, round({size}, 3), {size}) as {size}" for size in sizes)
    return f"select * replace ({told}) from ({shown})"


def _series(shown: str, base: int, limit: int) -> str:
    """`n` and `d` are the rounded counts; `times` what their ratio is told in; `raw` the rounded value as recorded."""
    first_is_small = f"({_IS_COUNT} and first_value > 0 and first_value <= {limit})"
    return f"""
        with
            shown as ({shown}),

            counted as (
                select
                    shown.*,
                    unit,
                    unit like '{MONEY}%' as is_money,
                    lowest,
                    highest,
                    if(is_money, shown.numerator, {nearest("shown.numerator", base)}) as n,
                    if(
                        starts_with(coalesce(metrics.denominator, ''), '{STAFF}'),
                        shown.denominator,
                        {nearest("shown.denominator", base)}
                    ) as d,
                    round(value_raw * shown.denominator / nullif(shown.numerator, 0)) as times,
                    coalesce(source_kind, 'records') <> 'published' as is_ours,
                    if(before.rounded_to = {base}, before.shown_value, null) as first_value
                from shown
                left join work.marts.dim_metric as metrics using (metric_id, definition_version)
                left join
                    work.marts.dim_instrument as scales
                    on shown.breakdown = 'instrument' and shown.breakdown_value = scales.measure
                left join first_shown as before using ({_KEY})
            ),

            valued as (
                select *, {_value(base)} as raw, {_steps(base)} as steps
                from counted
            ),

            linked as (
                select
                    *,
                    case
                        when not is_ours or steps is null then value
                        when value = value_raw then raw
                        else round(coalesce(raw * value / nullif(value_raw, 0), value) * steps) / steps
                    end as told
                from valued
            )

        select
            * exclude (unit, is_money, lowest, highest, n, d, times, is_ours, first_value, raw, steps, told) replace (
                if(is_ours, n, numerator) as numerator,
                if(is_ours, d, denominator) as denominator,
                raw as value_raw,
                if(is_ours and unit = 'percent' and value <= 100, least(told, 100), told) as value,
                case
                    when not is_ours then restated_by
                    when not coalesce({first_is_small}, false) then nullif(raw - first_value, 0)
                end as restated_by,
                case
                    when not is_ours or first_value is null or raw is null then flags
                    when raw = first_value then list_filter(flags, lambda flag: flag <> 'restated')
                    when list_contains(flags, 'restated') then flags
                    else list_append(flags, 'restated')
                end as flags
            )
        from linked
        order by site_id, metric_id, definition_version, breakdown, breakdown_value, period_start
    """


def _value(base: int) -> str:
    """The value as recorded, rounded.

    It is computed anew from rounded counts, never scaled: the last binary digits of a product would tell its factors.
    """
    per_point = _steps_of_a_score(base)
    return f"""
        case
            when not is_ours or coalesce(numerator, denominator) is null then value_raw
            when unit = 'percent' and abs(value_raw - 100 * numerator / denominator) < 1e-6 then 100 * n / d
            when unit = 'percent' then 100 * {nearest("value_raw * d / 100", base)} / d
            when numerator = value_raw then n
            when numerator = 0 then 0
            when denominator is null then n / round(numerator / value_raw)
            when numerator is not null then times * n / d
            when unit = 'days' then round(value_raw)
            when is_money then round(value_raw * denominator, 2) / d
            else round(value_raw * {per_point}) / {per_point}
        end
    """


def _steps(base: int) -> str:
    """How many steps of what a linked value is rounded to make one; null where nobody is counted."""
    return f"""
        case
            when {_IS_COUNT} then 1 / {base}
            when unit = 'days' then 1
            when is_money then 100
            when unit = 'percent' then d / (100 * {base})
            when numerator is not null then coalesce(d, 1) / (coalesce(times, 1) * {base})
            when denominator is not null then {_steps_of_a_score(base)}
        end
    """


def _steps_of_a_score(base: int) -> str:
    """As many as the fewest people that are rounded to those shown, for each step of the scale: their sums make any."""
    return f"(if(highest - lowest <= {_SHORT_SCALE}, 1000, 1) * (d - {base / 2}))"
