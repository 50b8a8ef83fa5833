with
    origins as (select * from {{ ref("int_service_origin") }}),

    services as (select * from {{ ref("int_service_record") }} where not is_copy),

    cost_lines as ({{ current_records("cost_line") }}),

    tenures as (select * from {{ ref("int_tenure") }}),

    service_starts as (
        select
            origins.site_id,
            'service' as entity,
            origins.service_id as record_id,
            origins.system_id,
            origins.reason,
            'start_date' as field,
            cast(origins.recorded_start as varchar) as recorded,
            cast(origins.true_start as varchar) as corrected,
            -- A day that stands for none was recorded when the installation began.
            case
                when not {{ is_placeholder("origins.recorded_start") }}
                then origins.recorded_start
                when tenures.position > 1
                then tenures.begins
                else tenures.covered_until
            end as event_date
        from origins
        inner join
            tenures
            on origins.site_id = tenures.site_id
            and origins.numbering = tenures.numbering
            and tenures.entity = 'service'
        where origins.reason is not null
    ),

    service_ends as (
        select
            site_id,
            'service' as entity,
            service_id as record_id,
            system_id,
            'reopened' as reason,
            'end_date' as field,
            cast(recorded_end_date as varchar) as recorded,
            cast(null as varchar) as corrected,
            recorded_end_date as event_date
        from services
        where end_date is null and recorded_end_date is not null
    ),

    cost_line_ends as (
        select
            cost_lines.site_id,
            'cost_line' as entity,
            cost_lines.cost_line_id as record_id,
            cost_lines.system_id,
            'reopened' as reason,
            'end_date' as field,
            cast(cost_lines.end_date as varchar) as recorded,
            cast(null as varchar) as corrected,
            cost_lines.end_date as event_date
        from cost_lines
        inner join
            {{ ref("int_bulk_closure") }} as bulk_closures
            on bulk_closures.entity = 'cost_line'
            and cost_lines.site_id = bulk_closures.site_id
            and cost_lines.numbering = bulk_closures.numbering
            and cost_lines.end_date = bulk_closures.closed_on
    ),

    final as (
        select *
        from service_starts
        union all
        select *
        from service_ends
        union all
        select *
        from cost_line_ends
    )

select *
from final
