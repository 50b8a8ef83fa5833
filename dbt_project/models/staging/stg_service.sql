with
    source as (select * from {{ source("conformed", "service") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            service_id,
            person_id,
            service_type,
            service_component,
            delivery_mechanism,
            sds_option,
            start_date,
            end_date,
            end_reason,
            client_funding_status,
            unit_cost,
            cost_frequency,
            planned_units_per_week,
            provider_type,
            area,
        from source
    )

select *
from final
