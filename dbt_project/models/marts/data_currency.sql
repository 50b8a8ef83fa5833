with
    sites as (select site_id from {{ ref("dim_site") }} where kind = 'site'),

    series as (select * from {{ ref("int_series") }} where value is not null),

    breaks as (select * from {{ ref("series_break") }}),

    newest as (select max(as_of) as newest_day from {{ ref("int_load") }}),

    told as (
        select
            series.site_id,
            series.metric_id,
            arg_max(
                series.definition_version,
                (series.period_end, series.definition_version)
            ) as definition_version,
            -- Of a quarter and a year that end together the shorter one.
            arg_max(series.grain, (series.period_end, series.period_start)) as grain,
            arg_max(
                series.system_id,
                (series.period_end, series.period_start, series.system_id)
            ) as system_id,
            min(series.period_start) as told_from,
            max(series.period_end) as told_until,
            count(distinct series.system_id) filter (
                series.source_kind = 'records'
            ) as systems
        from series
        inner join sites on series.site_id = sites.site_id
        group by series.site_id, series.metric_id
    ),

    crossings as (
        select
            told.site_id,
            told.metric_id,
            count(*) as breaks,
            count(*) filter (breaks.verdict = 'linked') as breaks_linked,
            -- What nobody could measure is no ground to read across.
            max(breaks.break_date) filter (
                breaks.verdict in ('not comparable', 'not measured')
            ) as not_across,
            arg_max(
                breaks.verdict, (breaks.break_date, breaks.verdict, breaks.note)
            ) filter (breaks.verdict in ('not comparable', 'not measured'))
            as stopped_by,
            arg_max(
                breaks.note, (breaks.break_date, breaks.verdict, breaks.note)
            ) filter (breaks.verdict in ('not comparable', 'not measured'))
            as why_not_longer
        from told
        inner join
            breaks
            on told.site_id = breaks.site_id
            and told.metric_id = breaks.metric_id
            and breaks.break_date > told.told_from
            and breaks.break_date <= told.told_until
        group by told.site_id, told.metric_id
    ),

    -- A break may fall within a period, which then belongs to neither side.
    comparable as (
        select
            series.site_id,
            series.metric_id,
            min(series.period_start) as comparable_from
        from series
        inner join
            crossings
            on series.site_id = crossings.site_id
            and series.metric_id = crossings.metric_id
            and series.period_start >= crossings.not_across
        group by series.site_id, series.metric_id
    ),

    placed as (
        select
            told.*,
            coalesce(crossings.breaks, 0) as breaks,
            coalesce(crossings.breaks_linked, 0) as breaks_linked,
            case
                when crossings.not_across is null
                then told.told_from
                else comparable.comparable_from
            end as comparable_from,
            crossings.stopped_by,
            crossings.why_not_longer,
            newest.newest_day
        from told
        cross join newest
        left join
            crossings
            on told.site_id = crossings.site_id
            and told.metric_id = crossings.metric_id
        left join
            comparable
            on told.site_id = comparable.site_id
            and told.metric_id = comparable.metric_id
    ),

    final as (
        select
            site_id,
            metric_id,
            definition_version,
            grain,
            told_from,
            told_until,
            comparable_from,
            round(
                coalesce(date_diff('day', comparable_from, told_until + 1), 0) / 365.25,
                2
            ) as comparable_years,
            greatest(date_diff('day', told_until, newest_day), 0) as age_days,
            systems,
            breaks,
            breaks_linked,
            stopped_by,
            why_not_longer,
            system_id
        from placed
    )

select *
from final
