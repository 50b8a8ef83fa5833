with
    figures as (
        select *
        from {{ ref("int_metric_cost") }}
        where
            metric_id = 'weekly_cost_per_person'
            or (
                metric_id in (
                    'weekly_cost_at_quarter_end',
                    'cost_of_support',
                    'cost_per_person_helped'
                )
                and breakdown = 'all'
            )
    ),

    deflators as (
        select *
        from {{ ref("gdp_deflator") }}
        where vintage = (select max(vintage) from {{ ref("gdp_deflator") }})
    ),

    -- Real is nominal x index of the base year / index of the year.
    factors as (
        select deflators.year_start, bases.price_index / deflators.price_index as factor
        from deflators
        inner join
            deflators as bases
            on bases.year_start = cast('{{ var("price_base_year") }}' as date)
    ),

    -- A year that the vintage does not know has no figure.
    final as (
        select
            figures.site_id,
            figures.metric_id || '_real' as metric_id,
            figures.grain,
            figures.period_start,
            figures.period_end,
            figures.breakdown,
            figures.breakdown_value,
            figures.numerator * factors.factor as numerator,
            figures.denominator,
            figures.value * factors.factor as value,
            figures.is_partial,
            figures.system_id
        from figures
        inner join
            factors on {{ year_start("figures.period_start") }} = factors.year_start
    )

select *
from final
