with
    series as (select * from {{ ref("int_series") }}),

    links as (select * from {{ ref("int_link") }}),

    definitions as (select * from {{ ref("dim_metric") }}),

    -- Told by month for charts of each team, and not searched for breaks.
    of_teams as (select distinct metric_id from {{ ref("int_metric_teams") }}),

    final as (
        select
            series.site_id,
            series.metric_id,
            series.definition_version,
            series.period_start as month,
            case
                when not series.is_partial then coalesce(links.value, series.value)
            end as value,
            links.value is not null as is_linked,
            series.is_system_break,
            definitions.unit
        from series
        inner join
            definitions
            on series.metric_id = definitions.metric_id
            and series.definition_version = definitions.definition_version
        left join
            links
            on series.site_id = links.site_id
            and series.metric_id = links.metric_id
            and series.period_start = links.month_start
        where
            series.source_kind = 'records'
            and series.grain = 'month'
            and series.area = 'all'
            and series.breakdown = 'all'
            and series.metric_id not in (select metric_id from of_teams)
    )

select *
from final
