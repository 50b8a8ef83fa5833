-- Every figure of the draft beside its definition, the range of its unit, and what its counts make of it.
with
    units as (
        select used.unit, first(known) as known
        from (select distinct unit from new.marts.dim_metric) as used
        inner join unit as known on used.unit like known.unit
        group by used.unit
    ),

    known as (
        select
            list(flag) as flags,
            list(flag) filter (value = 'is null') as withholding,
            (select small_number from new.marts.release) as small_number,
            (select coalesce(rounded_to, 1) from new.marts.release) as rounded_to
        from flag
    ),

    figures as (
        select
            series.*,
            metrics.unit,
            -- Staff in post are nobody who is supported: see `disclosure.counts.STAFF`.
            starts_with(coalesce(metrics.denominator, ''), 'full-time equivalents') as is_of_staff,
            metrics.metric_id is not null as is_defined,
            coalesce(metrics.source_kind, 'none') as source_kind,
            units.known.lowest as lowest,
            units.known.highest as highest,
            coalesce(units.known.times, 1) as times,
            coalesce(units.known.is_whole, false) as is_whole,
            units.unit is not null as is_unit_known,
            sites.site_id is not null as is_site_known,
            systems.system_id is not null as is_system_known,
            list_contains(series.flags, 'suppressed') as is_suppressed,
            list_has_any(series.flags, known.withholding) as is_withheld,
            known.flags as known_flags,
            known.small_number,
            known.rounded_to
        from new.marts.metric_series as series
        left join new.marts.dim_metric as metrics using (metric_id, definition_version)
        left join new.marts.dim_site as sites using (site_id)
        left join new.marts.dim_system as systems using (system_id)
        left join units on metrics.unit = units.unit
        cross join known
    )

select
    site_id,
    area,
    metric_id,
    definition_version,
    grain,
    period_start,
    breakdown,
    breakdown_value,
    source_kind,
    unit,
    period_end,
    case
        when day(period_start) = 1 and grain = 'month'
        then last_day(period_start)
        when day(period_start) = 1 and grain = 'quarter' and month(period_start) in (1, 4, 7, 10)
        then last_day(period_start + interval 2 month)
        when day(period_start) = 1 and grain = 'year' and month(period_start) = 4
        then last_day(period_start + interval 11 month)
    end as period_due,
    numerator,
    denominator,
    value_raw,
    value,
    lowest,
    highest,
    is_defined,
    is_unit_known,
    is_site_known,
    is_system_known,
    system_id,
    array_to_string(list_filter(flags, lambda flag: not list_contains(known_flags, flag)), ', ') as unknown_flags,
    -- Infinite and not-a-number are no values.
    coalesce(isfinite(value) and isfinite(value_raw), false) as has_value,
    is_withheld,
    is_suppressed and coalesce(numerator, denominator, value_raw, value, restated_by) is not null as is_laid_open,
    coalesce(value <> value_raw and not list_contains(flags, 'linked'), false) as is_silently_linked,
    case
        when source_kind <> 'records' or list_contains(flags, 'estimated') or denominator = 0
        then null
        -- By how much it was divided is not told; the numerator is there to tell whether it is small.
        when denominator is null and unit like '% per %'
        then null
        when unit = 'percent'
        then abs(value_raw - 100 * numerator / denominator)
        else least(abs(value_raw - numerator), abs(value_raw - times * numerator / denominator))
    end
    / greatest(1, abs(value_raw)) as off_counts,
    is_whole and source_kind = 'records' and value_raw <> round(value_raw) as is_fraction,
    lowest = 0 and least(coalesce(numerator, 0), coalesce(denominator, 0)) < 0 as is_count_negative,
    -- A rounded count is small where all that are rounded to it are: at most half a step more, of those left out a step.
    source_kind = 'records'
    and unit not like 'GBP%'
    and list_has_any(
        list_transform(
            [
                {'told': numerator, 'more': (rounded_to - 1) // 2},
                {'told': case when not is_of_staff then denominator end, 'more': (rounded_to - 1) // 2},
                {'told': case when unit = 'percent' then denominator - numerator end, 'more': rounded_to - 1}
            ],
            lambda counted: counted.told > 0 and counted.told + counted.more <= small_number
        ),
        [true]
    ) as is_small,
    source_kind = 'records'
    and rounded_to > 1
    and (
        (not is_of_staff and coalesce(denominator % rounded_to <> 0, false))
        or (unit not like 'GBP%' and coalesce(numerator % rounded_to <> 0, false))
    ) as is_unrounded
from figures
