{#- The figures: money, the people or packages it is for, what is divided by them, and where the figure is given. -#}
{%- set a_quarter = "grain= 'quarter'" -%}
{%- set whole = "breakdown = 'all'" -%}
{%- set by_setting = "breakdown in ('all', 'setting')" -%}
{%- set figures = [
    (
        "weekly_cost_at_quarter_end",
        "weekly_cost",
        "people_open",
        1,
        by_setting ~ " and " ~ a_quarter,
    ),
    (
        "weekly_cost_per_person",
        "weekly_cost",
        "people_open",
        "people_open",
        by_setting ~ " and " ~ a_quarter,
    ),
    ("cost_of_support", "cost", "people", 1, "true"),
    (
        "refunds_of_support",
        "refund",
        "people_refunded",
        1,
        whole ~ " and site_refunds",
    ),
    ("cost_of_support_after_refunds", "cost - refund", "people", 1, whole),
    ("cost_per_person_helped", "cost", "people", "people", by_setting),
    (
        "cost_after_contributions",
        "cost - refund - contribution",
        "people",
        1,
        whole ~ " and tells_contributions",
    ),
    (
        "weekly_cost_after_contributions",
        "weekly_cost - weekly_contribution",
        "people_open",
        1,
        whole ~ " and tells_contributions and " ~ a_quarter,
    ),
    (
        "packages_with_known_contribution",
        "packages_with_contribution",
        "packages_open",
        "packages_open / 100",
        whole ~ " and site_contributions and " ~ a_quarter,
    ),
] -%}
with
    periods as (
        select
            *,
            bool_or(people_refunded > 0) over (partition by site_id) as site_refunds,
            bool_or(packages_with_contribution > 0) over (
                partition by site_id
            ) as site_contributions
        from {{ ref("int_cost_period") }}
    ),

    figures as (
        {% for metric, numerator, denominator, divisor, where in figures %}
            select
                *,
                '{{ metric }}' as metric_id,
                {{ numerator }} as numerator,
                {{ denominator }} as denominator,
                ({{ numerator }}) / nullif({{ divisor }}, 0) as value
            from periods
            where {{ where }} {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            site_id,
            metric_id,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            numerator,
            denominator,
            value,
            is_partial,
            system_id
        from figures
        where value is not null
    )

select *
from final
