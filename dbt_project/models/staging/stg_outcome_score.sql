with
    source as (select * from {{ source("conformed", "outcome_score") }}),

    final as (
        select
            site as site_id,
            system_id,
            load_id,
            delivery_id,
            source_file,
            source_table,
            source_row,
            score_id,
            person_id,
            instrument,
            item,
            score_date,
            score,
            mode,
        from source
    )

select *
from final
