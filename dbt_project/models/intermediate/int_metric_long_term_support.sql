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
        inner join parts on quarters.site_id = parts.site_id
        left join
            counted
            on quarters.site_id = counted.site_id
            and quarters.quarter_start = counted.quarter_start
            and parts.metric_id = counted.metric_id
            and parts.breakdown = counted.breakdown
            and parts.breakdown_value = counted.breakdown_value
    ),

    by_quarter as (
        select
            site_id,
            quarter_start,
            quarter_end,
            system_id,
            count(*) as people,
            count(*) filter (setting = 'community') as in_community,
            count(*) filter (
                setting = 'community'
                and delivery_mechanism in ('direct_payment', 'part_direct_payment')
            ) as with_direct_payment
        from quarters
        inner join people using (site_id, quarter_start)
        group by all
    ),

    figures as (
        select
            site_id,
            metric_id,
            quarter_start,
            quarter_end,
            breakdown,
            breakdown_value,
            people as numerator,
            null as denominator,
            people as value,
            system_id
        from placed
        union all
        select
            site_id,
            'community_based_share' as metric_id,
            quarter_start,
            quarter_end,
            'all' as breakdown,
            'all' as breakdown_value,
            in_community as numerator,
            people as denominator,
            100 * in_community / people as value,
            system_id
        from by_quarter
        union all
        select
            site_id,
            'direct_payment_share' as metric_id,
            quarter_start,
            quarter_end,
            'all' as breakdown,
            'all' as breakdown_value,
            with_direct_payment as numerator,
            in_community as denominator,
            100 * with_direct_payment / in_community as value,
            system_id
        from by_quarter
        where in_community > 0
    ),

    final as (
        select
            site_id,
            metric_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            breakdown,
            breakdown_value,
            cast(numerator as double) as numerator,
            cast(denominator as double) as denominator,
            cast(value as double) as value,
            false as is_partial,
            system_id
        from figures
    )

select *
from final
