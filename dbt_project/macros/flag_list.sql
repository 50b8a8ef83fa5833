{# The texts that are not null, as a list; an empty list where there is none. #}
{% macro flag_list(texts) -%}
    case
        when coalesce({{ texts | join(", ") }}) is null
        then cast([] as varchar[])
        else string_split(concat_ws(',', {{ texts | join(", ") }}), ',')
    end
{%- endmacro %}
