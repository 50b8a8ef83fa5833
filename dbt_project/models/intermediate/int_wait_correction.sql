with
    waits as (select * from {{ ref("int_assessment_wait") }} where lost_on is not null),

    requests as (
        select * from {{ ref("int_request") }} where outcome_group = 'assessment'
    ),

    final as (
        select
            waits.site_id,
            'request' as entity,
            requests.request_id as record_id,
            requests.system_id,
            waits.lost_reason as reason,
            'assessed_on' as field,
            cast(null as varchar) as recorded,
            cast(waits.lost_on as varchar) as corrected,
            requests.request_date as event_date
        from waits
        inner join
            requests
            on waits.site_id = requests.site_id
            and waits.person_key = requests.person_key
            and requests.request_date
            between waits.waiting_since and waits.last_request_on
    )

select *
from final
