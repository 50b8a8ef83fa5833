with
    assessments as (
        select
            site_id,
            person_key,
            start_date,
            cast(date_trunc('quarter', start_date) as date) as quarter_start,
            lag(start_date) over (
                partition by site_id, person_key order by start_date
            ) as earlier
        from {{ ref("int_assessment") }}
        where coalesce(assessment_type, 'unknown') <> 'financial'
    ),

    quarters as ({{ covered_quarters(["assessment"]) }}),

    -- Everybody's assessments of the year before are on record only once that year is.
    told_from as (
        select site_id, min(month_start) + interval 12 month as looks_back_from
        from {{ ref("int_coverage_month") }}
        where entity = 'assessment'
        group by site_id
    ),

    counted as (
        select
            quarters.site_id,
            quarters.quarter_start,
            quarters.quarter_end,
            quarters.system_id,
            quarters.is_partial,
            count(assessments.start_date) as assessments,
            count(distinct assessments.person_key) as people,
            count(distinct assessments.person_key) filter (
                assessments.start_date - assessments.earlier between 1 and 365
            ) as people_again
        from quarters
        left join
            assessments
            on quarters.site_id = assessments.site_id
            and quarters.quarter_start = assessments.quarter_start
        group by all
    ),

    figures as (
        select
            *,
            'assessments_started' as metric_id,
            assessments as numerator,
            assessments as value
        from counted
        union all by name
        select
            counted.*,
            'people_assessed_again' as metric_id,
            people_again as numerator,
            people as denominator,
            100 * people_again / people as value
        from counted
        inner join told_from on counted.site_id = told_from.site_id
        where counted.quarter_start >= told_from.looks_back_from and people > 0
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
