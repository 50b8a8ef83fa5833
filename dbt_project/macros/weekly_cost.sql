{# What a package costs a week, in exact decimals. A price per unit needs the planned units; a one-off price and a
   price of no stated frequency have no weekly factor and so no weekly cost. The factors are made 38 digits wide, because
   one absurd price would otherwise overflow and stop everybody's figures; the product is left as wide as it is, because
   to round it takes DuckDB twenty times as long as to make it. #}
{% macro weekly_cost(
    unit_cost, cost_frequency, planned_units_per_week, weekly_factor
) -%}
    cast({{ unit_cost }} as decimal(38, 6)) * cast(
        try_cast(
            case
                when {{ cost_frequency }} in ('per_session', 'hourly', 'daily')
                then {{ planned_units_per_week }}
                else {{ weekly_factor }}
            end as decimal(18, 10)
        ) as decimal(38, 10)
    )
{%- endmacro %}
