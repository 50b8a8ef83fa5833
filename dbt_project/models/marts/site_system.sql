with
    spans as (select * from {{ source("registry", "sender_system") }}),

    final as (
        select sender_id as site_id, system_id, family, valid_from, valid_until
        from spans
    )

select *
from final
