with
    finance_months as (
        select * from {{ ref("int_system_month") }} where family = 'finance'
    ),

    months as (
        select *
        from {{ ref("int_coverage_month") }}
        where entity in ('service', 'cost_line')
    ),

    -- The finance system speaks wherever one is in force, even while its delivery is
    -- late.
    final as (
        select
            months.site_id,
            months.entity,
            months.month_start,
            months.month_end,
            months.system_id,
            months.is_partial
        from months
        left join
            finance_months
            on months.site_id = finance_months.site_id
            and months.month_start = finance_months.month_start
        where (months.entity = 'cost_line') = (finance_months.site_id is not null)
    )

select *
from final
