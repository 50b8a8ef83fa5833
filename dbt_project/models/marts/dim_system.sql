with
    systems as (select * from {{ source("registry", "system") }}),

    spans as (select * from {{ source("registry", "sender_system") }}),

    used as (
        select system_id, count(distinct sender_id) as senders
        from spans
        group by system_id
    ),

    final as (
        select
            systems.system_id,
            systems.name,
            systems.family,
            systems.layout,
            systems.coverage,
            coalesce(used.senders, 0) as senders
        from systems
        left join used on systems.system_id = used.system_id
    )

select *
from final
