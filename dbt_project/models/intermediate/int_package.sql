with
    services as (select * from {{ ref("int_service") }}),

    current_lines as ({{ current_records("cost_line") }}),

    bulk_closures as (
        select * from {{ ref("int_bulk_closure") }} where entity = 'cost_line'
    ),

    -- What is carried over is copied once: two rows alike in all but their number.
    cost_lines as (
        select
            current_lines.*,
            {{ person_key("current_lines", "keys") }} as person_key,
            coalesce(current_lines.start_date >= tenures.owns_from, true) as is_own,
            case
                when bulk_closures.site_id is null then current_lines.end_date
            end as true_end,
            row_number() over (
                partition by
                    current_lines.site_id,
                    current_lines.numbering,
                    {{ person_key("current_lines", "keys") }},
                    current_lines.service_component,
                    current_lines.start_date,
                    current_lines.end_date,
                    current_lines.unit_cost,
                    current_lines.cost_frequency,
                    current_lines.planned_units_per_week
                order by current_lines.cost_line_id
            ) as copy
        from current_lines {{ join_person_key("current_lines", "keys") }}
        left join
            {{ ref("int_tenure") }} as tenures
            on current_lines.site_id = tenures.site_id
            and current_lines.numbering = tenures.numbering
            and tenures.entity = 'cost_line'
        left join
            bulk_closures
            on current_lines.site_id = bulk_closures.site_id
            and current_lines.numbering = bulk_closures.numbering
            and current_lines.end_date = bulk_closures.closed_on
    ),

    frequencies as (select * from {{ ref("stg_code") }} where list = 'cost_frequency'),

    components as (
        select * from {{ ref("stg_code") }} where list = 'service_component'
    ),

    service_types as (select * from {{ ref("stg_code") }} where list = 'service_type'),

    priced_lines as (
        select
            cost_lines.site_id,
            cost_lines.numbering,
            'cost_line' as entity,
            cost_lines.cost_line_id as record_id,
            cost_lines.person_key,
            case
                when cost_lines.service_id is not null
                then
                    hash(
                        cost_lines.site_id,
                        cost_lines.person_numbering,
                        cost_lines.service_id
                    )
            end as service_record_no,
            cost_lines.service_component,
            components.setting,
            cost_lines.start_date,
            cost_lines.true_end as end_date,
            {{
                weekly_cost(
                    "cost_lines.unit_cost",
                    "cost_lines.cost_frequency",
                    "cost_lines.planned_units_per_week",
                    "frequencies.weekly_factor",
                )
            }} as weekly_cost,
            case
                when cost_lines.cost_frequency = 'one_off' then cost_lines.unit_cost
            end as one_off_cost,
            cost_lines.client_contribution_per_week as weekly_contribution
        from cost_lines
        left join components on cost_lines.service_component = components.code
        left join frequencies on cost_lines.cost_frequency = frequencies.code
        where cost_lines.is_own or cost_lines.copy = 1
    ),

    priced_services as (
        select
            services.site_id,
            services.numbering,
            'service' as entity,
            services.service_id as record_id,
            services.person_key,
            hash(
                services.site_id, services.numbering, services.service_id
            ) as service_record_no,
            services.service_component,
            coalesce(components.setting, service_types.setting) as setting,
            services.start_date,
            services.end_date,
            services.weekly_cost,
            services.one_off_cost,
            cast(null as decimal(18, 6)) as weekly_contribution
        from services
        left join components on services.service_component = components.code
        left join service_types on services.service_type = service_types.code
    ),

    packages as (
        select *
        from priced_lines
        where weekly_cost <> 0 or one_off_cost <> 0
        union all
        select *
        from priced_services
        where weekly_cost <> 0 or one_off_cost <> 0
    ),

    begun as (
        select
            site_id,
            numbering,
            entity,
            person_key,
            service_component,
            start_date,
            count(*) as packages
        from packages
        where weekly_cost is not null
        group by all
    ),

    -- The last day is covered, but a day on which the next price begins is that one's.
    dated as (
        select
            packages.*,
            case
                when
                    begun.packages
                    > cast(packages.start_date = packages.end_date as integer)
                then packages.end_date
                else packages.end_date + 1
            end as until_date
        from packages
        left join
            begun
            on packages.site_id = begun.site_id
            and packages.numbering = begun.numbering
            and packages.entity = begun.entity
            and packages.person_key = begun.person_key
            and packages.service_component = begun.service_component
            and packages.end_date = begun.start_date
    ),

    final as (
        select
            *,
            {{ month_start("start_date") }} as start_month,
            {{ month_start("until_date") }} as end_month
        from dated
    )

select *
from final
