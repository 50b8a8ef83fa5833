with
    reviews as (select * from {{ ref("stg_review") }}),

    final as (select * from reviews where {{ in_new_loads() }})

select *
from final
