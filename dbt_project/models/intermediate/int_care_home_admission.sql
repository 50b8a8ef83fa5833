with
    stays as (
        select
            services.site_id,
            services.person_key,
            types.setting,
            services.true_start,
            services.true_end
        from {{ ref("int_one_service") }} as services
        inner join
            {{ ref("stg_code") }} as types
            on types.list = 'service_type'
            and types.code_group = 'long_term'
            and types.setting in ('residential', 'nursing')
            and services.service_type = types.code
        where services.person_key is not null
    ),

    -- A stay whose first day nobody knows came before all others.
    ordered as (
        select
            *,
            max(coalesce(true_end, date '9999-12-31')) over (
                partition by site_id, person_key
                order by
                    coalesce(true_start, date '0001-01-01'),
                    coalesce(true_end, date '9999-12-31'),
                    setting
                rows between unbounded preceding and 1 preceding
            ) as earlier_until
        from stays
    ),

    final as (
        select
            ordered.site_id,
            ordered.person_key,
            ordered.true_start as admission_date,
            cast(date_trunc('quarter', ordered.true_start) as date) as quarter_start,
            ordered.setting,
            {{ age_band("births.birth_month", "ordered.true_start") }} as age_band
        from ordered
        left join
            {{ ref("int_person_birth") }} as births
            on ordered.site_id = births.site_id
            and ordered.person_key = births.person_key
        where
            ordered.true_start is not null
            and (
                ordered.earlier_until is null
                or ordered.earlier_until < ordered.true_start - 28
            )
    )

select *
from final
