{# Quarters all of whose months the records of the entities can speak of, with the system in force at the end. The months
   are those of `int_coverage_month`, unless others of that shape are named. #}
{% macro covered_quarters(entities, months=none) -%}
    select
        site_id,
        cast(date_trunc('quarter', month_start) as date) as quarter_start,
        max(month_end) as quarter_end,
        arg_max(system_id, (month_start, entity)) as system_id,
        arg_max(numbering, (month_start, entity)) as numbering,
        bool_or(is_partial) as is_partial
    from {{ months or ref("int_coverage_month") }}
    where entity in ('{{ entities | join("', '") }}')
    group by site_id, date_trunc('quarter', month_start)
    having count(*) = {{ 3 * entities | length }}
{%- endmacro %}
