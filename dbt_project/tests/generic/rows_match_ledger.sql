{# A fact holds exactly the loads in force, each with the rows the ledger counted when it was conformed. #}
{% test rows_match_ledger(model, entity) %}
    with
        held as (
            select site_id, load_id, count(*) as rows_held
            from {{ model }}
            group by site_id, load_id
        ),
        counted as (
            select sender_id as site_id, load_id, rows as rows_counted
            from {{ source("ledger", "load") }}
            where entity = '{{ entity }}' and rows > 0
        )
    select
        coalesce(held.site_id, counted.site_id) as site_id,
        coalesce(held.load_id, counted.load_id) as load_id,
        rows_held,
        rows_counted
    from held
    full outer join
        counted on held.site_id = counted.site_id and held.load_id = counted.load_id
    where coalesce(rows_held, 0) <> coalesce(rows_counted, 0)
{% endtest %}
