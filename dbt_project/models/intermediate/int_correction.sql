with
    support as (select * from {{ ref("int_support_correction") }}),

    events as (select * from {{ ref("int_event_correction") }}),

    waits as (select * from {{ ref("int_wait_correction") }}),

    final as (
        select *
        from support
        union all
        select *
        from events
        union all
        select *
        from waits
    )

select *
from final
