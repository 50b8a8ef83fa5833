with
    records as (
        select
            records.record_no,
            records.site_id,
            records.numbering,
            records.service_id,
            records.person_key,
            records.service_component,
            records.start_date,
            records.end_date,
            nullif(records.provider_type, 'unknown') as provider_type,
            coalesce(origins.service_no, records.record_no) as service_no,
            origins.stretch,
            origins.position
        from {{ ref("int_service_record") }} as records
        left join
            {{ ref("int_service_origin") }} as origins
            on records.record_no = origins.record_no
        where not records.is_copy
    ),

    -- The next record that knows it, else the last one before.
    final as (
        select
            record_no,
            site_id,
            numbering,
            service_id,
            person_key,
            service_component,
            start_date,
            end_date,
            coalesce(
                first_value(provider_type ignore nulls) over (
                    of_service rows between current row and unbounded following
                ),
                last_value(provider_type ignore nulls) over (
                    of_service rows between unbounded preceding and current row
                ),
                'unknown'
            ) as provider_type,
            provider_type is null as is_carried
        from records
        window
            of_service as (
                partition by site_id, service_no order by stretch, position, record_no
            )
    )

select *
from final
