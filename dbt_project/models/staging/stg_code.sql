with
    source as (select * from {{ source("registry", "code") }}),

    final as (
        select
            list,
            code,
            max("group") as code_group,
            max(weekly_factor) as weekly_factor,
            max(resolved_first_contact) = 'yes' as is_resolved_first_contact,
            max(metric_id) as metric_id,
            max(definition_version) as definition_version
        from source
        group by list, code
    )

select *
from final
