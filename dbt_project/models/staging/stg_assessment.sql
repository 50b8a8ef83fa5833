with
    source as (select * from {{ source("conformed", "assessment") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            assessment_id,
            person_id,
            request_id,
            assessment_type,
            start_date,
            end_date,
            event_outcome,
            conversation,
            eligible_needs,
            area,
        from source
    )

select *
from final
