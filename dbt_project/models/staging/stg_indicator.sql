with
    source as (select * from {{ source("conformed", "indicator") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            measure,
            measure_type,
            area_code,
            grain,
            period_start,
            breakdown,
            breakdown_value,
            value,
            value_status,
            value_text,
            note,
        from source
    )

select *
from final
