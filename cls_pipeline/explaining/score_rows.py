"""Every answer on record that could be in a figure of outcome scores, as an SQL chain: is it counted, if not, why not.

As in `record_rows.py`, what counts is decided by the intermediate models and only read off here. A form has a row for
each of its answers; the first of a person brings the person in.
"""

from __future__ import annotations

from typing import Final

#: Who is counted, by a row of `intermediate.int_outcome_change`: its first or its later score, and how it changed.
FIRST: Final = "later_date is null"
LATER: Final = "later_date is not null"
BETTER: Final = "improvement >= minimal_change"
WORSE: Final = "improvement <= - minimal_change"
SAME: Final = "abs(improvement) < minimal_change"

_ROWS: Final = """
with
    loads as (select * from intermediate.int_load where sender_id = $site and entity = 'outcome_score'),
    asked_for as (
        select instrument, called, answer from intermediate.int_outcome_weight where measure = $measure
    ),
    on_record as (
        select
            facts.*, 'outcome_score' as entity, facts.score_id as record_id, loads.numbering, loads.as_of,
            loads.is_superseded or loads.precedence < max(loads.precedence) over (
                partition by loads.numbering, facts.score_id
            ) as is_replaced,
            coalesce(keys.person_key, loads.person_numbering || ':' || facts.person_id) as person_key
        from facts.fct_outcome_score as facts
        inner join loads on facts.load_id = loads.load_id
        left join intermediate.int_person_key as keys
            on keys.site_id = facts.site_id and keys.numbering = loads.person_numbering
            and keys.person_id = facts.person_id
        where facts.site_id = $site
    ),
    asked as (
        select *
        from on_record
        where
            score_date between $start and $end
            and (instrument, lower(trim(item)), score) in (select instrument, called, answer from asked_for)
    ),
    scored as (
        select forms.person_key, forms.score_date, forms.instrument, any_value(loads.numbering) as numbering,
            bool_or(forms.why_not_scored is null) as is_scored
        from intermediate.int_outcome_scored as forms
        inner join loads on forms.system_id = loads.system_id
        where forms.site_id = $site and forms.measure = $measure
        group by all
    ),
    changes as (
        select person_key, coalesce(later_date, first_date) as day, {counted} as is_counted
        from intermediate.int_outcome_change
        where site_id = $site and measure = $measure and year_start = $start and ({who})
    ),
    judged as (
        select
            asked.*,
            coalesce(changes.is_counted, false) as is_counted,
            row_number() over (
                partition by
                    asked.numbering, asked.person_key, asked.score_date, asked.instrument, asked.mode, asked.item,
                    asked.is_replaced
                order by asked.score_id
            ) as copy,
            case
                when asked.is_replaced then 'replaced'
                when scored.numbering is distinct from asked.numbering then 'elsewhere'
                when not scored.is_scored then 'not_scored'
                when changes.day is null then 'other_score'
            end as why
        from asked
        left join scored
            on asked.person_key = scored.person_key and asked.score_date = scored.score_date
            and asked.instrument = scored.instrument
        left join changes on asked.person_key = changes.person_key and asked.score_date = changes.day
    ),
    told as (select *, coalesce(why, case when copy > 1 then 'copy' end) as left_out from judged),
    numbered as (
        select
            *,
            left_out is null
            and row_number() over (partition by person_key, left_out is null order by record_id) = 1 as is_first
        from told
    )
select {columns}, left_out, {numerator} as numerator, {denominator} as denominator from numbered
"""


def scores(columns: str, who: str, *, counted: str | None = None, is_mean: bool = False) -> str:
    """The answers of a year to the questions of a measure.

    Args:
        columns: those that every chain has.
        who: of whom the figure speaks.
        counted: who of them is in the numerator; everybody, and no denominator, unless it is said.
        is_mean: the figure has no numerator.
    """
    people = "cast(is_first as integer)"
    return _ROWS.format(
        columns=columns,
        who=who,
        counted=counted or "true",
        numerator="null" if is_mean else "cast(is_first and is_counted as integer)",
        denominator=people if is_mean or counted else "null",
    )
