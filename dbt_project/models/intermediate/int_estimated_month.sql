with
    waits as (select * from {{ ref("int_assessment_wait") }} where lost_on is not null),

    months as (select * from {{ ref("int_month") }}),

    -- A year after its assumed end nobody would still take it for a wait.
    final as (
        select distinct
            waits.site_id,
            'people_waiting_for_assessment' as metric_id,
            months.month_start
        from waits
        inner join
            months
            on months.month_end >= waits.waiting_since
            and months.month_start <= waits.lost_on + 365
    )

select *
from final
