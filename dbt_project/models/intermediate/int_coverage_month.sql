with
    system_months as (select * from {{ ref("int_system_month") }}),

    systems as (select * from {{ source("registry", "system") }}),

    tenures as (select * from {{ ref("int_tenure") }}),

    histories as (select * from {{ ref("int_history") }}),

    placed as (
        select
            months.site_id,
            tenures.entity,
            months.family,
            months.month_start,
            months.month_end,
            months.system_id,
            tenures.numbering,
            tenures.position,
            tenures.begins,
            before.ends as before_ends,
            before.covered_until as before_covered_until,
            histories.first_event,
            histories.history_from,
            histories.quiet_days
        from system_months as months
        inner join systems on months.system_id = systems.system_id
        inner join
            tenures
            on months.site_id = tenures.site_id
            and systems.numbering = tenures.numbering
            and months.month_end <= tenures.covered_until
        left join
            tenures as before
            on tenures.site_id = before.site_id
            and tenures.entity = before.entity
            and tenures.position = before.position + 1
        inner join
            histories
            on tenures.site_id = histories.site_id
            and tenures.entity = histories.entity
        where (tenures.entity = 'cost_line') = (months.family = 'finance')
    ),

    final as (
        select
            site_id,
            entity,
            family,
            month_start,
            month_end,
            system_id,
            numbering,
            (
                date_diff('day', month_start, first_event) > quiet_days
                or (
                    position > 1
                    and month_start < begins
                    and least(before_ends, before_covered_until) < begins - 1
                )
            ) as is_partial
        from placed
        where
            month_end >= first_event
            and (history_from is null or month_start >= history_from)
    )

select *
from final
