with
    requests as ({{ current_records("request") }}),

    known as (
        select
            requests.*,
            requests.request_date as event_date,
            requests.event_outcome as code,
            {{ person_key("requests", "keys") }} as person_key
        from requests {{ join_person_key("requests", "keys") }}
    ),

    {{ one_event("request", "known") }},

    outcomes as (select * from {{ ref("stg_code") }} where list = 'event_outcome'),

    final as (
        select
            events.site_id,
            events.system_id,
            events.numbering,
            events.request_id,
            events.person_id,
            events.person_key,
            events.request_date,
            {{ month_start("events.request_date") }} as request_month,
            events.end_date,
            events.route_of_access,
            events.contact_venue,
            events.area,
            events.event_outcome,
            outcomes.code_group as outcome_group,
            outcomes.is_resolved_first_contact,
            events.conversation
        from events
        left join outcomes on events.event_outcome = outcomes.code
    )

select *
from final
