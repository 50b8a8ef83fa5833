{# The flags that the documentation explains are those that occur. #}
{% test flags_known(model, flags) %}
    select flag, count(*) as rows_found
    from (select unnest(flags) as flag from {{ model }}) as found
    where flag not in ('{{ flags | join("', '") }}')
    group by flag
{% endtest %}
