{# Figures in the one shape of the series. `figures` has site_id, metric_id, value and system_id, and leaves out what it
   need not say: no grain is a quarter of quarter_start and quarter_end, no breakdown the whole, no numerator and no
   denominator none, and nothing said of missing parts a whole period. A figure without a value is none. `also` names
   which of area (else the whole site), definition_version (else the first) and status_flag are told besides. #}
{% macro in_series_shape(figures, also=[]) -%}
    select
        site_id,
        {% if "area" in also %} coalesce(area, 'all') as area, {% endif %}
        metric_id,
        {% if "definition_version" in also %}
            coalesce(definition_version, 1) as definition_version,
        {% endif %}
        coalesce(grain, 'quarter') as grain,
        cast(coalesce(period_start, quarter_start) as date) as period_start,
        cast(coalesce(period_end, quarter_end) as date) as period_end,
        coalesce(breakdown, 'all') as breakdown,
        coalesce(breakdown_value, 'all') as breakdown_value,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(value as double) as value,
        {% if "status_flag" in also %} status_flag, {% endif %}
        coalesce(is_partial, false) as is_partial,
        system_id
    from
        (
            select
                cast(null as varchar) as area,
                cast(null as integer) as definition_version,
                cast(null as varchar) as grain,
                cast(null as date) as quarter_start,
                cast(null as date) as quarter_end,
                cast(null as date) as period_start,
                cast(null as date) as period_end,
                cast(null as varchar) as breakdown,
                cast(null as varchar) as breakdown_value,
                cast(null as double) as numerator,
                cast(null as double) as denominator,
                cast(null as varchar) as status_flag,
                cast(null as boolean) as is_partial
            where false
            union all by name
            select *
            from {{ figures }}
        )
    where value is not null
{%- endmacro %}
