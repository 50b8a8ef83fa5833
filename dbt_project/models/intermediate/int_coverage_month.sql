with
    system_months as (select * from {{ ref("int_system_month") }}),

    loads as (select * from {{ ref("int_load") }}),

    events as (
        select
            'request' as entity,
            site_id,
            system_id,
            request_date as event_date,
            end_date
        from {{ ref("fct_request") }}
        union all
        select
            'assessment' as entity,
            site_id,
            system_id,
            start_date as event_date,
            end_date
        from {{ ref("fct_assessment") }}
        union all
        select
            'service' as entity, site_id, system_id, start_date as event_date, end_date
        from {{ ref("fct_service") }}
        union all
        select
            'cost_line' as entity,
            site_id,
            system_id,
            start_date as event_date,
            end_date
        from {{ ref("fct_cost_line") }}
    ),

    -- Something ends within a quarter of the first start, or the ends are not on
    -- record: what ended earlier is gone, and the months would count survivors only.
    histories as (
        select
            site_id,
            system_id,
            case
                when date_diff('day', min(event_date), min(end_date)) > 92
                then {{ month_start("min(end_date)") }}
            end as history_from
        from events
        group by site_id, system_id
    ),

    recorded as (
        select
            events.entity,
            events.site_id,
            events.system_id,
            min(events.event_date) as first_event,
            max(histories.history_from) as history_from,
            count(*) as events
        from events
        left join
            histories
            on events.site_id = histories.site_id
            and events.system_id = histories.system_id
        group by events.entity, events.site_id, events.system_id
    ),

    latest as (
        select entity, sender_id as site_id, system_id, max(as_of) as covered_until
        from loads
        group by entity, sender_id, system_id
    ),

    -- A first record on the seventh may follow a holiday. Where records are rare, five
    -- times the usual days between two pass without any once in 150 times.
    covered as (
        select
            recorded.*,
            latest.covered_until,
            min(recorded.first_event) over (
                partition by recorded.entity, recorded.site_id
            ) as series_begins,
            greatest(
                6,
                5.0
                * date_diff('day', recorded.first_event, latest.covered_until)
                / recorded.events
            ) as quiet_days
        from recorded
        inner join
            latest
            on recorded.entity = latest.entity
            and recorded.site_id = latest.site_id
            and recorded.system_id = latest.system_id
    ),

    final as (
        select
            months.site_id,
            covered.entity,
            months.family,
            months.month_start,
            months.month_end,
            months.system_id,
            covered.first_event > months.month_start
            and (
                coalesce(months.in_force_from > months.month_start, false)
                or date_diff('day', months.month_start, covered.series_begins)
                > covered.quiet_days
            ) as is_partial
        from system_months as months
        inner join
            covered
            on months.site_id = covered.site_id
            and months.system_id = covered.system_id
            and months.month_end between covered.first_event and covered.covered_until
            and (
                covered.history_from is null
                or months.month_start >= covered.history_from
            )
        where (covered.entity = 'cost_line') = (months.family = 'finance')
    )

select *
from final
