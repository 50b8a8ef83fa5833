with
    -- A year is told once its four quarters are.
    years as (
        select
            site_id,
            {{ year_start("period_start") }} as year_start,
            max(period_end) as year_end,
            breakdown,
            breakdown_value,
            sum(numerator) as admissions,
            bool_or(is_partial) as is_partial,
            arg_max(system_id, period_start) as system_id
        from {{ ref("int_metric_admissions") }}
        where
            metric_id = 'admissions_to_care_homes'
            and (
                breakdown in ('all', 'setting')
                or breakdown_value in ('18_64', '65_plus')
            )
        group by site_id, {{ year_start("period_start") }}, breakdown, breakdown_value
        having count(*) = 4
    ),

    -- A setting has no population of its own.
    final as (
        select
            years.site_id,
            'admissions_to_care_homes_per_100000' as metric_id,
            'year' as grain,
            years.year_start as period_start,
            years.year_end as period_end,
            years.breakdown,
            years.breakdown_value,
            years.admissions as numerator,
            population.people as denominator,
            100000 * years.admissions / population.people as value,
            case when population.is_estimated then 'estimated' end as status_flag,
            years.is_partial,
            years.system_id
        from years
        inner join
            {{ ref("int_population_near") }} as population
            on years.site_id = population.site_id
            and years.year_start = population.year_start
            and case
                when years.breakdown = 'age_band' then years.breakdown_value else 'all'
            end
            = population.breakdown_value
            and case when years.breakdown = 'age_band' then 'age_band' else 'all' end
            = population.breakdown
    )

select *
from final
