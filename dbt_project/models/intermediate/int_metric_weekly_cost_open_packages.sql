with
    packages as (select * from {{ ref("int_package") }} where weekly_cost is not null),

    people as (select * from {{ ref("int_people_open") }}),

    finance_months as (
        select * from {{ ref("int_system_month") }} where family = 'finance'
    ),

    changes as (
        select
            site_id,
            numbering,
            entity,
            start_month as change_month,
            weekly_cost as change
        from packages
        where start_month < coalesce(end_month, date '9999-12-01')
        union all
        select
            site_id,
            numbering,
            entity,
            end_month as change_month,
            - weekly_cost as change
        from packages
        where start_month < end_month
    ),

    monthly as (
        select site_id, numbering, entity, change_month, sum(change) as change
        from changes
        group by site_id, numbering, entity, change_month
    ),

    -- The finance system speaks wherever one is in force, even while its delivery is
    -- late.
    spoken_for as (
        select people.*
        from people
        left join
            finance_months
            on people.site_id = finance_months.site_id
            and people.month_start = finance_months.month_start
        where
            people.kind = 'priced_' || people.entity
            and people.people > 0
            and (people.entity = 'cost_line') = (finance_months.site_id is not null)
    ),

    final as (
        select
            spoken_for.site_id,
            'weekly_cost_open_packages' as metric_id,
            spoken_for.month_start,
            spoken_for.month_end,
            spoken_for.system_id,
            cast(sum(monthly.change) as double) as numerator,
            cast(max(spoken_for.people) as double) as denominator,
            cast(sum(monthly.change) as double) as value,
            false as is_partial
        from spoken_for
        inner join
            monthly
            on spoken_for.site_id = monthly.site_id
            and spoken_for.numbering = monthly.numbering
            and spoken_for.entity = monthly.entity
            and spoken_for.month_start >= monthly.change_month
        group by
            spoken_for.site_id,
            spoken_for.system_id,
            spoken_for.month_start,
            spoken_for.month_end
    )

select *
from final
