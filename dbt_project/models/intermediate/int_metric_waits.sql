with
    waits as (select * from {{ ref("int_assessment_wait") }}),

    quarters as ({{ covered_quarters(["request", "assessment"]) }}),

    estimated as (
        select *
        from {{ ref("int_estimated_month") }}
        where metric_id = 'people_waiting_for_assessment'
    ),

    ended as (
        select
            quarters.site_id,
            quarters.quarter_start,
            count(*) as people,
            quantile_cont(waits.days_from_last_request, 0.9) as p90_days,
            max(waits.days_from_last_request) as longest_days
        from quarters
        inner join
            waits
            on quarters.site_id = waits.site_id
            and waits.answered_on
            between quarters.quarter_start and quarters.quarter_end
        group by quarters.site_id, quarters.quarter_start
    ),

    going_on as (
        select
            quarters.site_id,
            quarters.quarter_start,
            count(*) as people,
            median(quarters.quarter_end - waits.waiting_since) as median_days,
            max(quarters.quarter_end - waits.waiting_since) as longest_days
        from quarters
        inner join
            waits
            on quarters.site_id = waits.site_id
            and waits.waiting_since <= quarters.quarter_end
            and coalesce(waits.answered_on, waits.lost_on, date '9999-12-31')
            > quarters.quarter_end
        group by quarters.site_id, quarters.quarter_start
    ),

    figures as (
        select
            site_id,
            quarter_start,
            people,
            true as is_flow,
            unnest(
                [
                    {'metric_id':'p90_days_request_to_assessment', 'days':p90_days},
                    {
                        'metric_id':'longest_days_request_to_assessment',
                        'days':longest_days
                    }
                ],
                recursive := true
            )
        from ended
        union all
        select
            site_id,
            quarter_start,
            people,
            false as is_flow,
            unnest(
                [
                    {'metric_id':'median_days_waiting_so_far', 'days':median_days},
                    {'metric_id':'longest_days_waiting_so_far', 'days':longest_days}
                ],
                recursive := true
            )
        from going_on
    ),

    placed as (
        select
            quarters.* exclude (is_partial),
            figures.metric_id,
            figures.people as denominator,
            figures.days as value,
            case
                when not figures.is_flow and estimated.site_id is not null
                then 'estimated'
            end as status_flag,
            figures.is_flow and quarters.is_partial as is_partial
        from figures
        inner join quarters using (site_id, quarter_start)
        left join
            estimated
            on quarters.site_id = estimated.site_id
            and {{ month_start("quarters.quarter_end") }} = estimated.month_start
    ),

    final as ({{ in_series_shape("placed", also=["status_flag"]) }})

select *
from final
