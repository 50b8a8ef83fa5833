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
            null as denominator,
            cases_per_team as value
        from counted
        union all
        select
            *,
            'open_cases_per_worker' as metric_id,
            shared as numerator,
            staff as denominator,
            shared / staff as value
        from counted
        union all
        select
            *,
            'vacant_posts' as metric_id,
            null as numerator,
            null as denominator,
            vacancies as value
        from counted
        union all
        select
            *,
            'staff_empowerment_score' as metric_id,
            null as numerator,
            null as denominator,
            empowerment as value
        from counted
    ),

    final as (
        select
            site_id,
            metric_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            'all' as breakdown,
            'all' as breakdown_value,
            cast(numerator as double) as numerator,
            cast(denominator as double) as denominator,
            cast(value as double) as value,
            is_partial,
            system_id
        from figures
        where value is not null
    )

select *
from final
