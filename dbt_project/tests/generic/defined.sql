{# Every figure has a definition of its version: a number without one is not published. #}
{% test defined(model) %}
    select figures.metric_id, figures.definition_version, count(*) as rows_found
    from {{ model }} as figures
    left join
        {{ ref("dim_metric") }} as metrics
        on figures.metric_id = metrics.metric_id
        and figures.definition_version = metrics.definition_version
    where metrics.metric_id is null
    group by figures.metric_id, figures.definition_version
{% endtest %}
