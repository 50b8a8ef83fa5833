{# Every row that was delivered is conformed, quarantined, out of scope or refused with its delivery, and nowhere else. #}
{% test rows_add_up(model) %}
    select *
    from {{ model }}
    where rows_delivered <> conformed + quarantined + out_of_scope + refused
{% endtest %}
