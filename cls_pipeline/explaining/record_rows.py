"""Every row on record that could be in a figure, as SQL chains: is it counted, and if not, why not.

The intermediate models decide what counts; here their decision is only read off and named, so that nothing is counted
twice over. Which metric uses which chain is in `counting.py`.

The chains end in `judged`: the rows of one site, each with `entity`, `record_id`, `person_key`, `numbering`, lineage,
`left_out` (a key of `REASONS`, null where the row is one of the counted records).
"""

from __future__ import annotations

from typing import Final

#: Why a row is not counted, for whoever sent it. Those of waits and months are given by `counting.py`.
REASONS: Final = {
    "replaced": "replaced by a later delivery of the same system, or no longer in it",
    "elsewhere": "a copy: counted in the installation in force on its day",
    "copy": "a copy within its installation: alike in all but its number",
    "unlinked": "of a day of another installation and a person nobody could link: taken to be a copy",
    "other_system": "in another installation than the one in force at the month's end",
    "no_outcome": "no outcome is recorded",
    "no_person": "of no known person",
    "unpriced": "no weekly price: a one-off, a price of nought, or none",
    "same_person": "another service of a person who is counted",
    "same_day": "another assessment of the same person on the same day",
    "same_wait": "asked again while waiting already",
    "answers_none": "answers no request that is on record",
    "not_scored": "of a form that has no score: a question is missing or has two answers",
    "other_score": "of a score that this figure does not speak of",
    "answered": "assessed by the month's end",
    "lost": "wait ended: no later system knows the person",
    "late": "wait ended: the next system was given those who wait, and not this one",
    "gap": "wait ended: taken to be answered in the unrecorded weeks between two systems",
}

# What holds now is told by the load, as in the macro `current_records`.
_ON_RECORD: Final = """
loads as (select * from intermediate.int_load where sender_id = $site and entity = '{entity}'),
on_record as (
    select
        facts.*, '{entity}' as entity, facts.{entity}_id as record_id, loads.numbering, loads.as_of,
        loads.is_superseded or loads.precedence < max(loads.precedence) over (
            partition by loads.numbering, facts.{entity}_id
        ) as is_replaced,
        coalesce(keys.person_key, loads.person_numbering || ':' || facts.person_id) as person_key
    from facts.fct_{entity} as facts
    inner join loads on facts.load_id = loads.load_id
    left join intermediate.int_person_key as keys
        on keys.site_id = facts.site_id and keys.numbering = loads.person_numbering
        and keys.person_id = facts.person_id
    where facts.site_id = $site
)
"""

# A row that still holds and is not counted is a copy. Of which record, tells what is counted of the same person.
_EVENTS: Final = (
    _ON_RECORD
    + """,
counted as materialized (
    select numbering, person_key, {entity}_id as record_id, {counted_day} as day
    from intermediate.int_{entity} where site_id = $site
),
asked as (
    select on_record.*, {day} as day from on_record where date_trunc('month', {day}) {months} $start
),
copied as (
    select
        asked.record_id, asked.numbering,
        bool_or(counted.numbering = asked.numbering and counted.day = asked.day) as is_within,
        bool_or(counted.numbering <> asked.numbering) as is_elsewhere
    from asked
    inner join counted
        on asked.person_key = counted.person_key and counted.day between asked.day - 3 and asked.day + 3
    group by asked.record_id, asked.numbering
),
judged as (
    select
        asked.*,
        case
            when asked.is_replaced then 'replaced'
            when counted.record_id is not null then null
            when copied.is_within then 'copy'
            when copied.is_elsewhere then 'elsewhere'
            else 'unlinked'
        end as left_out
    from asked
    left join counted on asked.numbering = counted.numbering and asked.record_id = counted.record_id
    left join copied on asked.numbering = copied.numbering and asked.record_id = copied.record_id
)
"""
)

# Open at the month's end, by the days as set right. The end of a row that does not hold is as recorded.
_OPEN: Final = (
    _ON_RECORD
    + """,
month as (
    select numbering from intermediate.int_coverage_month
    where site_id = $site and entity = '{entity}' and month_start = $start
),
counted as materialized ({counted}),
dated as (
    select
        on_record.*, counted.weekly_cost, counted.record_id is not null as is_counted,
        date_trunc('month', on_record.start_date) as start_month,
        case
            when counted.record_id is null or on_record.is_replaced then date_trunc('month', on_record.end_date)
            else counted.end_month
        end as end_month,
        bool_or(counted.record_id is not null and not on_record.is_replaced) over (
            partition by on_record.numbering, on_record.person_key, {alike}
        ) as is_copied
    from on_record
    left join counted on on_record.numbering = counted.numbering and on_record.record_id = counted.record_id
),
judged as (
    select
        dated.*,
        case
            when dated.is_replaced then 'replaced'
            when not dated.is_counted and dated.is_copied then 'copy'
            when not dated.is_counted then 'unpriced'
            when dated.numbering is distinct from (select numbering from month) then 'other_system'
        end as left_out
    from dated
    where dated.start_month <= $start and coalesce(dated.end_month, date '9999-12-01') > $start
)
"""
)
_PRICE: Final = "{component}, start_date, end_date, unit_cost, cost_frequency, planned_units_per_week"


def requests(months: str) -> str:
    """Requests of the month (`=`), or up to its end (`<=`)."""
    return _EVENTS.format(entity="request", day="request_date", counted_day="request_date", months=months)


def assessments() -> str:
    """Assessments that started in the month."""
    return _EVENTS.format(
        entity="assessment",
        day="least(start_date, coalesce(end_date, start_date))",
        counted_day="start_date",
        months="=",
    )


def services() -> str:
    """Services open at the month's end."""
    counted = """
        select numbering, service_id as record_id, date_trunc('month', end_date) as end_month, null as weekly_cost
        from intermediate.int_service_record where site_id = $site and not is_copy
    """
    alike = _PRICE.format(component="service_type, service_component")
    return _OPEN.format(entity="service", counted=counted, alike=f"on_record.{alike}")


def packages(entity: str) -> str:
    """Cost lines, or services with a price, open at the month's end."""
    counted = f"""
        select numbering, record_id, end_month, weekly_cost
        from intermediate.int_package
        where site_id = $site and entity = '{entity}' and weekly_cost is not null
    """
    component = {"service": "service_type, service_component", "cost_line": "service_component"}[entity]
    return _OPEN.format(entity=entity, counted=counted, alike=_PRICE.format(component=component))
