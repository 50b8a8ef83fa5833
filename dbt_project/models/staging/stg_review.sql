with
    source as (select * from {{ source("conformed", "review") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            review_id,
            person_id,
            due_date,
            review_date,
            review_reason,
            event_outcome,
            goals_agreed,
            goals_met,
            area,
        from source
    )

select *
from final
