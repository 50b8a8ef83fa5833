with
    source as (select * from {{ source("registry", "code") }}),

    final as (
        select
            list,
            code,
            "group" as code_group,
            setting,
            weekly_factor,
            resolved_first_contact = 'yes' as is_resolved_first_contact,
            metric_id,
            definition_version
        from source
    )

select *
from final
