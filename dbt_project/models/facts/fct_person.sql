with
    people as (select * from {{ ref("stg_person") }}),

    final as (select * from people where {{ in_new_loads() }})

select *
from final
