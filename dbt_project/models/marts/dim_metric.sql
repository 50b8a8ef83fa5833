with
    definitions as (select * from {{ ref("metric_definition") }}),

    final as (
        select
            metric_id,
            definition_version,
            name,
            definition,
            numerator,
            denominator,
            unit,
            direction,
            valid_from,
            valid_until,
            owner,
            nations,
            outcome,
            question,
            source_kind,
            source
        from definitions
    )

select *
from final
