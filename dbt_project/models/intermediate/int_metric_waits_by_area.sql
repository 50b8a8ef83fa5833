with
    waits as (select * from {{ ref("int_wait_area") }}),

    quarters as ({{ covered_quarters(["request", "assessment"]) }}),

    estimated as (
        select *
        from {{ ref("int_estimated_month") }}
        where metric_id = 'people_waiting_for_assessment'
    ),

    -- An area in which nobody waits is nought there.
    parts as (select distinct site_id, unnest([area, 'all']) as area from waits),

    open_waits as (
        select
            quarters.site_id,
            quarters.quarter_start,
            coalesce(waits.area, 'all') as area,
            count(*) filter (
                where
                    waits.answered_on
                    between quarters.quarter_start and quarters.quarter_end
            ) as assessments,
            median(waits.days_from_last_request) filter (
                where
                    waits.answered_on
                    between quarters.quarter_start and quarters.quarter_end
            ) as median_days,
            count(*) filter (
                where
                    coalesce(waits.answered_on, waits.lost_on, date '9999-12-31')
                    > quarters.quarter_end
            ) as people
        from quarters
        inner join
            waits
            on quarters.site_id = waits.site_id
            and waits.waiting_since <= quarters.quarter_end
            and coalesce(waits.answered_on, waits.lost_on, date '9999-12-31')
            >= quarters.quarter_start
        group by
            grouping sets (
                (quarters.site_id, quarters.quarter_start),
                (quarters.site_id, quarters.quarter_start, waits.area)
            )
    ),

    placed as (
        select
            quarters.*,
            parts.area,
            coalesce(open_waits.people, 0) as people,
            coalesce(open_waits.assessments, 0) as assessments,
            open_waits.median_days,
            estimated.site_id is not null as is_estimated
        from quarters
        inner join parts using (site_id)
        left join open_waits using (site_id, quarter_start, area)
        left join
            estimated
            on quarters.site_id = estimated.site_id
            and {{ month_start("quarters.quarter_end") }} = estimated.month_start
    ),

    figures as (
        select
            * exclude (is_partial),
            'people_waiting_by_area' as metric_id,
            people as numerator,
            people as value,
            case when is_estimated then 'estimated' end as status_flag
        from placed
        union all by name
        select
            *,
            'median_days_to_assessment_by_area' as metric_id,
            assessments as denominator,
            median_days as value
        from placed
        where assessments > 0
    ),

    final as ({{ in_series_shape("figures", also=["area", "status_flag"]) }})

select *
from final
