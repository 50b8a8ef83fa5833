{# The records of an entity that now hold. A system that sends everything has one load in force and nothing to choose
   from; of one that sends periods or changes, the latest delivery of each record wins. #}
{% macro current_records(entity) -%}
    {%- set fact = ref("fct_" ~ entity) -%}
    {%- set key = entity ~ "_id" -%}
    {%- set same_load -%}
        records.site_id = loads.sender_id and records.load_id = loads.load_id and loads.entity = '{{ entity }}'
    {%- endset -%}
    select records.*
    from {{ fact }} as records
    inner join {{ ref("int_load") }} as loads on {{ same_load }}
    left join
        (
            select
                records.site_id,
                records.system_id,
                records.{{ key }},
                max(loads.precedence) as precedence
            from {{ fact }} as records
            inner join {{ ref("int_load") }} as loads on {{ same_load }}
            where not loads.is_everything
            group by records.site_id, records.system_id, records.{{ key }}
        ) as latest
        on records.site_id = latest.site_id
        and records.system_id = latest.system_id
        and records.{{ key }} = latest.{{ key }}
    where loads.is_everything or loads.precedence = latest.precedence
{%- endmacro %}
