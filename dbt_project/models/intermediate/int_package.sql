with
    services as (select * from {{ ref("int_service") }}),

    cost_lines as ({{ current_records("cost_line") }}),

    frequencies as (select * from {{ ref("stg_code") }} where list = 'cost_frequency'),

    priced_lines as (
        select
            cost_lines.site_id,
            cost_lines.system_id,
            'cost_line' as entity,
            cost_lines.person_id,
            {{ month_start("cost_lines.start_date") }} as start_month,
            {{ month_start("cost_lines.end_date") }} as end_month,
            {{
                weekly_cost(
                    "cost_lines.unit_cost",
                    "cost_lines.cost_frequency",
                    "cost_lines.planned_units_per_week",
                    "frequencies.weekly_factor",
                )
            }} as weekly_cost
        from cost_lines
        left join frequencies on cost_lines.cost_frequency = frequencies.code
    ),

    priced_services as (
        select
            site_id,
            system_id,
            'service' as entity,
            person_id,
            start_month,
            end_month,
            weekly_cost
        from services
    ),

    final as (
        select *
        from priced_lines
        where weekly_cost <> 0
        union all
        select *
        from priced_services
        where weekly_cost <> 0
    )

select *
from final
