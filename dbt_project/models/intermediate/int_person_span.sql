with
    services as (select * from {{ ref("int_service") }}),

    packages as (select * from {{ ref("int_package") }}),

    spans as (
        select
            site_id,
            system_id,
            'long_term_support' as kind,
            person_id,
            start_month,
            coalesce(end_month, date '9999-12-01') as end_month
        from services
        where service_group = 'long_term'
        union all
        select
            site_id,
            system_id,
            'priced_' || entity as kind,
            person_id,
            start_month,
            coalesce(end_month, date '9999-12-01') as end_month
        from packages
    ),

    ordered as (
        select
            *,
            max(end_month) over (
                partition by site_id, system_id, kind, person_id
                order by start_month, end_month
                rows between unbounded preceding and 1 preceding
            ) as covered_until
        from spans
        where start_month < end_month and person_id is not null
    ),

    numbered as (
        select
            *,
            sum(case when start_month <= covered_until then 0 else 1 end) over (
                partition by site_id, system_id, kind, person_id
                order by start_month, end_month
                rows between unbounded preceding and current row
            ) as spell
        from ordered
    ),

    final as (
        select
            site_id,
            system_id,
            kind,
            person_id,
            min(start_month) as start_month,
            nullif(max(end_month), date '9999-12-01') as end_month
        from numbered
        group by site_id, system_id, kind, person_id, spell
    )

select *
from final
