with
    services as (select * from {{ ref("stg_service") }}),

    final as (select * from services where {{ in_new_loads() }})

select *
from final
