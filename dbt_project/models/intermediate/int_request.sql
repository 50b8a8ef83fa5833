with
    requests as ({{ current_records("request") }}),

    outcomes as (select * from {{ ref("stg_code") }} where list = 'event_outcome'),

    final as (
        select
            requests.site_id,
            requests.system_id,
            requests.request_id,
            requests.person_id,
            requests.request_date,
            {{ month_start("requests.request_date") }} as request_month,
            requests.event_outcome,
            outcomes.code_group as outcome_group,
            outcomes.is_resolved_first_contact
        from requests
        left join outcomes on requests.event_outcome = outcomes.code
    )

select *
from final
