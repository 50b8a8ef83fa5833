with
    spans as (select * from {{ source("registry", "sender_system") }}),

    systems as (select * from {{ source("registry", "system") }}),

    loads as (select * from {{ ref("int_load") }}),

    installations as (
        select
            spans.sender_id as site_id,
            systems.numbering,
            min(coalesce(spans.valid_from, date '0001-01-01')) as begins,
            max(coalesce(spans.valid_until, date '9999-12-31')) as ends
        from spans
        inner join systems on spans.system_id = systems.system_id
        group by spans.sender_id, systems.numbering
    ),

    delivered as (
        select sender_id as site_id, entity, numbering, max(as_of) as covered_until
        from loads
        group by sender_id, entity, numbering
    ),

    placed as (
        select
            delivered.site_id,
            delivered.entity,
            delivered.numbering,
            installations.begins,
            installations.ends,
            delivered.covered_until,
            row_number() over (
                partition by delivered.site_id, delivered.entity
                order by installations.begins, delivered.numbering
            ) as position,
            lead(installations.begins) over (
                partition by delivered.site_id, delivered.entity
                order by installations.begins, delivered.numbering
            ) as next_begins
        from delivered
        inner join
            installations
            on delivered.site_id = installations.site_id
            and delivered.numbering = installations.numbering
    ),

    final as (
        select
            *,
            case when position = 1 then date '0001-01-01' else begins end as owns_from,
            coalesce(
                cast(next_begins - interval 1 day as date), date '9999-12-31'
            ) as owns_until
        from placed
    )

select *
from final
