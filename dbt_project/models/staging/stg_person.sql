with
    source as (select * from {{ source("conformed", "person") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            person_id,
            national_id,
            id_scheme,
            legacy_person_id,
            birth_month,
            sex,
            ethnicity,
            postcode_district,
            client_type,
            primary_support_reason,
            accommodation_status,
            employment_status,
            has_unpaid_carer,
            death_date,
            area,
        from source
    )

select *
from final
