with
    months as (select * from {{ ref("int_coverage_month") }} where entity = 'service'),

    people as (
        select * from {{ ref("int_people_open") }} where kind = 'long_term_support'
    ),

    final as (
        select
            months.site_id,
            'people_with_long_term_support' as metric_id,
            months.month_start,
            months.month_end,
            months.system_id,
            cast(coalesce(people.people, 0) as double) as numerator,
            cast(null as double) as denominator,
            cast(coalesce(people.people, 0) as double) as value,
            false as is_partial
        from months
        left join
            people
            on months.site_id = people.site_id
            and months.month_start = people.month_start
    )

select *
from final
