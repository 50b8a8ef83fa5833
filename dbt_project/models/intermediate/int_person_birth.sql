with
    people as ({{ current_records("person") }}),

    keyed as (
        select
            people.site_id,
            {{ person_key("people", "keys") }} as person_key,
            people.birth_month,
            tenures.position
        from people {{ join_person_key("people", "keys") }}
        inner join
            {{ ref("int_tenure") }} as tenures
            on people.site_id = tenures.site_id
            and people.numbering = tenures.numbering
            and tenures.entity = 'person'
        where people.birth_month is not null
    ),

    said as (
        select
            site_id,
            person_key,
            birth_month,
            count(*) as times,
            max(position) as last_position
        from keyed
        group by site_id, person_key, birth_month
    ),

    final as (
        select site_id, person_key, birth_month
        from said
        qualify
            row_number() over (
                partition by site_id, person_key
                order by times desc, last_position desc, birth_month
            )
            = 1
    )

select *
from final
