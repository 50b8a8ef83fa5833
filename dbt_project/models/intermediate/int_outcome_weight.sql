with
    measures as (select * from {{ ref("outcome_measure") }}),

    weights as (select * from {{ ref("outcome_weight") }}),

    conversions as (
        select *
        from {{ ref("outcome_conversion") }}
        qualify version = max(version) over (partition by conversion)
    ),

    -- The total of a form stands in place 0.
    asked as (
        select
            measures.instrument,
            weights.measure,
            cast(null as varchar) as conversion,
            weights.item,
            weights.position as called_place,
            weights.position as place,
            weights.answer,
            weights.weight
        from weights
        inner join measures on weights.measure = measures.measure
        union all
        select
            conversions.from_instrument as instrument,
            weights.measure,
            conversions.conversion
            || ' '
            || cast(conversions.version as varchar) as conversion,
            conversions.from_item as item,
            conversions.from_position as called_place,
            weights.position as place,
            weights.answer,
            weights.weight
        from weights
        inner join measures on weights.measure = measures.measure
        inner join
            conversions
            on measures.instrument = conversions.to_instrument
            and weights.item = conversions.to_item
        union all
        select
            instrument,
            measure,
            null as conversion,
            'total' as item,
            null as called_place,
            0 as place,
            cast(total as double) as answer,
            total as weight
        from
            (
                select
                    *,
                    unnest(
                        generate_series(
                            cast(lowest as integer), cast(highest as integer)
                        )
                    ) as total
                from measures
                where accepts_total
            )
    ),

    final as (
        select
            instrument,
            item as called,
            answer,
            measure,
            conversion,
            place,
            cast(weight as decimal(9, 4)) as weight
        from asked
        union all
        select
            instrument,
            cast(called_place as varchar) as called,
            answer,
            measure,
            conversion,
            place,
            cast(weight as decimal(9, 4)) as weight
        from asked
        where called_place is not null
    )

select *
from final
