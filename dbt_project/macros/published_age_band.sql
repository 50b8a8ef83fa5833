{# The band of somebody's age on a day, in the bands by which care and population are published; whole years by month. #}
{% macro published_age_band(birth_month, day) -%}
    case
        when {{ birth_month }} is null
        then 'unknown'
        when date_diff('month', {{ birth_month }}, {{ day }}) < 18 * 12
        then '0_17'
        when date_diff('month', {{ birth_month }}, {{ day }}) < 65 * 12
        then '18_64'
        when date_diff('month', {{ birth_month }}, {{ day }}) < 75 * 12
        then '65_74'
        when date_diff('month', {{ birth_month }}, {{ day }}) < 85 * 12
        then '75_84'
        else '85_plus'
    end
{%- endmacro %}
