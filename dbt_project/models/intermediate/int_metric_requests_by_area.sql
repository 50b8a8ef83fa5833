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
        inner join parts using (site_id)
        left join asked using (site_id, quarter_start, area)
    ),

    figures as (
        select
            *, 'requests_by_area' as metric_id, requests as numerator, requests as value
        from placed
        union all by name
        select
            *,
            'resolved_at_first_contact_by_area' as metric_id,
            resolved as numerator,
            with_outcome as denominator,
            100.0 * resolved / with_outcome as value
        from placed
        where with_outcome > 0
    ),

    final as ({{ in_series_shape("figures", also=["area"]) }})

select *
from final
