with
    source as (select * from {{ source("conformed", "hub_session") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            session_id,
            hub,
            venue,
            session_date,
            people_seen,
            partner_type,
            area,
        from source
    )

select *
from final
