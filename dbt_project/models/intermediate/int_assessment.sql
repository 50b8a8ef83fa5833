with
    assessments as ({{ current_records("assessment") }}),

    known as (
        select
            assessments.*,
            -- Where the days have changed places, the earlier one is the start.
            least(
                assessments.start_date,
                coalesce(assessments.end_date, assessments.start_date)
            ) as event_date,
            assessments.assessment_type as code,
            {{ person_key("assessments", "keys") }} as person_key
        from assessments {{ join_person_key("assessments", "keys") }}
    ),

    {{ one_event("assessment", "known") }},

    outcomes as (select * from {{ ref("stg_code") }} where list = 'event_outcome'),

    final as (
        select
            events.site_id,
            events.system_id,
            events.numbering,
            events.assessment_id,
            events.person_id,
            events.person_key,
            events.event_date as start_date,
            events.start_date as recorded_start_date,
            case
                when events.end_date is not null
                then greatest(events.start_date, events.end_date)
            end as end_date,
            events.event_outcome,
            outcomes.code_group as outcome_group
        from events
        left join outcomes on events.event_outcome = outcomes.code
    )

select *
from final
