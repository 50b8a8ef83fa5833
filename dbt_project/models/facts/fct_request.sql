with
    requests as (select * from {{ ref("stg_request") }}),

    final as (select * from requests where {{ in_new_loads() }})

select *
from final
