with
    workforce as (select * from {{ ref("stg_workforce") }}),

    final as (select * from workforce where {{ in_new_loads() }})

select *
from final
