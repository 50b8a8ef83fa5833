-- What the release says of itself beside what is in it.
select
    release_id,
    created_at,
    content,
    small_number,
    rounded_to,
    coalesce(records_origin, 'none') as records_origin,
    coalesce(records_origin, 'none') in ('simulated', 'mixed')
    = (select coalesce(bool_or(is_simulated), false) from new.marts.dim_site) as is_origin_said,
    suppressed,
    (
        select count(*)
        from new.marts.metric_series as series
        inner join new.marts.dim_metric as metrics using (metric_id, definition_version)
        where metrics.source_kind = 'records' and list_contains(series.flags, 'suppressed')
    ) as suppressed_counted,
    date_diff('day', (select max(as_of) from new.marts.delivery where in_force), created_at) as days_since_delivery
from new.marts.release
