with
    tenures as (select * from {{ ref("int_tenure") }}),

    loads as (select * from {{ ref("int_load") }}),

    events as (
        select
            'request' as entity, site_id, load_id, request_date as event_date, end_date
        from {{ ref("fct_request") }}
        union all
        select
            'assessment' as entity, site_id, load_id, start_date as event_date, end_date
        from {{ ref("fct_assessment") }}
        union all
        select 'service' as entity, site_id, load_id, start_date as event_date, end_date
        from {{ ref("fct_service") }}
        union all
        select
            'cost_line' as entity, site_id, load_id, start_date as event_date, end_date
        from {{ ref("fct_cost_line") }}
    ),

    -- Placeholders stand for no day.
    installations as (
        select
            events.entity,
            events.site_id,
            loads.numbering,
            tenures.position,
            tenures.covered_until,
            min(events.event_date) as first_event,
            min(events.end_date) as first_end,
            count(*) as records
        from events
        inner join
            loads
            on events.site_id = loads.sender_id
            and events.load_id = loads.load_id
            and events.entity = loads.entity
        inner join
            tenures
            on events.site_id = tenures.site_id
            and events.entity = tenures.entity
            and loads.numbering = tenures.numbering
        where events.event_date > date '1900-01-01'
        group by
            events.entity,
            events.site_id,
            loads.numbering,
            tenures.position,
            tenures.covered_until
    ),

    -- One that delivered a table without a row has no history of it.
    first_systems as (
        select *
        from installations
        qualify position = min(position) over (partition by site_id, entity)
    ),

    -- Something ends within a quarter of the first start, or the ends are not on
    -- record: what ended earlier is gone, and the months would count survivors only.
    survivors as (
        select
            site_id,
            numbering,
            case
                when date_diff('day', min(first_event), min(first_end)) > 92
                then {{ month_start("min(first_end)") }}
            end as history_from
        from first_systems
        group by site_id, numbering
    ),

    -- A first record on the seventh may follow a holiday. Where records are rare, five
    -- times the usual days between two pass without any once in 150 times.
    final as (
        select
            first_systems.site_id,
            first_systems.entity,
            first_systems.first_event,
            survivors.history_from,
            greatest(
                6,
                5.0 * date_diff(
                    'day', first_systems.first_event, first_systems.covered_until
                )
                / first_systems.records
            ) as quiet_days
        from first_systems
        inner join
            survivors
            on first_systems.site_id = survivors.site_id
            and first_systems.numbering = survivors.numbering
    )

select *
from final
