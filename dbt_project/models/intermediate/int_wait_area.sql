with
    waits as (select * from {{ ref("int_assessment_wait") }}),

    requests as (select * from {{ ref("int_request_area") }}),

    -- Two requests of a day in two areas are one wait, in either.
    final as (
        select
            waits.site_id,
            waits.person_key,
            waits.waiting_since,
            waits.answered_on,
            waits.lost_on,
            waits.days_from_last_request,
            min(requests.area) as area
        from waits
        inner join
            requests
            on waits.site_id = requests.site_id
            and waits.person_key = requests.person_key
            and waits.last_request_on = requests.request_date
        group by all
    )

select *
from final
