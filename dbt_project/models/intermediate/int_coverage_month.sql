with
    system_months as (select * from {{ ref("int_system_month") }}),

    loads as (select * from {{ ref("int_load") }}),

    events as (
        select 'request' as entity, site_id, system_id, min(request_date) as first_event
        from {{ ref("fct_request") }}
        group by site_id, system_id
        union all
        select
            'assessment' as entity, site_id, system_id, min(start_date) as first_event
        from {{ ref("fct_assessment") }}
        group by site_id, system_id
        union all
        select 'service' as entity, site_id, system_id, min(start_date) as first_event
        from {{ ref("fct_service") }}
        group by site_id, system_id
        union all
        select 'cost_line' as entity, site_id, system_id, min(start_date) as first_event
        from {{ ref("fct_cost_line") }}
        group by site_id, system_id
    ),

    latest as (
        select entity, sender_id as site_id, system_id, max(as_of) as covered_until
        from loads
        group by entity, sender_id, system_id
    ),

    final as (
        select
            system_months.site_id,
            events.entity,
            system_months.family,
            system_months.month_start,
            system_months.month_end,
            system_months.system_id
        from system_months
        inner join
            events
            on system_months.site_id = events.site_id
            and system_months.system_id = events.system_id
            and system_months.month_end >= events.first_event
        inner join
            latest
            on events.entity = latest.entity
            and events.site_id = latest.site_id
            and events.system_id = latest.system_id
            and system_months.month_end <= latest.covered_until
        where (events.entity = 'cost_line') = (system_months.family = 'finance')
    )

select *
from final
