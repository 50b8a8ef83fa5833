-- Wholes beside the sum of their parts, where `partition` says that parts add up: by a breakdown, or by area. Each count
-- that is rounded, and is not nought, may miss by half a step: so many of these are `allowed` for.
with
    told as (
        select
            series.*,
            case when metrics.source_kind = 'records' then release.rounded_to // 2 else 0 end as half,
            metrics.unit like 'GBP%' as is_money,
            starts_with(coalesce(metrics.words, ''), 'full-time equivalents') as is_of_staff
        from new.marts.metric_series as series
        left join
            (
                select metric_id, definition_version, unit, source_kind, denominator as words from new.marts.dim_metric
            ) as metrics
            using (metric_id, definition_version)
        cross join (select coalesce(rounded_to, 1) as rounded_to from new.marts.release) as release
    ),

    long as (
        select
            site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value, flags,
            unnest(['numerator', 'denominator', 'value_raw']) as field,
            unnest([numerator, denominator, value_raw]) as counted,
            unnest(
                [
                    if(is_money or coalesce(numerator, 0) = 0, 0, half),
                    if(is_of_staff or coalesce(denominator, 0) = 0, 0, half),
                    if(is_money or coalesce(value_raw, 0) = 0 or value_raw is distinct from numerator, 0, half)
                ]
            ) as half
        from told
    ),

    parts as (
        select long.* replace ('all' as breakdown, 'all' as breakdown_value), partition.parts_by
        from long
        inner join partition
            on long.metric_id = partition.metric_id
            and long.field = partition.field
            and long.breakdown = partition.parts_by
        where partition.adds_up
        union all
        select long.* replace ('all' as area), partition.parts_by
        from long
        inner join partition using (metric_id, field)
        where partition.adds_up and partition.parts_by = 'area' and long.area <> 'all'
    ),

    added as (
        select
            site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value, field, parts_by,
            count(*) as parts,
            count(*) - count(counted) as parts_withheld,
            sum(counted) as sum_of_parts,
            sum(half) as half
        from parts
        group by all
    )

select
    added.site_id,
    added.area,
    added.metric_id,
    added.definition_version,
    added.grain,
    added.period_start,
    added.breakdown,
    added.breakdown_value,
    added.parts_by,
    added.field,
    added.parts,
    added.parts_withheld > 0 as is_part_withheld,
    added.sum_of_parts,
    long.counted as whole,
    added.half + long.half as allowed,
    sign(added.sum_of_parts - long.counted)
    * greatest(0, abs(added.sum_of_parts - long.counted) - allowed)
    / greatest(1, abs(long.counted)) as surplus
from added
inner join long
    using (site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value, field)
where long.counted is not null and added.sum_of_parts is not null
