with
    system_months as (
        select * from {{ ref("int_system_month") }} where family <> 'finance'
    ),

    systems as (select * from {{ source("registry", "system") }}),

    tenures as (
        select *
        from {{ ref("int_tenure") }}
        where entity in ('hub_session', 'workforce')
    ),

    first_days as (
        select site_id, 'hub_session' as entity, min(session_date) as first_day
        from {{ ref("int_hub_session") }}
        group by site_id
        union all
        select site_id, 'workforce' as entity, min(month) as first_day
        from {{ ref("int_workforce") }}
        group by site_id
    ),

    months as (
        select
            system_months.site_id,
            tenures.entity,
            system_months.month_start,
            system_months.month_end,
            system_months.system_id,
            tenures.numbering,
            -- A first record on the seventh may follow a holiday.
            date_diff('day', system_months.month_start, first_days.first_day) > 6
            or coalesce(
                tenures.position > 1
                and system_months.month_start < tenures.begins
                and least(before.ends, before.covered_until) < tenures.begins - 1,
                false
            ) as is_partial
        from system_months
        inner join systems on system_months.system_id = systems.system_id
        inner join
            tenures
            on system_months.site_id = tenures.site_id
            and systems.numbering = tenures.numbering
            and system_months.month_end <= tenures.covered_until
        inner join
            first_days
            on tenures.site_id = first_days.site_id
            and tenures.entity = first_days.entity
            and system_months.month_end >= date_trunc('quarter', first_days.first_day)
        left join
            tenures as before
            on tenures.site_id = before.site_id
            and tenures.entity = before.entity
            and tenures.position = before.position + 1
    ),

    final as (
        {% for entity in ["hub_session", "workforce"] %}
            select '{{ entity }}' as entity, quarters.* exclude (numbering)
            from
                ({{ covered_quarters([entity], months="months") }}) as quarters
                {{ "union all" if not loop.last }}
        {% endfor %}
    )

select *
from final
