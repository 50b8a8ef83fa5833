{# A text as areas and teams are compared: trimmed, in lower case, white space as one blank (`registry.text.fold`). #}
{% macro area_text(column) -%}
    lower(trim(regexp_replace({{ column }}, '\s+', ' ', 'g')))
{%- endmacro %}
