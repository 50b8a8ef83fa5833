with
    faults as (select * from {{ source("ledger", "contract_fault") }}),

    final as (
        select
            sender_id,
            system_id,
            entity,
            rule_id,
            severity,
            source_file,
            source_table,
            their_column,
            meaning,
            how_to_fix,
            metrics,
            rows,
            share,
            first_seen,
            last_seen,
            state,
            delivery_id
        from faults
    )

select *
from final
