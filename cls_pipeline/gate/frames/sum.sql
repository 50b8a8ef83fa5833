-- Wholes beside the sum of their parts, where `partition` says that parts add up: by a breakdown, or by area.
with
    long as (
        select
            site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value, flags,
            unnest(['numerator', 'denominator', 'value_raw']) as field,
            unnest([numerator, denominator, value_raw]) as counted
        from new.marts.metric_series
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
            sum(counted) as sum_of_parts
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
    (added.sum_of_parts - long.counted) / greatest(1, abs(long.counted)) as surplus
from added
inner join long
    using (site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value, field)
where long.counted is not null and added.sum_of_parts is not null
