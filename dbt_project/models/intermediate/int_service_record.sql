with
    services as ({{ current_records("service") }}),

    keyed as (
        select services.*, {{ person_key("services", "keys") }} as person_key
        from services {{ join_person_key("services", "keys") }}
    ),

    bulk_closures as (
        select * from {{ ref("int_bulk_closure") }} where entity = 'service'
    ),

    -- What is carried over is copied once: two rows alike in all but their number.
    once as (
        select
            keyed.*,
            row_number() over (
                partition by
                    keyed.site_id,
                    keyed.numbering,
                    keyed.person_key,
                    keyed.service_type,
                    keyed.service_component,
                    keyed.start_date,
                    keyed.end_date,
                    keyed.unit_cost,
                    keyed.cost_frequency,
                    keyed.planned_units_per_week,
                    coalesce(keyed.start_date >= tenures.owns_from, true)
                order by keyed.service_id
            ) as copy,
            coalesce(keyed.start_date >= tenures.owns_from, true) as is_own
        from keyed
        left join
            {{ ref("int_tenure") }} as tenures
            on keyed.site_id = tenures.site_id
            and keyed.numbering = tenures.numbering
            and tenures.entity = 'service'
    ),

    final as (
        select
            hash(once.site_id, once.numbering, once.service_id) as record_no,
            once.site_id,
            once.system_id,
            once.numbering,
            once.service_id,
            once.person_id,
            once.person_key,
            once.service_type,
            once.service_component,
            once.delivery_mechanism,
            once.sds_option,
            once.provider_type,
            once.start_date,
            case when bulk_closures.site_id is null then once.end_date end as end_date,
            once.unit_cost,
            once.cost_frequency,
            once.planned_units_per_week,
            once.end_reason,
            once.end_date as recorded_end_date,
            not once.is_own and once.copy > 1 as is_copy
        from once
        left join
            bulk_closures
            on once.site_id = bulk_closures.site_id
            and once.numbering = bulk_closures.numbering
            and once.end_date = bulk_closures.closed_on
    )

select *
from final
