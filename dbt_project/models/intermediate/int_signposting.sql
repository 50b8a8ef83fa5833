with
    requests as (
        select site_id, person_key, request_date as event_date, outcome_group
        from {{ ref("int_request") }}
        where person_key is not null and request_date is not null
    ),

    signposted as (
        select site_id, person_key, event_date as signposted_on
        from requests
        where outcome_group = 'nfa_signposted'
        union
        select site_id, person_key, end_date as signposted_on
        from {{ ref("int_assessment") }}
        where
            outcome_group = 'nfa_signposted'
            and person_key is not null
            and end_date is not null
    ),

    types as (
        select code
        from {{ ref("stg_code") }}
        where list = 'service_type' and code_group = 'long_term'
    ),

    services as (select * from {{ ref("int_one_service") }}),

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

    support as (
        select
            services.site_id,
            services.person_key,
            services.true_start,
            coalesce(services.true_end, lost.day, date '9999-12-31') as supported_until
        from services
        inner join types on services.service_type = types.code
        left join
            lost
            on services.site_id = lost.site_id
            and services.service_key = lost.service_key
    ),

    supported as (
        select distinct
            signposted.site_id, signposted.person_key, signposted.signposted_on
        from signposted
        inner join
            support
            on signposted.site_id = support.site_id
            and signposted.person_key = support.person_key
            and coalesce(support.true_start, date '0001-01-01')
            < signposted.signposted_on
            and support.supported_until >= signposted.signposted_on
    ),

    final as (
        select
            signposted.site_id,
            signposted.person_key,
            signposted.signposted_on,
            requests.event_date as next_request_on,
            begun.true_start as next_support_on,
            supported.person_key is not null as is_supported
        from signposted
        asof left join
            requests
            on signposted.site_id = requests.site_id
            and signposted.person_key = requests.person_key
            and signposted.signposted_on < requests.event_date
        asof left join
            (
                select site_id, person_key, true_start
                from support
                where true_start is not null
            ) as begun
            on signposted.site_id = begun.site_id
            and signposted.person_key = begun.person_key
            and signposted.signposted_on <= begun.true_start
        left join
            supported
            on signposted.site_id = supported.site_id
            and signposted.person_key = supported.person_key
            and signposted.signposted_on = supported.signposted_on
    )

select *
from final
