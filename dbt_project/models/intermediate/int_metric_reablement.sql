with
    episodes as (select * from {{ ref("int_reablement") }}),

    quarters as ({{ covered_quarters(["service"]) }}),

    -- What came after is known once the month after the quarter is on record.
    known as (
        select site_id, max(month_start) as last_month
        from {{ ref("int_coverage_month") }}
        where entity = 'service'
        group by site_id
    ),

    events as (
        select
            site_id,
            date_trunc('quarter', start_date) as quarter_start,
            'reablement_episodes_begun' as metric_id,
            unnest(['all', client]) as part
        from episodes
        union all
        select
            site_id,
            date_trunc('quarter', end_date) as quarter_start,
            'reablement_sequels' as metric_id,
            unnest(['all', sequel]) as part
        from episodes
        where end_date is not null and client = 'new'
    ),

    counted as (
        select site_id, quarter_start, metric_id, part, count(*) as episodes
        from events
        group by all
    ),

    parts as (select distinct site_id, metric_id, part from counted),

    placed as (
        select
            quarters.*,
            parts.metric_id,
            parts.part,
            coalesce(counted.episodes, 0) as numerator,
            coalesce(counted.episodes, 0) as value
        from quarters
        inner join known using (site_id)
        inner join parts using (site_id)
        left join counted using (site_id, quarter_start, metric_id, part)
        where
            parts.metric_id <> 'reablement_sequels'
            or known.last_month > quarters.quarter_end
    ),

    shares as (
        select
            * exclude (metric_id, part, numerator, value),
            'reablement_without_long_term_support' as metric_id,
            'all' as part,
            sum(numerator) filter (part <> 'long_term') as numerator,
            sum(numerator) as denominator
        from placed
        where part in ('long_term', 'low_level', 'short_term', 'no_further_support')
        group by all
        union all
        select
            * exclude (metric_id, part, numerator, value),
            'reablement_unclassifiable' as metric_id,
            'all' as part,
            sum(numerator) filter (part = 'unclassifiable') as numerator,
            sum(numerator) filter (part = 'all') as denominator
        from placed
        where metric_id = 'reablement_sequels' and part in ('unclassifiable', 'all')
        group by all
    ),

    figures as (
        select *
        from placed
        union all by name
        select
            * replace (coalesce(numerator, 0) as numerator),
            100 * coalesce(numerator, 0) / denominator as value
        from shares
        where denominator > 0
    ),

    named as (
        select
            *,
            case
                when part = 'all'
                then 'all'
                when metric_id = 'reablement_sequels'
                then 'sequel'
                else 'client'
            end as breakdown,
            part as breakdown_value
        from figures
    ),

    final as ({{ in_series_shape("named") }})

select *
from final
