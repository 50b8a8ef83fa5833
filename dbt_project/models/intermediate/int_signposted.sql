with
    signpostings as (select * from {{ ref("int_signposting") }}),

    periods as (select * from {{ ref("int_signposted_period") }}),

    people as (select * from {{ ref("int_person_trait") }}),

    first_of_period as (
        select
            periods.site_id,
            periods.grain,
            periods.period_start,
            periods.seen_until,
            signpostings.person_key,
            min(signpostings.signposted_on) as signposted_on
        from periods
        inner join
            signpostings
            on periods.site_id = signpostings.site_id
            and signpostings.signposted_on
            between periods.period_start and periods.period_end
        group by all
    ),

    final as (
        select
            counted.site_id,
            counted.grain,
            counted.period_start,
            counted.person_key,
            counted.signposted_on,
            signpostings.next_request_on
            - counted.signposted_on as days_to_next_request,
            case
                when not signpostings.is_supported
                then signpostings.next_support_on - counted.signposted_on
            end as days_to_support,
            signpostings.is_supported,
            greatest(
                least(counted.seen_until, people.death_date) - counted.signposted_on, 0
            ) as days_seen
        from first_of_period as counted
        inner join
            signpostings
            on counted.site_id = signpostings.site_id
            and counted.person_key = signpostings.person_key
            and counted.signposted_on = signpostings.signposted_on
        left join
            people
            on counted.site_id = people.site_id
            and counted.person_key = people.person_key
    )

select *
from final
