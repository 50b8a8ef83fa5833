with
    spellings as (select * from {{ source("registry", "area_spelling") }}),

    areas as (select * from {{ source("registry", "programme_area") }}),

    systems as (
        select distinct sender_id, system_id
        from {{ source("registry", "sender_system") }}
    ),

    -- What a system's own line says goes before what holds for all.
    final as (
        select
            systems.sender_id as site_id,
            systems.system_id,
            spellings.spelling,
            spellings.area,
            case when areas.is_innovation then areas.area else 'rest' end as part
        from systems
        inner join
            spellings
            on systems.sender_id = spellings.sender_id
            and systems.system_id = coalesce(spellings.system_id, systems.system_id)
        inner join
            areas
            on spellings.sender_id = areas.sender_id
            and spellings.area = areas.area
        qualify
            row_number() over (
                partition by systems.sender_id, systems.system_id, spellings.spelling
                order by spellings.system_id is null
            )
            = 1
    )

select *
from final
