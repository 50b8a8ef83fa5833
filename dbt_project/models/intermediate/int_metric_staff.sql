with
    workforce as (select * from {{ ref("int_workforce") }}),

    quarters as (
        select * from {{ ref("int_coverage_quarter") }} where entity = 'workforce'
    ),

    counted as (
        select
            quarters.site_id,
            quarters.quarter_start,
            quarters.quarter_end,
            quarters.system_id,
            quarters.is_partial,
            sum(workforce.caseload_open) filter (where is_last) as cases,
            avg(workforce.caseload_open) filter (where is_last) as cases_per_team,
            sum(workforce.caseload_open) filter (
                where is_last and tells_load
            ) as shared,
            sum(workforce.staff_fte) filter (where is_last and tells_load) as staff,
            sum(workforce.vacancies_fte) filter (where is_last) as vacancies,
            avg(workforce.empowerment_score) as empowerment
        from quarters
        inner join
            (
                select *, month = quarter_start + interval 2 month as is_last
                from workforce
            ) as workforce
            on quarters.site_id = workforce.site_id
            and quarters.quarter_start = workforce.quarter_start
        group by all
    ),

    -- Posts and scores of a survey are no people: small numbers are judged by cases.
    figures as (
        select
            *,
            'open_cases_per_team' as metric_id,
            cases as numerator,
            cases_per_team as value
        from counted
        union all by name
        select
            *,
            'open_cases_per_worker' as metric_id,
            shared as numerator,
            staff as denominator,
            shared / staff as value
        from counted
        union all by name
        select *, 'vacant_posts' as metric_id, vacancies as value
        from counted
        union all by name
        select *, 'staff_empowerment_score' as metric_id, empowerment as value
        from counted
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
