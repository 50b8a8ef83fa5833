with
    requests as (select * from {{ ref("int_request") }}),

    assessments as (select * from {{ ref("int_assessment") }}),

    events as (
        select site_id, person_key, request_date as event_date, 1 as step
        from requests
        where
            outcome_group = 'assessment'
            and person_key is not null
            and request_date is not null
        union all
        select site_id, person_key, start_date as event_date, 2 as step
        from assessments
        where person_key is not null and start_date is not null
    ),

    -- A request comes before an assessment of the same day, which therefore answers it.
    answered as (
        select
            site_id,
            person_key,
            step,
            event_date,
            min(case when step = 2 then event_date end) over (
                partition by site_id, person_key
                order by event_date nulls last, step
                rows between current row and unbounded following
            ) as answered_on
        from events
    ),

    final as (
        select
            site_id,
            person_key,
            answered_on,
            min(event_date) as waiting_since,
            max(event_date) as last_request_on,
            date_diff('day', max(event_date), answered_on) as days_from_last_request
        from answered
        where step = 1
        group by site_id, person_key, answered_on
    )

select *
from final
