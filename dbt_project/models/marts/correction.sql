with
    corrections as (select * from {{ ref("int_correction") }}),

    reasons as (select * from {{ ref("correction_reason") }}),

    final as (
        select
            corrections.site_id,
            corrections.system_id,
            corrections.entity,
            {{ month_start("corrections.event_date") }} as month_start,
            corrections.reason,
            reasons.meaning,
            corrections.field,
            count(*) as corrections
        from corrections
        left join reasons on corrections.reason = reasons.reason
        group by all
    )

select *
from final
