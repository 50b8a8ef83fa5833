with
    links as (select * from {{ source("identity", "person_link") }}),

    final as (
        select site_id, numbering, person_id, person_key, method, confidence from links
    )

select *
from final
