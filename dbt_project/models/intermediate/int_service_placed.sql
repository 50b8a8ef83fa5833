with
    frequencies as (select * from {{ ref("stg_code") }} where list = 'cost_frequency'),

    placed as (
        select
            services.record_no,
            services.site_id,
            services.system_id,
            services.numbering,
            services.service_id,
            hash(
                services.site_id, services.person_key, services.service_type
            ) as support_no,
            services.service_component,
            services.start_date,
            services.end_date,
            -- To tell near prices from far ones; no exact decimals are needed.
            cast(services.unit_cost as double) * case
                when services.cost_frequency in ('per_session', 'hourly', 'daily')
                then services.planned_units_per_week
                else frequencies.weekly_factor
            end as weekly_price,
            tenures.position,
            tenures.begins,
            tenures.next_begins,
            services.start_date < tenures.next_begins
            and coalesce(services.end_date, date '9999-12-31')
            >= tenures.next_begins as is_handed_over,
            tenures.position > 1
            and services.start_date <= tenures.begins
            and coalesce(services.end_date, date '9999-12-31')
            >= tenures.begins as is_taken_over
        from {{ ref("int_service_record") }} as services
        inner join
            {{ ref("int_tenure") }} as tenures
            on services.site_id = tenures.site_id
            and services.numbering = tenures.numbering
            and tenures.entity = 'service'
        left join frequencies on services.cost_frequency = frequencies.code
        where
            not services.is_copy
            and services.person_key is not null
            and services.start_date is not null
    ),

    -- On no other day does half of all open support start.
    bulk_starts as (
        select site_id, numbering
        from placed
        where is_taken_over
        group by site_id, numbering
        having
            count(case when start_date = begins then 1 end) >= 5
            and count(case when start_date = begins then 1 end) >= 0.5 * count(*)
    ),

    final as (
        select
            placed.*,
            case
                when
                    not {{ is_placeholder("placed.start_date") }}
                    and not (
                        placed.is_taken_over
                        and placed.start_date = placed.begins
                        and bulk_starts.site_id is not null
                    )
                then placed.start_date
            end as known_start
        from placed
        left join
            bulk_starts
            on placed.site_id = bulk_starts.site_id
            and placed.numbering = bulk_starts.numbering
    )

select *
from final
