with
    requests as (select * from {{ ref("int_request") }}),

    spellings as (select * from {{ ref("int_area_spelling") }}),

    sites as (
        select distinct sender_id as site_id
        from {{ source("registry", "programme_area") }}
    ),

    final as (
        select
            requests.site_id,
            requests.person_key,
            requests.request_date,
            cast(date_trunc('quarter', requests.request_date) as date) as quarter_start,
            coalesce(spellings.part, 'unknown') as area,
            requests.event_outcome is not null as has_outcome,
            coalesce(requests.is_resolved_first_contact, false) as is_resolved
        from requests
        inner join sites on requests.site_id = sites.site_id
        left join
            spellings
            on requests.site_id = spellings.site_id
            and requests.system_id = spellings.system_id
            and {{ area_text("requests.area") }} = spellings.spelling
        where requests.request_date is not null
    )

select *
from final
