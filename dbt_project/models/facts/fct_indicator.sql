with
    indicators as (select * from {{ ref("stg_indicator") }}),

    final as (select * from indicators where {{ in_new_loads() }})

select *
from final
