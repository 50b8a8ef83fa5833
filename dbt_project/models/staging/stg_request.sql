with
    source as (select * from {{ source("conformed", "request") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            request_id,
            person_id,
            request_date,
            end_date,
            route_of_access,
            request_reason,
            event_outcome,
            conversation,
            contact_venue,
            area,
        from source
    )

select *
from final
