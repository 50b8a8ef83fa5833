with
    first_published as (select * from {{ source("history", "first_published") }}),

    final as (
        select
            site_id,
            area,
            metric_id,
            definition_version,
            grain,
            period_start,
            breakdown,
            breakdown_value,
            first_value,
            release_id
        from first_published
    )

select *
from final
