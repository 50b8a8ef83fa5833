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
            files,
            state,
            first_seen,
            opened,
            last_seen,
            closed,
            times_opened,
            case
                when closed is null
                then date_diff('day', opened, last_seen) + 1
                else date_diff('day', opened, closed)
            end as nights_open,
            waived_until,
            delivery_id
        from faults
    )

select *
from final
