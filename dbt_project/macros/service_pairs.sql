{# Pairs of service records that may be one service: of one person and type of support at a site. What else they must
   have in common follows as further conditions of the join. `apart` says how far they are from being alike; of two
   records of weeks in which both systems run, `is_laters` says that the day belongs to the later system. #}
{% macro service_pairs(rule, apart, later="records", earlier="records") -%}
    select
        later.record_no as later_no,
        earlier.record_no as earlier_no,
        '{{ rule }}' as rule,
        {{ apart }} as apart,
        later.service_component
        is distinct from earlier.service_component as is_recoded,
        later.weekly_price / nullif(earlier.weekly_price, 0) as price_ratio,
        later.position > earlier.position as is_across,
        later.position > earlier.position and later.is_taken_over as is_taken_over,
        later.position > earlier.position
        and coalesce(earlier.start_date >= earlier.next_begins, false) as is_laters
    from {{ later }} as later
    inner join {{ earlier }} as earlier on later.support_no = earlier.support_no
{%- endmacro %}

{# A first day that stands for none: the contract knows none before 2 January 1900. #}
{% macro is_placeholder(start_date) -%}
    {{ start_date }} < date '1900-01-02'
{%- endmacro %}
