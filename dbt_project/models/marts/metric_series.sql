with
    series as (select * from {{ ref("int_series") }}),

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
            value as value_raw,
            value,
            {{
                flag_list(
                    [
                        "case when is_definition_break or is_system_break then 'break' end",
                        "case when is_partial then 'partial' end",
                        "status_flag",
                    ]
                )
            }}
            as flags,
            system_id
        from series
    )

select *
from final
