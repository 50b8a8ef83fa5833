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

    final as (
        select
            site_id,
            system_id,
            numbering,
            assessment_id,
            person_id,
            person_key,
            event_date as start_date,
            start_date as recorded_start_date
        from events
    )

select *
from final
