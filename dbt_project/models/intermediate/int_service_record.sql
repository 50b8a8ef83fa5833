with
    services as ({{ current_records("service") }}),

    final as (
        select
            site_id,
            system_id,
            service_id,
            person_id,
            service_type,
            start_date,
            end_date,
            unit_cost,
            cost_frequency,
            planned_units_per_week
        from services
    )

select *
from final
