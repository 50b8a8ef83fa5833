{# The band of somebody's age on a day, from the month of birth: whole years by month, for the day of birth is on no
   record. #}
{% macro age_band(birth_month, day) -%}
    case
        when {{ birth_month }} is null
        then 'unknown'
        when date_diff('month', {{ birth_month }}, {{ day }}) < 18 * 12
        then '0_17'
        when date_diff('month', {{ birth_month }}, {{ day }}) < 65 * 12
        then '18_64'
        else '65_plus'
    end
{%- endmacro %}
