with
    requests as (select * from {{ ref("int_request_area") }}),

    quarters as ({{ covered_quarters(["request"]) }}),

    -- An area that a site has and nobody asks in is nought there.
    parts as (select distinct site_id, unnest([area, 'all']) as area from requests),

    asked as (
        select
            site_id,
            quarter_start,
            coalesce(area, 'all') as area,
            count(*) as requests,
            count(*) filter (where has_outcome) as with_outcome,
            count(*) filter (where has_outcome and is_resolved) as resolved
        from requests
        group by
            grouping sets ((site_id, quarter_start), (site_id, quarter_start, area))
    ),

    placed as (
        select
            quarters.*,
            parts.area,
            coalesce(asked.requests, 0) as requests,
            coalesce(asked.with_outcome, 0) as with_outcome,
            asked.resolved
        from quarters
        inner join parts on quarters.site_id = parts.site_id
        left join
            asked
            on quarters.site_id = asked.site_id
            and quarters.quarter_start = asked.quarter_start
            and parts.area = asked.area
    ),

    figures as (
        select
            *,
            'requests_by_area' as metric_id,
            requests as numerator,
            null as denominator,
            requests as value
        from placed
        union all
        select
            *,
            'resolved_at_first_contact_by_area' as metric_id,
            resolved as numerator,
            with_outcome as denominator,
            100.0 * resolved / with_outcome as value
        from placed
        where with_outcome > 0
    ),

    final as (
        select
            site_id,
            area,
            metric_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            'all' as breakdown,
            'all' as breakdown_value,
            cast(numerator as double) as numerator,
            cast(denominator as double) as denominator,
            cast(value as double) as value,
            is_partial,
            system_id
        from figures
    )

select *
from final
