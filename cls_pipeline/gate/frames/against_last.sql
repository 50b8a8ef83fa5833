-- Every site's metric beside the last release: rows, figures shown, and how far the figures of old periods have moved.
-- Old is what ended a year before the newest period of the last release. Figures from records are not held against those
-- whose counts were rounded otherwise: any may differ.
with
    held as (select * from old.marts.metric_series),

    -- A release that does not say so was made before anything was rounded.
    rounding as (
        select
            (
                select coalesce(any_value(rounded_to), 1)
                from (from old.marts.release union all by name select null::integer as rounded_to where false)
            )
            = (select coalesce(any_value(rounded_to), 1) from new.marts.release) as is_alike
    ),

    joined as (
        select
            before.site_id,
            before.metric_id,
            before.grain,
            now.site_id is not null as is_kept,
            before.value_raw as was,
            now.value_raw as is_now,
            before.period_end <= (select max(period_end) from held) - interval 1 year
            and (rounding.is_alike or metrics.source_kind = 'published') as is_old,
            coalesce(list_contains(now.flags, 'restated'), false)
            -- Back at what was first published: nothing is restated.
            or coalesce(abs(now.value_raw - (before.value_raw - before.restated_by)) < 1e-9, false)
            or coalesce(list_contains(before.flags, 'restated'), false) as is_said
        from held as before
        left join
            new.marts.metric_series as now
            using (site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value)
        left join
            (select metric_id, definition_version, source_kind from new.marts.dim_metric) as metrics
            using (metric_id, definition_version)
        cross join rounding
    ),

    moves as (
        select
            *,
            is_old and was is not null and is_now is not null as is_compared,
            abs(is_now - was) > greatest(1, 0.1 * abs(was)) as is_moved,
            abs(is_now - was) > 1e-9 * greatest(1, abs(was)) as is_changed
        from joined
    ),

    added as (
        select
            site_id,
            metric_id,
            grain,
            count(*) as rows_before,
            count(*) filter (is_kept) as rows_kept,
            count(was) as shown_before,
            count(is_now) filter (was is not null) as shown_still,
            count(*) filter (is_compared) as compared,
            count(*) filter (is_compared and is_moved) as moved,
            count(*) filter (is_compared and is_changed and not is_said) as moved_unsaid
        from moves
        group by all
    ),

    now_there as (select site_id, metric_id, grain, count(*) as rows_now from new.marts.metric_series group by all)

select
    added.*,
    coalesce(rows_now, 0) as rows_now,
    coalesce(rows_now, 0) / rows_before as share_of_rows,
    case when compared >= 8 then moved / compared end as share_moved,
    case when shown_before >= 8 and rows_kept > 0 then 1 - shown_still / shown_before end as share_newly_withheld,
    metric_id not in (select metric_id from new.marts.dim_metric) as is_withdrawn
from added
left join now_there using (site_id, metric_id, grain)
