with
    services as (
        select site_id, person_key, true_start, true_end
        from {{ ref("int_one_service") }}
        where true_start is not null and person_key is not null
    ),

    requests as (
        select site_id, person_key, request_date as event_date
        from {{ ref("int_request") }}
        where person_key is not null and request_date is not null
    ),

    assessments as (
        select site_id, person_key, start_date as event_date
        from {{ ref("int_assessment") }}
        where person_key is not null and start_date is not null
    ),

    ordered as (
        select
            *,
            max(coalesce(true_end, date '9999-12-31')) over (
                partition by site_id, person_key
                order by true_start, coalesce(true_end, date '9999-12-31')
                rows between unbounded preceding and 1 preceding
            ) as earlier_until
        from services
    ),

    begun as (
        select site_id, person_key, true_start as start_date
        from ordered
        where earlier_until is null or earlier_until < true_start - 365
    ),

    asked as (
        select
            begun.site_id,
            begun.person_key,
            begun.start_date,
            min(requests.event_date) as first_request_date,
            count(*) as requests
        from begun
        inner join
            requests
            on begun.site_id = requests.site_id
            and begun.person_key = requests.person_key
            and requests.event_date between begun.start_date - 365 and begun.start_date
        group by begun.site_id, begun.person_key, begun.start_date
    ),

    final as (
        select
            asked.site_id,
            asked.person_key,
            asked.start_date,
            cast(date_trunc('quarter', asked.start_date) as date) as quarter_start,
            asked.first_request_date,
            asked.start_date - asked.first_request_date as days,
            asked.requests,
            count(assessments.event_date) as assessments
        from asked
        left join
            assessments
            on asked.site_id = assessments.site_id
            and asked.person_key = assessments.person_key
            and assessments.event_date
            between asked.first_request_date and asked.start_date
        group by all
    )

select *
from final
