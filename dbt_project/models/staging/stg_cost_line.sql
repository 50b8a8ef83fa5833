with
    source as (select * from {{ source("conformed", "cost_line") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            cost_line_id,
            person_id,
            service_id,
            service_component,
            start_date,
            end_date,
            unit_cost,
            cost_frequency,
            planned_units_per_week,
            client_contribution_per_week,
        from source
    )

select *
from final
