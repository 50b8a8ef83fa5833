with
    figures as (
        select *
        from {{ ref("int_published_series") }}
        union all
        select *
        from {{ ref("int_records_series") }}
    ),

    neighbours as (
        select
            *,
            min(definition_version) over (
                partition by site_id, area, metric_id, grain, breakdown, breakdown_value
            ) as first_version,
            row_number() over (
                partition by
                    site_id,
                    area,
                    metric_id,
                    grain,
                    breakdown,
                    breakdown_value,
                    definition_version
                order by period_start
            ) as place_in_version,
            lag(system_id) over (
                partition by
                    site_id,
                    area,
                    metric_id,
                    grain,
                    breakdown,
                    breakdown_value,
                    definition_version
                order by period_start
            ) as system_before
        from figures
    ),

    final as (
        select
            site_id,
            area,
            metric_id,
            definition_version,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            numerator,
            denominator,
            value,
            status_flag,
            is_partial,
            definition_version > first_version
            and place_in_version = 1 as is_definition_break,
            source_kind = 'records'
            and system_id <> coalesce(system_before, system_id) as is_system_break,
            case when source_kind = 'records' then system_before end as system_before,
            system_id,
            source_kind
        from neighbours
    )

select *
from final
