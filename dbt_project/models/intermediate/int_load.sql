with
    loads as (select * from {{ source("ledger", "load") }}),

    systems as (select * from {{ source("registry", "system") }}),

    ordered as (
        select
            loads.load_id,
            loads.entity,
            loads.sender_id,
            loads.system_id,
            coalesce(systems.numbering, loads.system_id) as numbering,
            loads.person_numbering,
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
    ),

    final as (
        select
            *,
            count(*) over (partition by sender_id, numbering, entity)
            = 1 as is_only_load,
            precedence < coalesce(
                max(case when is_everything then precedence end) over (
                    partition by sender_id, numbering, entity
                ),
                0
            ) as is_superseded
        from ordered
    )

select *
from final
