with
    series as (select * from {{ ref("int_series") }}),

    definitions as (select * from {{ ref("dim_metric") }}),

    systems as (select * from {{ ref("dim_system") }}),

    spans as (select * from {{ ref("site_system") }}),

    definition_breaks as (
        select
            series.site_id,
            series.metric_id,
            coalesce(
                max(definitions.valid_from), min(series.period_start)
            ) as break_date,
            'definition' as cause,
            'declared definition' as how_known,
            'not comparable' as verdict,
            'Definition version '
            || cast(series.definition_version as varchar)
            || ' begins' as note
        from series
        inner join
            definitions
            on series.metric_id = definitions.metric_id
            and series.definition_version = definitions.definition_version
        where series.is_definition_break
        group by series.site_id, series.metric_id, series.definition_version
    ),

    system_breaks as (
        select
            series.site_id,
            series.metric_id,
            coalesce(max(spans.valid_from), series.period_start) as break_date,
            'source_system' as cause,
            'declared cutover' as how_known,
            'not measured' as verdict,
            min(before.name) || ' gives way to ' || min(after.name) as note
        from series
        inner join systems as before on series.system_before = before.system_id
        inner join systems as after on series.system_id = after.system_id
        left join
            spans
            on series.site_id = spans.site_id
            and series.system_id = spans.system_id
            and series.period_end >= spans.valid_from
        where series.is_system_break
        group by series.site_id, series.metric_id, series.period_start
    ),

    breaks as (
        select *
        from definition_breaks
        union all
        select *
        from system_breaks
    ),

    final as (
        select
            site_id,
            metric_id,
            break_date,
            cause,
            how_known,
            cast(null as double) as size,
            cast(null as double) as size_low,
            cast(null as double) as size_high,
            cast(null as integer) as overlap_months,
            verdict,
            note
        from breaks
    )

select *
from final
