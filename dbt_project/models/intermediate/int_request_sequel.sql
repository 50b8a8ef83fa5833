with
    requests as (select * from {{ ref("int_request_cluster") }}),

    -- England's order: what is meant to make people independent, then what lasts.
    kinds as (
        select
            code,
            case
                when code = 'st_max' then 1 when code_group = 'long_term' then 2 else 3
            end as place,
            case
                when code_group = 'long_term'
                then 'long_term_support'
                else 'short_term_support'
            end as sequel
        from {{ ref("stg_code") }}
        where list = 'service_type' and code_group in ('long_term', 'short_term')
    ),

    events as (
        select
            hash(services.site_id, services.person_key) as person_no,
            services.true_start as start_date,
            coalesce(services.true_end, date '9999-12-31') as end_date,
            kinds.place,
            kinds.sequel
        from {{ ref("int_one_service") }} as services
        inner join kinds on services.service_type = kinds.code
        where services.true_start is not null and services.person_key is not null
        union all
        select
            hash(site_id, person_key) as person_no,
            start_date,
            coalesce(end_date, date '9999-12-31') as end_date,
            null as place,
            {{ outcome_sequel("outcome_group") }} as sequel
        from {{ ref("int_assessment") }}
        where person_key is not null
    ),

    followed as (
        select
            requests.person_no,
            requests.nth,
            events.start_date - requests.ended_on as days,
            events.start_date,
            events.end_date,
            events.place,
            events.sequel,
            events.start_date
            > 3
            + max(events.end_date) over (
                partition by requests.person_no, requests.nth
                order by events.start_date, events.end_date, events.place, events.sequel
                rows between unbounded preceding and 1 preceding
            ) as is_apart
        from requests
        inner join
            events
            on requests.person_no = events.person_no
            and events.start_date between requests.ended_on and requests.looked_at_until
    ),

    chained as (
        select
            *,
            coalesce(
                bool_or(is_apart) over (
                    partition by person_no, nth
                    order by start_date, end_date, place, sequel
                    rows between unbounded preceding and current row
                ),
                false
            ) as is_broken
        from followed
    ),

    found as (
        select
            person_no,
            nth,
            min(days) as days,
            arg_min(sequel, place) filter (
                not is_broken and place is not null
            ) as of_service,
            max({'end_date':end_date, 'is_none':sequel = 'no_council_support'}) filter (
                not is_broken and sequel is not null
            ).is_none as is_none
        from chained
        group by person_no, nth
    ),

    final as (
        select
            requests.site_id,
            requests.person_key,
            requests.request_date,
            cast(date_trunc('quarter', requests.request_date) as date) as quarter_start,
            requests.is_new,
            requests.age_band,
            {%- for name, days in (
                ("sequel", 28),
                ("sequel_7_days", 7),
                ("sequel_3_days", 3),
            ) %}
                coalesce(
                    case
                        when not found.days <= {{ days }}
                        then null
                        when found.of_service is not null
                        then found.of_service
                        when found.is_none
                        then 'no_council_support'
                        when not found.is_none
                        then 'signposted'
                    end,
                    requests.own_sequel,
                    'unclassified'
                ) as {{ name }},
            {%- endfor %}
        from requests
        left join
            found on requests.person_no = found.person_no and requests.nth = found.nth
    )

select *
from final
