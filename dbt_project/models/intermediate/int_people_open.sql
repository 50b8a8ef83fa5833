with
    spans as (select * from {{ ref("int_person_span") }}),

    months as (select * from {{ ref("int_coverage_month") }}),

    changes as (
        select site_id, numbering, kind, start_month as change_month, 1 as change
        from spans
        union all
        select site_id, numbering, kind, end_month as change_month, -1 as change
        from spans
        where end_month is not null
    ),

    monthly as (
        select site_id, numbering, kind, change_month, sum(change) as change
        from changes
        group by site_id, numbering, kind, change_month
    ),

    final as (
        select
            months.site_id,
            months.system_id,
            months.numbering,
            months.entity,
            monthly.kind,
            months.month_start,
            months.month_end,
            cast(sum(monthly.change) as bigint) as people
        from months
        inner join
            monthly
            on months.site_id = monthly.site_id
            and months.numbering = monthly.numbering
            and months.month_start >= monthly.change_month
        where
            months.entity = case
                when monthly.kind = 'priced_cost_line' then 'cost_line' else 'service'
            end
        group by
            months.site_id,
            months.system_id,
            months.numbering,
            months.entity,
            monthly.kind,
            months.month_start,
            months.month_end
    )

select *
from final
