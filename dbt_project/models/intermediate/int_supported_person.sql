with
    services as (
        select records.* exclude (provider_type), providers.provider_type, types.setting
        from {{ ref("int_service_record") }} as records
        inner join
            {{ ref("int_service_provider") }} as providers
            on records.record_no = providers.record_no
        inner join
            {{ ref("stg_code") }} as types
            on types.list = 'service_type'
            and types.code_group = 'long_term'
            and records.service_type = types.code
        where not records.is_copy and records.person_key is not null
    ),

    quarters as (
        select *
        from {{ ref("int_coverage_month") }}
        where entity = 'service' and month(month_start) % 3 = 0
    ),

    open_services as (
        select
            quarters.site_id,
            cast(date_trunc('quarter', quarters.month_start) as date) as quarter_start,
            services.person_key,
            services.setting,
            services.provider_type,
            case
                when services.setting = 'community' then services.delivery_mechanism
            end as delivery_mechanism,
            case
                when services.setting = 'community' then services.sds_option
            end as sds_option
        from quarters
        inner join
            services
            on quarters.site_id = services.site_id
            and quarters.numbering = services.numbering
            and quarters.month_end >= services.start_date
            and quarters.month_end < coalesce(services.end_date, date '9999-12-31')
    ),

    -- The order of England's LTS001b: a care home counts before support at home.
    final as (
        select
            site_id,
            quarter_start,
            person_key,
            case
                when bool_or(setting = 'nursing')
                then 'nursing'
                when bool_or(setting = 'residential')
                then 'residential'
                when bool_or(setting = 'community')
                then 'community'
                else min(setting)
            end as setting,
            case
                when bool_and(delivery_mechanism = 'direct_payment')
                then 'direct_payment'
                when bool_or(delivery_mechanism = 'direct_payment')
                then 'part_direct_payment'
                when bool_or(delivery_mechanism = 'managed_personal_budget')
                then 'managed_personal_budget'
                else coalesce(min(delivery_mechanism), 'unknown')
            end as delivery_mechanism,
            case
                when min(sds_option) <> max(sds_option)
                then '4'
                else coalesce(min(sds_option), 'unknown')
            end as sds_option,
            list_sort(list_distinct(list(provider_type))) as provider_types
        from open_services
        group by site_id, quarter_start, person_key
    )

select *
from final
