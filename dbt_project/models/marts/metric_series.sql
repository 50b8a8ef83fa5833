with
    series as (select * from {{ ref("int_series") }}),

    coded as (select * from {{ ref("int_coded_series") }} where is_linked),

    carried as (select * from {{ ref("int_linked_value") }}),

    first_published as (select * from {{ ref("int_first_published") }}),

    final as (
        select
            series.site_id,
            series.area,
            series.metric_id,
            series.definition_version,
            series.grain,
            series.period_start,
            period_end,
            series.breakdown,
            series.breakdown_value,
            numerator,
            denominator,
            series.value as value_raw,
            coalesce(carried.value, coded.value, series.value) as value,
            {{
                flag_list(
                    [
                        "case when is_definition_break or series.is_system_break then 'break' end",
                        "case when is_partial then 'partial' end",
                        "case when coded.site_id is not null or carried.is_linked then 'linked' end",
                        "case when coded.site_id is not null or carried.is_linked then 'estimated' end",
                        "case when carried.currency > 0 then 'not_comparable' end",
                        "case when first_published.first_value <> series.value then 'restated' end",
                        "status_flag",
                    ]
                )
            }}
            as flags,
            case
                when first_published.first_value <> series.value
                then series.value - first_published.first_value
            end as restated_by,
            system_id
        from series
        left join
            coded
            on series.site_id = coded.site_id
            and series.metric_id = coded.metric_id
            and series.definition_version = coded.definition_version
            and series.period_start = coded.month
            and series.source_kind = 'records'
        left join
            carried
            on series.site_id = carried.site_id
            and series.metric_id = carried.metric_id
            and series.period_start = carried.month
            and series.source_kind = 'records'
        left join
            first_published
            on series.site_id = first_published.site_id
            and series.area = first_published.area
            and series.metric_id = first_published.metric_id
            and series.definition_version = first_published.definition_version
            and series.grain = first_published.grain
            and series.period_start = first_published.period_start
            and series.breakdown = first_published.breakdown
            and series.breakdown_value = first_published.breakdown_value
    )

select *
from final
