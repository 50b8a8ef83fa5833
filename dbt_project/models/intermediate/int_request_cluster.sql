with
    births as (select * from {{ ref("int_person_birth") }}),

    requests as (
        select
            requests.site_id,
            requests.person_key,
            -- One number is sorted and joined by faster than two texts.
            hash(requests.site_id, requests.person_key) as person_no,
            requests.request_date,
            coalesce(requests.end_date, requests.request_date) as ended_on,
            coalesce({{ outcome_sequel("requests.outcome_group") }}, '') as sequel
        from {{ ref("int_request") }} as requests
        left join
            {{ ref("int_person_trait") }} as people
            on requests.site_id = people.site_id
            and requests.person_key = people.person_key
        where
            requests.person_key is not null
            and requests.request_date is not null
            and people.client_type is distinct from 'unpaid_carer'
    ),

    -- Requests of one day in one order, or they would be told apart otherwise each
    -- night.
    followed as (
        select
            *,
            coalesce(
                request_date
                > 4
                + max(ended_on) over (
                    partition by person_no
                    order by request_date, ended_on, sequel
                    rows between unbounded preceding and 1 preceding
                ),
                true
            ) as is_first
        from requests
    ),

    numbered as (
        select
            *,
            sum(cast(is_first as integer)) over (
                partition by person_no
                order by request_date, ended_on, sequel
                rows between unbounded preceding and current row
            ) as nth
        from followed
    ),

    clusters as (
        select
            any_value(site_id) as site_id,
            any_value(person_key) as person_key,
            person_no,
            nth,
            min(request_date) as request_date,
            max(ended_on) as ended_on,
            -- Of two that end on one day, what can be classified speaks.
            nullif(
                max(
                    {'ended_on':ended_on, 'request_date':request_date, 'sequel':sequel}
                ).sequel,
                ''
            ) as own_sequel,
            least(
                min(request_date) + 90,
                lead(min(request_date)) over (partition by person_no order by nth) - 1
            ) as looked_at_until
        from numbered
        group by person_no, nth
    ),

    services as (
        select services.*
        from {{ ref("int_one_service") }} as services
        inner join
            {{ ref("stg_code") }} as types
            on services.service_type = types.code
            and types.list = 'service_type'
            and types.code_group = 'long_term'
    ),

    -- Who was lost from sight with a system is supported until it ended.
    lost as (
        select services.site_id, services.service_key, max(tenures.owns_until) as day
        from services
        inner join
            {{ ref("int_tenure") }} as tenures
            on services.site_id = tenures.site_id
            and list_contains(services.held_by, tenures.numbering)
            and tenures.entity = 'service'
        where services.state = 'lost from sight'
        group by services.site_id, services.service_key
    ),

    supported as (
        select distinct clusters.person_no, clusters.nth
        from clusters
        inner join
            services
            on clusters.site_id = services.site_id
            and clusters.person_key = services.person_key
            and coalesce(services.true_start, date '0001-01-01') < clusters.request_date
        left join
            lost
            on services.site_id = lost.site_id
            and services.service_key = lost.service_key
        where
            coalesce(services.true_end, lost.day, date '9999-12-31')
            >= clusters.request_date
    ),

    final as (
        select
            clusters.*,
            supported.nth is null as is_new,
            {{ age_band("births.birth_month", "clusters.request_date") }} as age_band
        from clusters
        left join
            supported
            on clusters.person_no = supported.person_no
            and clusters.nth = supported.nth
        left join
            births
            on clusters.site_id = births.site_id
            and clusters.person_key = births.person_key
    )

select *
from final
