-- Which metrics have parts from sites' records, and whether `partition` says if they add up.
with
    used as (
        select metric_id, unnest([breakdown, case when area <> 'all' then 'area' else 'all' end]) as parts_by
        from new.marts.metric_series
        inner join new.marts.dim_metric using (metric_id, definition_version)
        where dim_metric.source_kind = 'records'
    )

select distinct used.metric_id, used.parts_by, partition.metric_id is not null as is_said
from used
left join partition on used.metric_id like partition.metric_id and used.parts_by = partition.parts_by
where used.parts_by <> 'all'
