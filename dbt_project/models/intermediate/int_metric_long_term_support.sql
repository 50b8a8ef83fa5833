with
    people as (select * from {{ ref("int_supported_person") }}),

    quarters as (
        select
            site_id,
            cast(date_trunc('quarter', month_start) as date) as quarter_start,
            month_end as quarter_end,
            system_id
        from {{ ref("int_coverage_month") }}
        where entity = 'service' and month(month_start) % 3 = 0
    ),

    -- Who is in which part; at home, of those whose setting that is.
    counted as (
        select
            site_id,
            quarter_start,
            'people_with_long_term_support_at_quarter_end' as metric_id,
            case when grouping(setting) = 0 then 'setting' else 'all' end as breakdown,
            coalesce(setting, 'all') as breakdown_value,
            count(*) as people
        from people
        group by
            grouping sets ((site_id, quarter_start), (site_id, quarter_start, setting))
        union all
        select
            site_id,
            quarter_start,
            'people_with_long_term_support_at_quarter_end' as metric_id,
            'provider_type' as breakdown,
            provider_type as breakdown_value,
            count(*) as people
        from people, unnest(provider_types) as providers(provider_type)
        group by all
        union all
        select
            site_id,
            quarter_start,
            'people_supported_in_community' as metric_id,
            case
                when grouping(delivery_mechanism) = 0
                then 'delivery_mechanism'
                when grouping(sds_option) = 0
                then 'sds_option'
                else 'all'
            end as breakdown,
            coalesce(delivery_mechanism, sds_option, 'all') as breakdown_value,
            count(*) as people
        from people
        where setting = 'community'
        group by
            grouping sets (
                (site_id, quarter_start),
                (site_id, quarter_start, delivery_mechanism),
                (site_id, quarter_start, sds_option)
            )
    ),

    -- What a site's records never say is no breakdown there.
    parts as (
        select distinct site_id, metric_id, breakdown, breakdown_value
        from counted
        qualify
            bool_or(breakdown_value <> 'unknown') over (
                partition by site_id, metric_id, breakdown
            )
    ),

    placed as (
        select
            quarters.*,
            parts.metric_id,
            parts.breakdown,
            parts.breakdown_value,
            coalesce(counted.people, 0) as people
        from quarters
        inner join parts using (site_id)
        left join
            counted using (
                site_id, quarter_start, metric_id, breakdown, breakdown_value
            )
    ),

    figures as (select *, people as numerator, people as value from placed),

    final as ({{ in_series_shape("figures") }})

select *
from final
