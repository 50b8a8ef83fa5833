with
    requests as (
        select
            site_id,
            cast(date_trunc('quarter', request_date) as date) as quarter_start,
            coalesce(route_of_access, 'unknown') as route_of_access,
            coalesce(contact_venue, 'unknown') as contact_venue,
            event_outcome is not null as has_outcome,
            event_outcome is not null and end_date is not null as is_closed,
            is_resolved_first_contact
            and end_date <= request_date + 1 as is_within_a_day
        from {{ ref("int_request") }}
        where request_date is not null
    ),

    quarters as ({{ covered_quarters(["request"]) }}),

    -- A way in that a site has and nobody takes in a quarter is nought there.
    parts as (
        select distinct
            site_id, 'route_of_access' as breakdown, route_of_access as breakdown_value
        from requests
        union all
        select distinct site_id, 'venue' as breakdown, contact_venue as breakdown_value
        from requests
        union all
        select distinct site_id, 'all' as breakdown, 'all' as breakdown_value
        from requests
    ),

    counted as (
        select
            site_id,
            quarter_start,
            case
                when grouping(route_of_access) = 0
                then 'route_of_access'
                when grouping(contact_venue) = 0
                then 'venue'
                else 'all'
            end as breakdown,
            coalesce(route_of_access, contact_venue, 'all') as breakdown_value,
            count(*) as requests,
            count(*) filter (where not has_outcome) as without_outcome,
            count(*) filter (where is_closed) as closed,
            count(*) filter (where is_closed and is_within_a_day) as within_a_day
        from requests
        group by
            grouping sets (
                (site_id, quarter_start),
                (site_id, quarter_start, route_of_access),
                (site_id, quarter_start, contact_venue)
            )
    ),

    placed as (
        select
            quarters.*,
            parts.breakdown,
            parts.breakdown_value,
            coalesce(counted.requests, 0) as requests,
            counted.without_outcome,
            counted.closed,
            counted.within_a_day
        from quarters
        inner join parts using (site_id)
        left join counted using (site_id, quarter_start, breakdown, breakdown_value)
    ),

    figures as (
        select
            *,
            'requests_by_way_in' as metric_id,
            requests as numerator,
            requests as value
        from placed
        union all by name
        select
            *,
            'requests_without_outcome' as metric_id,
            without_outcome as numerator,
            requests as denominator,
            100.0 * without_outcome / requests as value
        from placed
        where breakdown = 'all' and requests > 0
        union all by name
        select
            *,
            'requests_resolved_within_a_day' as metric_id,
            within_a_day as numerator,
            closed as denominator,
            100.0 * within_a_day / closed as value
        from placed
        where breakdown = 'all' and closed > 0
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
