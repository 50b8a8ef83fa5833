with
    monthly as (
        {% for name in [
            "int_metric_requests_received",
            "int_metric_requests_resolved_at_first_contact",
            "int_metric_people_waiting_for_assessment",
            "int_metric_median_days_request_to_assessment",
            "int_metric_people_with_long_term_support",
            "int_metric_weekly_cost_open_packages",
        ] %}
            select * from {{ ref(name) }} {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    estimated as (select * from {{ ref("int_estimated_month") }}),

    -- A line a model. What it does not say is as `in_series_shape` has it.
    figures as (
        select
            monthly.* exclude (month_start, month_end),
            'month' as grain,
            month_start as period_start,
            month_end as period_end,
            case when estimated.site_id is not null then 'estimated' end as status_flag
        from monthly
        left join estimated using (site_id, metric_id, month_start)
        {% for name in [
                "int_metric_outcome_scores",
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
                "int_metric_support_shares",
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

    shaped as (
        {{
            in_series_shape(
                "figures", also=["area", "definition_version", "status_flag"]
            )
        }}
    ),

    final as (select *, 'records' as source_kind from shaped)

select *
from final
