with
    people as (select * from {{ ref("int_person_cost") }}),

    quarters as (select * from {{ ref("int_cost_quarter") }}),

    periods as (
        select
            site_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            system_id,
            is_partial
        from quarters
        union all
        select
            site_id,
            'year' as grain,
            {{ year_start("quarter_start") }} as period_start,
            max(quarter_end) as period_end,
            arg_max(system_id, quarter_start) as system_id,
            bool_or(is_partial) as is_partial
        from quarters
        group by site_id, {{ year_start("quarter_start") }}
        having count(*) = 4
    ),

    placed as (
        select people.*, 'quarter' as grain, quarter_start as period_start
        from people
        union all
        select
            people.*, 'year' as grain, {{ year_start("quarter_start") }} as period_start
        from people
    ),

    parts as (
        select distinct site_id, 'setting' as breakdown, setting as breakdown_value
        from people
        union all
        -- What a site's records never say is no breakdown there.
        select distinct
            site_id, 'provider_type' as breakdown, provider_type as breakdown_value
        from people
        qualify bool_or(provider_type <> 'unknown') over (partition by site_id)
        union all
        select distinct site_id, 'all' as breakdown, 'all' as breakdown_value
        from people
    ),

    counted as (
        select
            site_id,
            grain,
            period_start,
            case
                when grouping(setting) = 0
                then 'setting'
                when grouping(provider_type) = 0
                then 'provider_type'
                else 'all'
            end as breakdown,
            coalesce(setting, provider_type, 'all') as breakdown_value,
            sum(cost) as cost,
            sum(refund) as refund,
            sum(contribution) as contribution,
            count(distinct person_key) filter (where cost > 0) as people,
            count(distinct person_key) filter (where refund > 0) as people_refunded,
            count(distinct quarter_start) filter (
                where contribution is not null
            ) as quarters_with_contribution,
            sum(weekly_cost) as weekly_cost,
            sum(weekly_contribution) as weekly_contribution,
            count(distinct person_key) filter (where open_packages > 0) as people_open,
            sum(open_packages) as packages_open,
            sum(open_packages_with_contribution) as packages_with_contribution
        from placed
        group by
            grouping sets (
                (site_id, grain, period_start),
                (site_id, grain, period_start, setting),
                (site_id, grain, period_start, provider_type)
            )
    ),

    -- A part that the site uses at some time and not in the period is nought then.
    final as (
        select
            periods.site_id,
            periods.grain,
            periods.period_start,
            periods.period_end,
            parts.breakdown,
            parts.breakdown_value,
            cast(coalesce(counted.cost, 0) as double) as cost,
            cast(coalesce(counted.refund, 0) as double) as refund,
            cast(coalesce(counted.contribution, 0) as double) as contribution,
            cast(coalesce(counted.people, 0) as double) as people,
            cast(coalesce(counted.people_refunded, 0) as double) as people_refunded,
            coalesce(
                counted.quarters_with_contribution
                = case periods.grain when 'year' then 4 else 1 end,
                false
            ) as tells_contributions,
            cast(coalesce(counted.weekly_cost, 0) as double) as weekly_cost,
            cast(
                coalesce(counted.weekly_contribution, 0) as double
            ) as weekly_contribution,
            cast(coalesce(counted.people_open, 0) as double) as people_open,
            cast(coalesce(counted.packages_open, 0) as double) as packages_open,
            cast(
                coalesce(counted.packages_with_contribution, 0) as double
            ) as packages_with_contribution,
            periods.is_partial,
            periods.system_id
        from periods
        inner join parts on periods.site_id = parts.site_id
        left join
            counted
            on periods.site_id = counted.site_id
            and periods.grain = counted.grain
            and periods.period_start = counted.period_start
            and parts.breakdown = counted.breakdown
            and parts.breakdown_value = counted.breakdown_value
    )

select *
from final
