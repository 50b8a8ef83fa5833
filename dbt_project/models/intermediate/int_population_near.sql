with
    population as (
        select * from {{ ref("int_population") }} where grain = 'year' and people > 0
    ),

    -- A band of which a part is missing has no figure.
    parts as (
        select site_id, period_start, breakdown, breakdown_value, people
        from population
        union all
        select
            site_id,
            period_start,
            breakdown,
            '65_plus' as breakdown_value,
            sum(people) as people
        from population
        where
            breakdown = 'age_band' and breakdown_value in ('65_74', '75_84', '85_plus')
        group by all
        having count(*) = 3
    ),

    offered as (
        select
            *,
            cast(
                period_start + to_years(cast(years_on as integer)) as date
            ) as year_start
        from parts, generate_series(-5, 5) as offers(years_on)
    ),

    -- Of two years as near, the earlier.
    final as (
        select
            site_id,
            year_start,
            breakdown,
            breakdown_value,
            people,
            years_on <> 0 as is_estimated
        from offered
        qualify
            row_number() over (
                partition by site_id, year_start, breakdown, breakdown_value
                order by abs(years_on), period_start
            )
            = 1
    )

select *
from final
