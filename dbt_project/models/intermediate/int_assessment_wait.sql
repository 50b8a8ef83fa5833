with
    requests as (select * from {{ ref("int_request") }}),

    assessments as (select * from {{ ref("int_assessment") }}),

    people as (select * from {{ ref("int_person") }}),

    tenures as (
        select *, max(covered_until) over (partition by site_id) as latest_day,
        from {{ ref("int_tenure") }}
        where entity = 'request'
    ),

    -- Somebody whom no later installation knows is lost from sight when it begins.
    last_known as (
        select people.site_id, people.person_key, max(tenures.owns_until) as known_until
        from people
        inner join
            tenures
            on people.site_id = tenures.site_id
            and people.numbering = tenures.numbering
        group by people.site_id, people.person_key
    ),

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

    waits as (
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
    ),

    -- Where weeks lie between two systems, an assessment may have happened that nobody
    -- recorded. Who waited then, and waits on for longer than anybody here waited
    -- before
    -- being assessed, is taken to have been assessed in those weeks.
    longest as (
        select
            site_id,
            cast(quantile_cont(days_from_last_request, 0.99) as integer) as days
        from waits
        where answered_on is not null
        group by site_id
    ),

    gaps as (
        select
            later.site_id,
            least(earlier.ends, earlier.covered_until) as last_day,
            later.begins,
            later.latest_day
        from tenures as later
        inner join
            tenures as earlier
            on later.site_id = earlier.site_id
            and later.position = earlier.position + 1
        where least(earlier.ends, earlier.covered_until) < later.begins - 1
    ),

    unrecorded as (
        select
            waits.site_id,
            waits.person_key,
            waits.last_request_on,
            min(gaps.begins) as assumed_on
        from waits
        inner join longest on waits.site_id = longest.site_id
        inner join
            gaps
            on waits.site_id = gaps.site_id
            and waits.last_request_on < gaps.begins
            and waits.last_request_on + longest.days > gaps.last_day
            and gaps.latest_day > waits.last_request_on + longest.days
        where waits.answered_on is null
        group by waits.site_id, waits.person_key, waits.last_request_on
    ),

    final as (
        select
            waits.*,
            case
                when
                    waits.answered_on is null
                    and last_known.known_until < date '9999-12-31'
                then greatest(last_known.known_until + 1, waits.last_request_on)
                else unrecorded.assumed_on
            end as lost_on
        from waits
        left join
            last_known
            on waits.site_id = last_known.site_id
            and waits.person_key = last_known.person_key
        left join
            unrecorded
            on waits.site_id = unrecorded.site_id
            and waits.person_key = unrecorded.person_key
            and waits.last_request_on = unrecorded.last_request_on
    )

select *
from final
