with
    people as (
        select *
        from {{ ref("int_metric_reach") }}
        where
            metric_id = 'people_requesting'
            and breakdown in ('all', 'age_band', 'sex')
            and breakdown_value <> 'unknown'
    ),

    population as (select * from {{ ref("int_population") }} where people > 0),

    -- The estimate of the nearest year within five, the earlier of two as near.
    beside as (
        select
            people.*,
            population.people as population,
            {{ year_start("people.period_start") }}
            <> population.period_start as is_estimated
        from people
        inner join
            population
            on people.site_id = population.site_id
            and people.breakdown = population.breakdown
            and people.breakdown_value = population.breakdown_value
            and population.grain = 'year'
            and abs(
                date_diff(
                    'year',
                    {{ year_start("people.period_start") }},
                    population.period_start
                )
            )
            <= 5
        qualify
            row_number() over (
                partition by
                    people.site_id,
                    people.grain,
                    people.period_start,
                    people.breakdown,
                    people.breakdown_value
                order by
                    abs(
                        date_diff(
                            'year',
                            {{ year_start("people.period_start") }},
                            population.period_start
                        )
                    ),
                    population.period_start
            )
            = 1
    ),

    final as (
        select
            site_id,
            'people_requesting_per_100000' as metric_id,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            numerator,
            population as denominator,
            100000 * numerator / population as value,
            case when is_estimated then 'estimated' end as status_flag,
            is_partial,
            system_id
        from beside
    )

select *
from final
