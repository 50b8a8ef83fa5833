with
    indicators as (select * from {{ ref("int_indicator") }}),

    not_submitted as (
        select distinct
            site_id,
            coalesce(measure_group, metric_id) as covers,
            period_start,
            period_end
        from indicators
        where measure_type = 'coverage' and value_status = 'not_submitted'
    ),

    -- A survey's base and margin of error are series of their own beside its outcome.
    figures as (
        select
            *,
            case
                when measure_type in ('base', 'margin_of_error')
                then metric_id || '_' || measure_type
                else metric_id
            end as series_metric_id,
            measure_type not in ('numerator', 'denominator') as is_value
        from indicators
        where measure_type <> 'coverage' and metric_id is not null
    ),

    -- Single years of age are no series; the bands that they make are.
    bands as (select * from {{ ref("int_population") }} where breakdown = 'age_band'),

    final as (
        select
            figures.site_id,
            'all' as area,
            figures.series_metric_id as metric_id,
            figures.definition_version,
            figures.grain,
            figures.period_start,
            figures.period_end,
            figures.breakdown,
            figures.breakdown_value,
            max(
                case when figures.measure_type = 'numerator' then figures.value end
            ) as numerator,
            max(
                case when figures.measure_type = 'denominator' then figures.value end
            ) as denominator,
            max(case when figures.is_value then figures.value end) as value,
            nullif(
                coalesce(
                    max(case when figures.is_value then figures.value_status end),
                    'missing'
                ),
                'published'
            ) as status_flag,
            count(not_submitted.site_id) > 0 as is_partial,
            coalesce(
                max(case when figures.is_value then figures.system_id end),
                max(figures.system_id)
            ) as system_id,
            'published' as source_kind
        from figures
        left join
            not_submitted
            on figures.site_id = not_submitted.site_id
            and not_submitted.covers in (figures.measure_group, figures.metric_id)
            and figures.period_start <= not_submitted.period_end
            and figures.period_end >= not_submitted.period_start
        group by
            figures.site_id,
            figures.series_metric_id,
            figures.definition_version,
            figures.grain,
            figures.period_start,
            figures.period_end,
            figures.breakdown,
            figures.breakdown_value
        union all
        select
            site_id,
            'all' as area,
            'population' as metric_id,
            1 as definition_version,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            null as numerator,
            null as denominator,
            people as value,
            null as status_flag,
            false as is_partial,
            system_id,
            'published' as source_kind
        from bands
    )

select *
from final
