with
    source as (select * from {{ source("conformed", "workforce") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            team,
            month,
            caseload_open,
            vacancies_fte,
            staff_fte,
            empowerment_score,
            area,
        from source
    )

select *
from final
