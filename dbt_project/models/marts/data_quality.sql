with
    nights as (select * from {{ source("ledger", "fault_night") }}),

    final as (
        select
            sender_id,
            system_id,
            entity,
            rule_id,
            source_table,
            their_column,
            night,
            severity,
            of_rows as rows_judged,
            rows as rows_failing,
            least(rows / nullif(of_rows, 0), 1) as share,
            state
        from nights
    )

select *
from final
