{# Of the records of several installations at a site, each event once. A day belongs to the installation that was in force
   on it, and so do the events of that day: its own records count. What another installation says of that day is a copy,
   unless nobody knows of it there: the person is known to the owner and has nothing within three days (dates keyed twice
   differ by days), or was first entered about then, late, in the new system. Copies within an installation count once.
   Keyed twice across the day of the change, an event would belong to both: it counts once, where it was first, if the
   code is the same and neither installation holds the other's.

   `records` has site_id, numbering, person_key, event_date, code and the entity's key. #}
{% macro one_event(entity, records) -%}
    {%- set key = entity ~ "_id" -%}
    placed as (
        select
            records.*,
            own.position,
            abs(own.position - owner.position) as distance,
            own.position > owner.position as is_carried,
            own.begins as own_begins,
            records.event_date between own.begins - 3 and own.begins + 2
            or records.event_date
            between own.owns_until - 2 and own.owns_until + 3 as is_near_change,
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

    near_change as (select * from placed where is_near_change),

    keyed_again as (
        select later.site_id, later.numbering, later.{{ key }}
        from near_change as later
        inner join
            near_change as first
            on later.site_id = first.site_id
            and later.person_key = first.person_key
            and later.position = first.position + 1
            and later.code is not distinct from first.code
            and first.event_date between later.event_date - 3 and later.event_date - 1
        left join
            near_change as copy_of_first
            on later.site_id = copy_of_first.site_id
            and later.numbering = copy_of_first.numbering
            and later.person_key = copy_of_first.person_key
            and first.event_date = copy_of_first.event_date
        left join
            near_change as copy_of_later
            on first.site_id = copy_of_later.site_id
            and first.numbering = copy_of_later.numbering
            and first.person_key = copy_of_later.person_key
            and later.event_date = copy_of_later.event_date
        where
            later.distance = 0
            and first.distance = 0
            and later.event_date between later.own_begins and later.own_begins + 2
            and copy_of_first.{{ key }} is null
            and copy_of_later.{{ key }} is null
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
        left join
            keyed_again
            on placed.site_id = keyed_again.site_id
            and placed.numbering = keyed_again.numbering
            and placed.{{ key }} = keyed_again.{{ key }}
        where
            placed.copy = 1
            and keyed_again.{{ key }} is null
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
