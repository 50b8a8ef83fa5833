with
    packages as (select * from {{ ref("int_package") }}),

    services as (select * from {{ ref("int_service_provider") }}),

    -- Where no service is named: the person's services of that component that were
    -- open on the first day, if all are of one kind.
    beside as (
        select
            packages.site_id,
            packages.numbering,
            packages.entity,
            packages.record_id,
            case
                when min(services.provider_type) = max(services.provider_type)
                then min(services.provider_type)
            end as provider_type
        from packages
        inner join
            services
            on packages.site_id = services.site_id
            and packages.person_key = services.person_key
            and packages.service_component = services.service_component
            and packages.start_date between services.start_date and coalesce(
                services.end_date, date '9999-12-31'
            )
        where packages.entity = 'cost_line'
        group by all
    ),

    final as (
        select
            packages.site_id,
            packages.numbering,
            packages.entity,
            packages.record_id,
            coalesce(
                named.provider_type, beside.provider_type, 'unknown'
            ) as provider_type
        from packages
        left join services as named on packages.service_record_no = named.record_no
        left join
            beside
            on packages.site_id = beside.site_id
            and packages.numbering = beside.numbering
            and packages.entity = beside.entity
            and packages.record_id = beside.record_id
    )

select *
from final
