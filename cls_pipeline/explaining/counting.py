"""What each metric of the records counts, as data: the entities that must cover its month, and its rows as SQL.

A metric's SQL has a row for each record that could be in the figure: lineage, `left_out` (null where counted) and what
the row adds to `numerator` and `denominator`. Summed over a period they are the figure; how the rows are asked for, and
what was set right about them, is in `sources.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cls_pipeline.explaining import record_rows, score_rows
from cls_pipeline.explaining.score_rows import BETTER, FIRST, LATER, SAME, WORSE

COLUMNS: Final = "entity, record_id, delivery_id, source_file, as_of, numbering, system_id, person_key"


@dataclass(frozen=True)
class Counting:
    """How a metric is made of rows: `entities` must cover a month for it to have a figure, `counts` says what a counted
    row is, `rows` is the SQL."""

    entities: tuple[str, ...]
    counts: str
    rows: str


_REQUESTS: Final = f"""
with {record_rows.requests("=")}
select {COLUMNS}, left_out, 1 as numerator, null as denominator from judged
"""

_RESOLVED: Final = f"""
with {record_rows.requests("=")},
outcomes as (select code, is_resolved_first_contact from staging.stg_code where list = 'event_outcome')
select
    {COLUMNS}, coalesce(left_out, case when event_outcome is null then 'no_outcome' end) as left_out,
    cast(coalesce(outcomes.is_resolved_first_contact, false) as integer) as numerator, 1 as denominator
from judged left join outcomes on judged.event_outcome = outcomes.code
"""

# A wait is told by its first request.
_WAITING: Final = f"""
with {record_rows.requests("<=")},
outcomes as (select code, code_group from staging.stg_code where list = 'event_outcome'),
waits as (select * from intermediate.int_assessment_wait where site_id = $site),
waiting as (
    select
        judged.*,
        case
            when judged.left_out is not null then judged.left_out
            when judged.person_key is null then 'no_person'
            when date_trunc('month', waits.answered_on) <= $start then 'answered'
            when date_trunc('month', waits.lost_on) <= $start
                then case waits.lost_reason
                    when 'wait_in_gap' then 'gap' when 'wait_entered_late' then 'late' else 'lost' end
            when row_number() over (
                partition by waits.person_key, waits.waiting_since
                order by judged.left_out is not null, judged.day, judged.numbering, judged.record_id
            ) > 1 then 'same_wait'
        end as why
    from judged
    inner join outcomes on judged.event_outcome = outcomes.code and outcomes.code_group = 'assessment'
    left join waits
        on judged.person_key = waits.person_key and judged.day between waits.waiting_since and waits.last_request_on
)
select {COLUMNS}, why as left_out, 1 as numerator, null as denominator from waiting
"""

_ASSESSED: Final = f"""
with {record_rows.assessments()},
waits as (select * from intermediate.int_assessment_wait where site_id = $site and answered_on is not null),
answering as (
    select
        judged.*,
        case
            when judged.left_out is not null then judged.left_out
            when judged.person_key is null then 'no_person'
            when waits.person_key is null then 'answers_none'
            when row_number() over (
                partition by judged.person_key, judged.day
                order by judged.left_out is not null, judged.numbering, judged.record_id
            ) > 1 then 'same_day'
        end as why
    from judged
    left join waits on judged.person_key = waits.person_key and judged.day = waits.answered_on
)
select {COLUMNS}, why as left_out, null as numerator, 1 as denominator from answering
"""

_SUPPORTED: Final = f"""
with {record_rows.services()},
types as (select code from staging.stg_code where list = 'service_type' and code_group = 'long_term'),
supported as (
    select
        judged.*,
        case
            when judged.left_out is not null then judged.left_out
            when judged.person_key is null then 'no_person'
            when row_number() over (
                partition by judged.person_key
                order by judged.left_out is not null, judged.start_date, judged.record_id
            ) > 1 then 'same_person'
        end as why
    from judged inner join types on judged.service_type = types.code
)
select {COLUMNS}, why as left_out, 1 as numerator, null as denominator from supported
"""

# The first row of a person brings the person in.
_COST: Final = """
select * from (
    with {chain}
    select
        {columns}, left_out, weekly_cost as numerator,
        cast(
            left_out is null and person_key is not null and row_number() over (
                partition by person_key order by left_out is not null, start_date, record_id
            ) = 1 as integer
        ) as denominator
    from judged
)
where {speaks} (
    select 1 from intermediate.int_system_month
    where site_id = $site and family = 'finance' and month_start = $start
)
"""
_COSTS: Final = " union all ".join(
    _COST.format(chain=record_rows.packages(entity), columns=COLUMNS, speaks=speaks)
    for entity, speaks in (("cost_line", "exists"), ("service", "not exists"))
)

_ANSWERS: Final = "answer of a form, its person by the first"
_SCORES: Final = {
    "mean_first_score": score_rows.scores(COLUMNS, FIRST, is_mean=True),
    "people_with_a_later_score": score_rows.scores(COLUMNS, LATER),
    "mean_improvement_in_score": score_rows.scores(COLUMNS, LATER, is_mean=True),
    "people_scoring_better": score_rows.scores(COLUMNS, LATER, counted=BETTER),
    "people_scoring_same": score_rows.scores(COLUMNS, LATER, counted=SAME),
    "people_scoring_worse": score_rows.scores(COLUMNS, LATER, counted=WORSE),
}

COUNTINGS: Final[Mapping[str, Counting]] = {
    **{metric: Counting(("outcome_score",), _ANSWERS, rows) for metric, rows in _SCORES.items()},
    "requests_received": Counting(("request",), "request", _REQUESTS),
    "requests_resolved_at_first_contact": Counting(("request",), "request", _RESOLVED),
    "people_waiting_for_assessment": Counting(("request", "assessment"), "wait, by its first request", _WAITING),
    "median_days_request_to_assessment": Counting(("assessment",), "assessment that answers a request", _ASSESSED),
    "people_with_long_term_support": Counting(("service",), "person, by their first open service", _SUPPORTED),
    "weekly_cost_open_packages": Counting(("cost_line", "service"), "open cost line or priced service", _COSTS),
}
