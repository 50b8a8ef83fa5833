with
    series as (select * from {{ ref("int_series") }}),

    definitions as (select * from {{ ref("dim_metric") }}),

    systems as (select * from {{ ref("dim_system") }}),

    spans as (select * from {{ ref("site_system") }}),

    measured as (select * from {{ ref("int_break") }}),

    code_ends as (select * from {{ ref("int_code_break") }}),

    definition_links as (select * from {{ ref("definition_link") }}),

    instruments as (select * from {{ ref("int_instrument_change") }}),

    parallel_months as (
        select
            later.sender_id as site_id,
            later.system_id,
            max(
                date_diff('day', later.valid_from, earlier.valid_until) / 30.44
            ) as months
        from {{ source("registry", "sender_system") }} as later
        inner join
            {{ source("registry", "sender_system") }} as earlier
            on later.sender_id = earlier.sender_id
            and later.family = earlier.family
            and earlier.valid_from < later.valid_from
            and earlier.valid_until >= later.valid_from
        group by later.sender_id, later.system_id
    ),

    definition_breaks as (
        select
            series.site_id,
            series.metric_id,
            coalesce(
                max(definitions.valid_from), min(series.period_start)
            ) as break_date,
            'definition' as cause,
            'declared definition' as how_known,
            max(links.factor) - 1 as size,
            max(links.factor_low) - 1 as size_low,
            max(links.factor_high) - 1 as size_high,
            cast(
                max(
                    date_diff('month', links.measured_on, links.measured_until + 1)
                ) as integer
            ) as overlap_months,
            case
                when max(links.factor) is null then 'not comparable' else 'linked'
            end as verdict,
            'Definition version '
            || cast(series.definition_version as varchar)
            || ' begins'
            || coalesce('. ' || max(links.source), '') as note
        from series
        inner join
            definitions
            on series.metric_id = definitions.metric_id
            and series.definition_version = definitions.definition_version
        left join
            definition_links as links
            on series.metric_id = links.metric_id
            and series.definition_version = links.to_version
        where series.is_definition_break
        group by series.site_id, series.metric_id, series.definition_version
    ),

    changes as (
        select
            series.site_id,
            series.metric_id,
            coalesce(max(spans.valid_from), series.period_start) as break_date,
            max(measured.size) as size,
            max(measured.size_low) as size_low,
            max(measured.size_high) as size_high,
            max(parallel_months.months) as overlap_months,
            max(measured.verdict) as verdict,
            min(before.name) || ' gives way to ' || min(after.name) as what,
            max(measured.note) as note
        from series
        inner join systems as before on series.system_before = before.system_id
        inner join systems as after on series.system_id = after.system_id
        left join
            spans
            on series.site_id = spans.site_id
            and series.system_id = spans.system_id
            and series.period_end >= spans.valid_from
        left join
            measured
            on series.site_id = measured.site_id
            and series.metric_id = measured.metric_id
            and series.period_start = measured.month
            and measured.how_known = 'declared cutover'
        left join
            parallel_months
            on series.site_id = parallel_months.site_id
            and series.system_id = parallel_months.system_id
        where series.is_system_break
        group by series.site_id, series.metric_id, series.period_start
        -- A part that is rare shows the new system later than the whole does.
        qualify
            row_number() over (
                partition by
                    series.site_id,
                    series.metric_id,
                    coalesce(max(spans.valid_from), series.period_start)
                order by series.period_start
            )
            = 1
    ),

    -- A quarter and a year in which it falls, and parts that go on later, tell one
    -- change.
    system_breaks as (
        select
            site_id,
            metric_id,
            break_date,
            'source_system' as cause,
            'declared cutover' as how_known,
            max(size) as size,
            max(size_low) as size_low,
            max(size_high) as size_high,
            cast(round(coalesce(max(overlap_months), 0)) as integer) as overlap_months,
            coalesce(max(verdict), 'not measured') as verdict,
            min(what) || coalesce('; ' || nullif(max(note), ''), '') as note
        from changes
        group by site_id, metric_id, break_date
    ),

    found_breaks as (
        select
            site_id,
            metric_id,
            month as break_date,
            'unknown' as cause,
            how_known,
            size,
            size_low,
            size_high,
            0 as overlap_months,
            verdict,
            note
        from measured
        where how_known = 'detected'
    ),

    code_breaks as (
        select
            site_id,
            metric_id,
            break_date,
            'definition' as cause,
            'detected' as how_known,
            size,
            size_low,
            size_high,
            0 as overlap_months,
            verdict,
            note
        from code_ends
        where (site_id, metric_id) in (select site_id, metric_id from series)
    ),

    -- Two instruments are two series; where a site went from one to the other, neither
    -- goes on.
    scored as (
        select distinct site_id, metric_id from series where breakdown = 'instrument'
    ),

    instrument_breaks as (
        select
            instruments.site_id,
            scored.metric_id,
            instruments.change_date as break_date,
            'definition' as cause,
            'detected' as how_known,
            cast(null as double) as size,
            cast(null as double) as size_low,
            cast(null as double) as size_high,
            0 as overlap_months,
            'not comparable' as verdict,
            'The instrument ' || string_agg(
                distinct instruments.from_instrument,
                ' and '
                order by instruments.from_instrument
            )
            || ' gives way to '
            || string_agg(
                distinct instruments.to_instrument,
                ' and '
                order by instruments.to_instrument
            )
            || ', and each is a series of its own' as note
        from instruments
        inner join scored on instruments.site_id = scored.site_id
        group by instruments.site_id, scored.metric_id, instruments.change_date
    ),

    breaks as (
        select *
        from found_breaks
        union all
        select *
        from instrument_breaks
        union all
        select *
        from code_breaks
        union all
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
            size,
            size_low,
            size_high,
            overlap_months,
            verdict,
            note
        from breaks
    )

select *
from final
