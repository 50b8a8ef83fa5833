with
    assessments as (select * from {{ ref("stg_assessment") }}),

    final as (select * from assessments where {{ in_new_loads() }})

select *
from final
