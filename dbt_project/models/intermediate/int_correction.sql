with
    support as (select * from {{ ref("int_support_correction") }}),

    events as (select * from {{ ref("int_event_correction") }}),

    final as (
        select *
        from support
        union all
        select *
        from events
    )

select *
from final
