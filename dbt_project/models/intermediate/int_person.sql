with
    people as ({{ current_records("person") }}),

    final as (
        select
            people.site_id,
            people.numbering,
            {{ person_key("people", "keys") }} as person_key,
            bool_or(people.legacy_person_id is not null) as has_old_number
        from people {{ join_person_key("people", "keys") }}
        group by people.site_id, people.numbering, {{ person_key("people", "keys") }}
    )

select *
from final
