{# The records of an entity that now hold in each installation, under whose numbers they stand (`numbering`) and under
   whose its people (`person_numbering`). Versions of a product go on with its numbers, so of their deliveries the latest
   of each record wins; what a later delivery of everything no longer holds is gone. One load alone needs no choice. `key` names the record where that is not the entity's name. #}
{% macro current_records(entity, key=none) -%}
    {%- set fact = ref("fct_" ~ entity) -%}
    {%- set key = key or entity ~ "_id" -%}
    {%- set same_load -%}
        records.site_id = loads.sender_id and records.load_id = loads.load_id and loads.entity = '{{ entity }}'
    {%- endset -%}
    select records.*, loads.numbering, loads.person_numbering
    from {{ fact }} as records
    inner join {{ ref("int_load") }} as loads on {{ same_load }}
    left join
        (
            select
                records.site_id,
                loads.numbering,
                records.{{ key }},
                max(loads.precedence) as precedence
            from {{ fact }} as records
            inner join {{ ref("int_load") }} as loads on {{ same_load }}
            where not loads.is_only_load
            group by records.site_id, loads.numbering, records.{{ key }}
        ) as latest
        on records.site_id = latest.site_id
        and loads.numbering = latest.numbering
        and records.{{ key }} = latest.{{ key }}
    where
        not loads.is_superseded
        and (loads.is_only_load or loads.precedence = latest.precedence)
{%- endmacro %}
