with
    people as (
        select *
        from {{ ref("int_metric_reach") }}
        where
            metric_id = 'people_requesting'
            and breakdown in ('all', 'age_band', 'sex')
            and breakdown_value <> 'unknown'
    ),

    final as (
        select
            people.site_id,
            'people_requesting_per_100000' as metric_id,
            people.grain,
            people.period_start,
            people.period_end,
            people.breakdown,
            people.breakdown_value,
            people.numerator,
            population.people as denominator,
            100000 * people.numerator / population.people as value,
            case when population.is_estimated then 'estimated' end as status_flag,
            people.is_partial,
            people.system_id
        from people
        inner join
            {{ ref("int_population_near") }} as population
            on people.site_id = population.site_id
            and {{ year_start("people.period_start") }} = population.year_start
            and people.breakdown = population.breakdown
            and people.breakdown_value = population.breakdown_value
    )

select *
from final
