{# The one person that a record is about: by the identity step, else whoever the installation's own number stands for. #}
{% macro person_key(records, keys) -%}
    coalesce(
        {{ keys }}.person_key,
        {{ records }}.person_numbering || ':' || {{ records }}.person_id
    )
{%- endmacro %}

{# The join that `person_key` needs. #}
{% macro join_person_key(records, keys) -%}
    left join
        {{ ref("int_person_key") }} as {{ keys }}
        on {{ records }}.site_id = {{ keys }}.site_id
        and {{ records }}.person_numbering = {{ keys }}.numbering
        and {{ records }}.person_id = {{ keys }}.person_id
{%- endmacro %}
