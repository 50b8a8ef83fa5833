with
    conversations as (
        select site_id, person_key, conversation, request_date as event_date
        from {{ ref("int_request") }}
        union all
        select site_id, person_key, conversation, start_date as event_date
        from {{ ref("int_assessment") }}
    ),

    -- Of several in a quarter the first; a person's first of any kind stands for all.
    firsts as (
        select
            conversations.site_id,
            quarters.quarter_start,
            conversations.person_key,
            coalesce(conversations.conversation, 'all') as conversation,
            min(conversations.event_date) as event_date
        from conversations
        inner join
            {{ ref("int_cost_quarter") }} as quarters
            on conversations.site_id = quarters.site_id
            and date_trunc('quarter', conversations.event_date) = quarters.quarter_start
        where
            quarters.has_neighbours
            and conversations.conversation is not null
            and conversations.person_key is not null
        group by
            grouping sets (
                (
                    conversations.site_id,
                    quarters.quarter_start,
                    conversations.person_key,
                    conversations.conversation
                ),
                (
                    conversations.site_id,
                    quarters.quarter_start,
                    conversations.person_key
                )
            )
    ),

    packages as (
        select * from {{ ref("int_package_day") }} where weekly_cost is not null
    ),

    days as (
        select
            firsts.*,
            packages.weekly_cost,
            greatest(
                0,
                date_diff(
                    'day',
                    greatest(packages.first_day, firsts.event_date - 28),
                    least(packages.until_day, firsts.event_date)
                )
            ) as days_before,
            greatest(
                0,
                date_diff(
                    'day',
                    greatest(packages.first_day, firsts.event_date + 28),
                    least(packages.until_day, firsts.event_date + 56)
                )
            ) as days_after
        from firsts
        left join
            packages
            on firsts.site_id = packages.site_id
            and firsts.person_key = packages.person_key
            and packages.first_day < firsts.event_date + 56
            and packages.until_day > firsts.event_date - 28
    ),

    -- The mean of 28 days of pounds a week.
    final as (
        select
            site_id,
            quarter_start,
            person_key,
            conversation,
            event_date,
            cast(
                coalesce(sum(weekly_cost * days_before), 0) / 28 as decimal(28, 6)
            ) as cost_before,
            cast(
                coalesce(sum(weekly_cost * days_after), 0) / 28 as decimal(28, 6)
            ) as cost_after
        from days
        group by site_id, quarter_start, person_key, conversation, event_date
    )

select *
from final
