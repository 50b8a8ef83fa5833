with
    deliveries as (select * from {{ source("ledger", "delivery") }}),

    final as (
        select
            delivery_id,
            load_id,
            sender_id,
            system_id,
            as_of,
            received_at,
            status,
            in_force,
            reason,
            rows_delivered,
            conformed,
            quarantined,
            out_of_scope,
            refused
        from deliveries
    )

select *
from final
