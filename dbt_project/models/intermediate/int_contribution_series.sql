with
    series as (select * from {{ ref("metric_series") }}),

    definitions as (select * from {{ ref("dim_metric") }}),

    of_teams as (select distinct metric_id from {{ ref("int_metric_teams") }}),

    newest as (
        select metric_id, max(definition_version) as definition_version
        from definitions
        group by metric_id
    ),

    -- A change in a neutral figure is neither better nor worse, and teams are too small
    -- to be held against each other.
    final as (
        select
            series.site_id,
            series.area,
            series.metric_id,
            series.grain,
            series.period_start,
            series.value,
            coalesce(series.denominator, series.numerator) as people,
            definitions.unit,
            definitions.comparability,
            definitions.source_kind = 'published' as is_published
        from series
        inner join
            definitions
            on series.metric_id = definitions.metric_id
            and series.definition_version = definitions.definition_version
        inner join
            newest
            on series.metric_id = newest.metric_id
            and series.definition_version = newest.definition_version
        where
            series.breakdown = 'all'
            and series.value is not null
            and not list_contains(series.flags, 'partial')
            and definitions.direction <> 'neutral'
            and series.metric_id not in (select metric_id from of_teams)
        qualify series.grain = min(series.grain) over (partition by series.metric_id)
    )

select *
from final
