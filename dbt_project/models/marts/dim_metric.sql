with
    definitions as (select * from {{ ref("metric_definition") }}),

    judged as (select * from {{ ref("metric_comparability") }}),

    arithmetic as (select * from {{ ref("metric_arithmetic") }}),

    final as (
        select
            definitions.metric_id,
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
            coalesce(
                judged.comparability,
                case when nations like '%,%' then 'limited' else 'none' end
            ) as comparability,
            coalesce(
                judged.comparability_reason,
                case
                    when nations like '%,%'
                    then 'Not judged yet: compare within a nation'
                    else 'One nation''s measure'
                end
            ) as comparability_reason,
            coalesce(arithmetic.arithmetic, 'none') as arithmetic,
            outcome,
            question,
            source_kind,
            source
        from definitions
        left join judged on definitions.metric_id = judged.metric_id
        left join arithmetic on definitions.metric_id = arithmetic.metric_id
    )

select *
from final
