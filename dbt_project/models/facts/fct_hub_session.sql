with
    hub_sessions as (select * from {{ ref("stg_hub_session") }}),

    final as (select * from hub_sessions where {{ in_new_loads() }})

select *
from final
