{# Months and reporting periods as dates; both ends are included. #}
{% macro month_start(column) -%}
    cast(date_trunc('month', {{ column }}) as date)
{%- endmacro %}

{# Every month between two dates that stand for its first day, as a table expression with the column month_start. #}
{% macro month_spine(first, last) -%}
    select cast(month_start as date) as month_start
    from
        unnest(
            generate_series(
                cast({{ first }} as timestamp),
                cast({{ last }} as timestamp),
                interval 1 month
            )
        ) as spine(month_start)
{%- endmacro %}

{% macro period_end(grain, period_start) -%}
    cast(
        case
            {{ grain }}
            when 'month'
            then {{ period_start }} + interval 1 month
            when 'quarter'
            then {{ period_start }} + interval 3 month
            else {{ period_start }} + interval 12 month
        end
        - interval 1 day as date
    )
{%- endmacro %}

{# First day of the financial year, which starts in April. #}
{% macro year_start(column) -%}
    cast(date_trunc('year', {{ column }} - interval 3 month) + interval 3 month as date)
{%- endmacro %}
