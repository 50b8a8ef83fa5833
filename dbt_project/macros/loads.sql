{# Which loads a fact holds and which it lacks. The ledger's list of loads in force is the only authority. #}
{% macro loads_in_force() -%}
    select sender_id as site_id, load_id
    from {{ source("ledger", "load") }}
    where entity = '{{ model.name | replace("fct_", "") }}' and rows > 0
{%- endmacro %}

{# Before a fact grows, what a later delivery replaced leaves it. #}
{% macro delete_loads_out_of_force() -%}
    {% if is_incremental() -%}
        delete from {{ this }} as held
        where
            not exists (
                select 1
                from ({{ loads_in_force() }}) as in_force
                where
                    in_force.site_id = held.site_id and in_force.load_id = held.load_id
            )
    {%- else -%} select 1
    {%- endif %}
{%- endmacro %}

{# A constant list, so that the engine opens only the new loads' files: a join would read them all. #}
{% macro in_new_loads() -%}
    {%- set wanted -%}
        {{ loads_in_force() }}
        {%- if is_incremental() %}
            except
            select site_id, load_id from {{ this }}
        {%- endif %}
        order by site_id, load_id
    {%- endset -%}
    {%- set new_loads = run_query(wanted).rows if execute else [] -%}
    {%- if new_loads -%}
        (site_id, load_id) in (
            {%- for load in new_loads -%}
                ('{{ load[0] }}', '{{ load[1] }}'){{ ", " if not loop.last }}
            {%- endfor -%}
        )
    {%- else -%} false
    {%- endif -%}
{%- endmacro %}
