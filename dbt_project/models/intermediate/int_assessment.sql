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

    -- Begun in one installation, it may end in the next.
    ends as (
        select
            site_id,
            person_key,
            event_date,
            code,
            arg_max(
                greatest(start_date, end_date), (position, assessment_id)
            ) as end_date,
            arg_max(event_outcome, (position, assessment_id)) as event_outcome
        from placed
        where end_date is not null
        group by site_id, person_key, event_date, code
    ),

    ended as (
        select
            events.*,
            case
                when events.end_date is not null
                then greatest(events.start_date, events.end_date)
                else ends.end_date
            end as last_date,
            case
                when events.end_date is not null
                then events.event_outcome
                else coalesce(events.event_outcome, ends.event_outcome)
            end as outcome
        from events
        left join
            ends
            on events.site_id = ends.site_id
            and events.person_key = ends.person_key
            and events.event_date = ends.event_date
            and events.code is not distinct from ends.code
    ),

    final as (
        select
            ended.site_id,
            ended.system_id,
            ended.numbering,
            ended.assessment_id,
            ended.person_id,
            ended.person_key,
            ended.assessment_type,
            ended.event_date as start_date,
            ended.start_date as recorded_start_date,
            ended.last_date as end_date,
            ended.outcome as event_outcome,
            outcomes.code_group as outcome_group,
            ended.conversation
        from ended
        left join outcomes on ended.outcome = outcomes.code
    )

select *
from final
