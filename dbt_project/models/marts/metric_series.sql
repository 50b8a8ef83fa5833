with
    series as (select * from {{ ref("int_series") }}),

    coded as (select * from {{ ref("int_coded_series") }} where is_linked),

    carried as (select * from {{ ref("int_linked_value") }}),

    definition_links as (select * from {{ ref("int_definition_link") }}),

    first_published as (select * from {{ ref("int_first_published") }}),

    joined as (
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
            coalesce(carried.value, coded.value, series.value)
            * coalesce(definition_links.factor, 1) as value,
            -- Sums of what is no whole number may differ in their last digits from
            -- build to build.
            case
                when
                    abs(series.value - first_published.first_value)
                    > 1e-9 * abs(first_published.first_value)
                then series.value - first_published.first_value
            end as restated_by,
            coded.site_id is not null
            or coalesce(carried.is_linked, false)
            or definition_links.factor is not null as is_linked,
            coalesce(carried.currency, 0) > 0
            or (
                definition_links.metric_id is not null
                and definition_links.factor is null
            ) as is_not_comparable,
            is_definition_break or series.is_system_break as is_break,
            is_partial,
            status_flag,
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
            definition_links
            on series.metric_id = definition_links.metric_id
            and series.definition_version = definition_links.definition_version
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
            value_raw,
            value,
            {{
                flag_list(
                    [
                        "case when is_break then 'break' end",
                        "case when is_partial then 'partial' end",
                        "case when is_linked then 'linked' end",
                        "case when is_linked and coalesce(status_flag, '') <> 'estimated' then 'estimated' end",
                        "case when is_not_comparable then 'not_comparable' end",
                        "case when restated_by is not null then 'restated' end",
                        "status_flag",
                    ]
                )
            }}
            as flags,
            restated_by,
            system_id
        from joined
    )

select *
from final
