with
    loads as (select * from {{ source("ledger", "load") }}),

    systems as (select * from {{ source("registry", "system") }}),

    final as (
        select
            loads.load_id,
            loads.entity,
            loads.sender_id,
            loads.system_id,
            loads.as_of,
            coalesce(systems.coverage = 'full', false) as is_everything,
            row_number() over (
                partition by loads.entity
                order by
                    loads.as_of nulls first,
                    loads.received_at nulls first,
                    loads.load_id
            ) as precedence
        from loads
        left join systems on loads.system_id = systems.system_id
    )

select *
from final
