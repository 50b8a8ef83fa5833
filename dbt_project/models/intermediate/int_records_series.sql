with
    figures as (
        select *
        from {{ ref("int_metric_requests_received") }}
        union all
        select *
        from {{ ref("int_metric_requests_resolved_at_first_contact") }}
        union all
        select *
        from {{ ref("int_metric_people_waiting_for_assessment") }}
        union all
        select *
        from {{ ref("int_metric_median_days_request_to_assessment") }}
        union all
        select *
        from {{ ref("int_metric_people_with_long_term_support") }}
        union all
        select *
        from {{ ref("int_metric_weekly_cost_open_packages") }}
    ),

    estimated as (select * from {{ ref("int_estimated_month") }}),

    scores as (select * from {{ ref("int_metric_outcome_scores") }}),

    -- A line a model. No area said is the whole site, no version the first.
    others as (
        select
            cast(null as varchar) as area,
            cast(null as integer) as definition_version,
            cast(null as varchar) as status_flag
        where false
        {% for name in [
                "int_metric_hubs",
                "int_metric_staff",
                "int_metric_journey",
                "int_metric_waits",
                "int_metric_requests_quarter",
                "int_metric_after_signposting",
                "int_metric_signposting_requests",
                "int_metric_requests_by_area",
                "int_metric_waits_by_area",
                "int_metric_admissions_by_area",
                "int_metric_teams",
                "int_metric_reach",
                "int_metric_long_term_support",
                "int_metric_admissions",
                "int_metric_reviews",
                "int_metric_goals",
                "int_metric_cost",
                "int_metric_cost_real",
                "int_metric_conversation_cost",
                "int_metric_sequels",
                "int_metric_assessments",
                "int_metric_reablement",
                "int_metric_reach_rate",
                "int_metric_admission_rate",
            ] %}
            union all by name
            select *
            from {{ ref(name) }}
        {% endfor %}
    ),

    final as (
        select
            figures.site_id,
            'all' as area,
            figures.metric_id,
            1 as definition_version,
            'month' as grain,
            figures.month_start as period_start,
            figures.month_end as period_end,
            'all' as breakdown,
            'all' as breakdown_value,
            numerator,
            denominator,
            value,
            case when estimated.site_id is not null then 'estimated' end as status_flag,
            is_partial,
            system_id,
            'records' as source_kind
        from figures
        left join
            estimated
            on figures.site_id = estimated.site_id
            and figures.metric_id = estimated.metric_id
            and figures.month_start = estimated.month_start
        union all
        select
            site_id,
            'all' as area,
            metric_id,
            1 as definition_version,
            'year' as grain,
            year_start as period_start,
            year_end as period_end,
            'instrument' as breakdown,
            measure as breakdown_value,
            numerator,
            denominator,
            value,
            status_flag,
            is_partial,
            system_id,
            'records' as source_kind
        from scores
        union all
        select
            site_id,
            coalesce(area, 'all') as area,
            metric_id,
            coalesce(definition_version, 1) as definition_version,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            numerator,
            denominator,
            value,
            status_flag,
            is_partial,
            system_id,
            'records' as source_kind
        from others
    )

select *
from final
