with
    admissions as (select * from {{ ref("int_care_home_admission") }}),

    quarters as ({{ covered_quarters(["service"]) }}),

    counted as (
        select
            site_id,
            quarter_start,
            case
                when grouping(age_band) = 0
                then 'age_band'
                when grouping(setting) = 0
                then 'setting'
                else 'all'
            end as breakdown,
            coalesce(age_band, setting, 'all') as breakdown_value,
            count(*) as admissions,
            count(distinct person_key) as people
        from admissions
        group by
            grouping sets (
                (site_id, quarter_start),
                (site_id, quarter_start, age_band),
                (site_id, quarter_start, setting)
            )
    ),

    parts as (select distinct site_id, breakdown, breakdown_value from counted),

    placed as (
        select
            quarters.*,
            parts.breakdown,
            parts.breakdown_value,
            coalesce(counted.admissions, 0) as admissions,
            coalesce(counted.people, 0) as people
        from quarters
        inner join parts using (site_id)
        left join counted using (site_id, quarter_start, breakdown, breakdown_value)
    ),

    figures as (
        select
            *,
            'admissions_to_care_homes' as metric_id,
            admissions as numerator,
            admissions as value
        from placed
        union all
        select
            *,
            'people_admitted_to_care_homes' as metric_id,
            people as numerator,
            people as value
        from placed
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
