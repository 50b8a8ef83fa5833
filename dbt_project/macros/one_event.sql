{# Of the records of several installations at a site, each event once. A day belongs to the installation that was in force
   on it, and so do the events of that day: its own records count. What another installation says of that day is a copy,
   unless nobody knows of it there: the person is known to the owner and has nothing within three days (dates keyed twice
   differ by days), or was first entered about then, late, in the new system. Copies within an installation count once.

   `records` has site_id, numbering, person_key, event_date, code and the entity's key. #}
{% macro one_event(entity, records) -%}
    {%- set key = entity ~ "_id" -%}
    placed as (
        select
            records.*,
            abs(own.position - owner.position) as distance,
            own.position > owner.position as is_carried,
            own.begins as own_begins,
            owner.numbering as owner_numbering,
            min(records.event_date) over (
                partition by records.site_id, records.numbering, records.person_key
            ) as person_since,
            row_number() over (
                partition by
                    records.site_id,
                    records.numbering,
                    records.person_key,
                    records.event_date,
                    records.code
                order by records.{{ key }}
            ) as copy
        from {{ records }} as records
        inner join
            {{ ref("int_tenure") }} as own
            on records.site_id = own.site_id
            and records.numbering = own.numbering
            and own.entity = '{{ entity }}'
        inner join
            {{ ref("int_tenure") }} as owner
            on records.site_id = owner.site_id
            and owner.entity = '{{ entity }}'
            and records.event_date between owner.owns_from and owner.owns_until
    ),

    nearer as (
        select distinct placed.site_id, placed.numbering, placed.{{ key }}
        from placed
        inner join
            placed as other
            on placed.site_id = other.site_id
            and placed.person_key = other.person_key
            and other.distance < placed.distance
            and other.event_date between placed.event_date - 3 and placed.event_date + 3
        where placed.distance > 0
    ),

    events as (
        select placed.*
        from placed
        left join
            {{ ref("int_person") }} as own_person
            on placed.site_id = own_person.site_id
            and placed.numbering = own_person.numbering
            and placed.person_key = own_person.person_key
        left join
            {{ ref("int_person") }} as owner_person
            on placed.site_id = owner_person.site_id
            and placed.owner_numbering = owner_person.numbering
            and placed.person_key = owner_person.person_key
        left join
            nearer
            on placed.site_id = nearer.site_id
            and placed.numbering = nearer.numbering
            and placed.{{ key }} = nearer.{{ key }}
        where
            placed.copy = 1
            and (
                placed.distance = 0
                or (
                    nearer.{{ key }} is null
                    and (
                        owner_person.person_key is not null
                        or (
                            placed.is_carried
                            and not coalesce(own_person.has_old_number, false)
                            and placed.person_since >= placed.own_begins - 180
                        )
                    )
                )
            )
    )
{%- endmacro %}
