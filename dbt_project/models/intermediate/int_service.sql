with
    services as (select * from {{ ref("int_service_record") }} where not is_copy),

    service_types as (select * from {{ ref("stg_code") }} where list = 'service_type'),

    frequencies as (select * from {{ ref("stg_code") }} where list = 'cost_frequency'),

    final as (
        select
            services.site_id,
            services.system_id,
            services.numbering,
            services.service_id,
            services.person_id,
            services.person_key,
            services.service_type,
            services.service_component,
            services.start_date,
            services.end_date,
            {{ month_start("services.start_date") }} as start_month,
            {{ month_start("services.end_date") }} as end_month,
            service_types.code_group as service_group,
            {{
                weekly_cost(
                    "services.unit_cost",
                    "services.cost_frequency",
                    "services.planned_units_per_week",
                    "frequencies.weekly_factor",
                )
            }} as weekly_cost,
            case
                when services.cost_frequency = 'one_off' then services.unit_cost
            end as one_off_cost
        from services
        left join service_types on services.service_type = service_types.code
        left join frequencies on services.cost_frequency = frequencies.code
    )

select *
from final
