with
    measures as (select * from {{ ref("outcome_measure") }}),

    final as (
        select
            measure,
            instrument,
            version,
            name,
            items,
            lowest,
            highest,
            direction,
            minimal_change,
            minimal_change_source,
            source
        from measures
    )

select *
from final
