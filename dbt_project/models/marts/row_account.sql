with
    accounts as (select * from {{ source("ledger", "row_account") }}),

    final as (
        select
            delivery_id,
            load_id,
            sender_id,
            system_id,
            source_file,
            source_table,
            entity,
            rows_delivered,
            conformed,
            quarantined,
            out_of_scope,
            refused,
            out_of_scope_reasons
        from accounts
    )

select *
from final
