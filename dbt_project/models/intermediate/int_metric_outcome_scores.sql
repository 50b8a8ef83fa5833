with
    changes as (select * from {{ ref("int_outcome_change") }}),

    years as (select * from {{ ref("int_outcome_year") }}),

    counted as (
        select
            years.site_id,
            years.year_start,
            years.year_end,
            years.system_id,
            years.is_partial,
            changes.measure,
            changes.later_date is not null as is_pair,
            bool_or(changes.is_converted) as is_converted,
            cast(count(*) as double) as people,
            cast(sum(changes.first_score) as double) as first_score,
            cast(sum(changes.improvement) as double) as improvement,
            cast(
                count(*) filter (
                    where changes.improvement >= changes.minimal_change
                ) as double
            ) as better,
            cast(
                count(*) filter (
                    where changes.improvement <= - changes.minimal_change
                ) as double
            ) as worse,
            max(changes.minimal_change) as minimal_change
        from years
        inner join
            changes
            on years.site_id = changes.site_id
            and years.year_start = changes.year_start
        group by all
    ),

    figures as (
        select
            counted.*,
            'mean_first_score' as metric_id,
            people as denominator,
            first_score / people as value
        from counted
        where not is_pair
        union all by name
        select
            counted.*,
            'people_with_a_later_score' as metric_id,
            people as numerator,
            people as value
        from counted
        where is_pair
        union all by name
        select
            counted.*,
            'mean_improvement_in_score' as metric_id,
            people as denominator,
            improvement / people as value
        from counted
        where is_pair
        union all by name
        select
            counted.*,
            'people_scoring_' || unnest(['better', 'same', 'worse']) as metric_id,
            unnest([better, people - better - worse, worse]) as numerator,
            people as denominator,
            100 * unnest([better, people - better - worse, worse]) / people as value
        from counted
        where is_pair and minimal_change is not null
    ),

    placed as (
        select
            *,
            'year' as grain,
            year_start as period_start,
            year_end as period_end,
            'instrument' as breakdown,
            measure as breakdown_value,
            case when is_converted then 'estimated' end as status_flag
        from figures
    ),

    final as ({{ in_series_shape("placed", also=["status_flag"]) }})

select *
from final
