with
    services as (select * from {{ ref("int_service") }}),

    packages as (select * from {{ ref("int_package") }}),

    spans as (
        select
            site_id,
            numbering,
            'long_term_support' as kind,
            person_key,
            start_month,
            coalesce(end_month, date '9999-12-01') as end_month
        from services
        where service_group = 'long_term'
        union all
        select
            site_id,
            numbering,
            'priced_' || entity as kind,
            person_key,
            start_month,
            coalesce(end_month, date '9999-12-01') as end_month
        from packages
        where weekly_cost is not null
    ),

    -- One span a person and start: two that tie would have no order, and the two
    -- windows
    -- below might each choose another, which once counted a person twice.
    longest as (
        select
            site_id,
            numbering,
            kind,
            person_key,
            start_month,
            max(end_month) as end_month
        from spans
        where start_month < end_month and person_key is not null
        group by site_id, numbering, kind, person_key, start_month
    ),

    ordered as (
        select
            *,
            max(end_month) over (
                partition by site_id, numbering, kind, person_key
                order by start_month
                rows between unbounded preceding and 1 preceding
            ) as covered_until
        from longest
    ),

    numbered as (
        select
            *,
            sum(case when start_month <= covered_until then 0 else 1 end) over (
                partition by site_id, numbering, kind, person_key
                order by start_month
                rows between unbounded preceding and current row
            ) as spell
        from ordered
    ),

    final as (
        select
            site_id,
            numbering,
            kind,
            person_key,
            min(start_month) as start_month,
            nullif(max(end_month), date '9999-12-01') as end_month
        from numbered
        group by site_id, numbering, kind, person_key, spell
    )

select *
from final
