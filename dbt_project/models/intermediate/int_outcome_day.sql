with
    requests as (select * from {{ ref("int_request") }}),

    final as (
        select site_id, request_date as day, event_outcome as code, count(*) as records
        from requests
        where event_outcome is not null and request_date is not null
        group by site_id, request_date, event_outcome
    )

select *
from final
