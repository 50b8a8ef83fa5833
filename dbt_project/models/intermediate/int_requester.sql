with
    requests as (
        select site_id, person_key, request_date
        from {{ ref("int_request") }}
        where person_key is not null and request_date is not null
    ),

    periods as (select * from {{ ref("int_reach_period") }}),

    births as (select * from {{ ref("int_person_birth") }}),

    traits as (select * from {{ ref("int_person_trait") }}),

    asked as (
        select
            periods.site_id,
            periods.grain,
            periods.period_start,
            requests.person_key,
            min(requests.request_date) as first_request_date
        from periods
        inner join
            requests
            on periods.site_id = requests.site_id
            and requests.request_date
            between periods.period_start and periods.period_end
        group by all
    ),

    final as (
        select
            asked.site_id,
            asked.grain,
            asked.period_start,
            asked.person_key,
            {{ published_age_band("births.birth_month", "asked.first_request_date") }}
            as age_band,
            coalesce(traits.sex, 'unknown') as sex,
            coalesce(traits.ethnicity, 'unknown') as ethnicity,
            coalesce(traits.support_reason, 'unknown') as support_reason,
            coalesce(traits.client_type, 'unknown') as client_type
        from asked
        left join
            births
            on asked.site_id = births.site_id
            and asked.person_key = births.person_key
        left join
            traits
            on asked.site_id = traits.site_id
            and asked.person_key = traits.person_key
    )

select *
from final
