with
    assessments as ({{ current_records("assessment") }}),

    final as (
        select site_id, system_id, assessment_id, person_id, start_date from assessments
    )

select *
from final
