with
    indicators as (select * from {{ ref("fct_indicator") }}),

    loads as (select * from {{ ref("int_load") }} where entity = 'indicator'),

    measures as (select * from {{ ref("stg_code") }} where list = 'measure'),

    sites as (
        select *
        from {{ source("registry", "sender") }}
        where kind = 'site' and council_code is not null
    ),

    linked as (
        select
            coalesce(sites.sender_id, indicators.area_code) as site_id,
            measures.metric_id,
            measures.definition_version,
            measures.code_group as measure_group,
            indicators.measure,
            indicators.measure_type,
            indicators.grain,
            indicators.period_start,
            indicators.breakdown,
            indicators.breakdown_value,
            indicators.value,
            indicators.value_status,
            indicators.system_id,
            row_number() over (
                partition by
                    indicators.area_code,
                    coalesce(measures.metric_id, indicators.measure),
                    measures.definition_version,
                    indicators.measure_type,
                    indicators.grain,
                    indicators.period_start,
                    indicators.breakdown,
                    indicators.breakdown_value
                order by loads.precedence desc, indicators.measure
            ) as choice
        from indicators
        inner join
            loads
            on indicators.site_id = loads.sender_id
            and indicators.load_id = loads.load_id
        left join measures on indicators.measure = measures.code
        left join sites on indicators.area_code = sites.council_code
    ),

    final as (
        select
            site_id,
            metric_id,
            definition_version,
            measure,
            measure_group,
            measure_type,
            grain,
            period_start,
            {{ period_end("grain", "period_start") }} as period_end,
            breakdown,
            breakdown_value,
            value,
            value_status,
            system_id
        from linked
        where choice = 1
    )

select *
from final
