with
    series as (select * from {{ ref("metric_series") }}),

    sites as (select * from {{ ref("dim_site") }}),

    -- New clients by age, as the programme's Paper 1 compared them.
    final as (
        select
            series.site_id,
            sites.nation,
            series.metric_id,
            series.definition_version,
            series.grain,
            series.period_start,
            series.breakdown,
            series.breakdown_value,
            series.numerator,
            series.denominator
        from series
        inner join sites on series.site_id = sites.site_id
        where
            series.metric_id = 'new_clients_signposted'
            and series.area = 'all'
            and series.breakdown in ('all', 'age_band')
            and not list_contains(series.flags, 'partial')
    )

select *
from final
