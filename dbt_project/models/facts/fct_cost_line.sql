with
    cost_lines as (select * from {{ ref("stg_cost_line") }}),

    final as (select * from cost_lines where {{ in_new_loads() }})

select *
from final
