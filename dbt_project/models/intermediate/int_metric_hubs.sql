with
    sessions as (select * from {{ ref("int_hub_session") }}),

    quarters as (
        select * from {{ ref("int_coverage_quarter") }} where entity = 'hub_session'
    ),

    parts as (
        select distinct site_id, 'venue' as breakdown, venue as breakdown_value
        from sessions
        union all
        select distinct
            site_id, 'partner_type' as breakdown, partner_type as breakdown_value
        from sessions
        union all
        select distinct site_id, 'all' as breakdown, 'all' as breakdown_value
        from sessions
    ),

    counted as (
        select
            site_id,
            quarter_start,
            case
                when grouping(venue) = 0
                then 'venue'
                when grouping(partner_type) = 0
                then 'partner_type'
                else 'all'
            end as breakdown,
            coalesce(venue, partner_type, 'all') as breakdown_value,
            count(distinct hub) as hubs,
            count(*) as sessions,
            sum(people_seen) as people
        from sessions
        group by
            grouping sets (
                (site_id, quarter_start),
                (site_id, quarter_start, venue),
                (site_id, quarter_start, partner_type)
            )
    ),

    placed as (
        select
            quarters.*,
            parts.breakdown,
            parts.breakdown_value,
            coalesce(counted.hubs, 0) as hubs,
            coalesce(counted.sessions, 0) as sessions,
            coalesce(counted.people, 0) as people
        from quarters
        inner join parts using (site_id)
        left join counted using (site_id, quarter_start, breakdown, breakdown_value)
    ),

    -- Hubs and sessions are no people: only those who came have a numerator, by which
    -- small numbers are judged.
    figures as (
        select *, 'hubs_open' as metric_id, hubs as value
        from placed
        where breakdown = 'all'
        union all by name
        select *, 'hub_sessions' as metric_id, sessions as value
        from placed
        union all by name
        select
            *, 'people_seen_at_hubs' as metric_id, people as numerator, people as value
        from placed
        where breakdown = 'all'
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
