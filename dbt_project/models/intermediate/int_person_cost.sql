with
    quarters as (select * from {{ ref("int_cost_quarter") }}),

    stretches as (
        select
            *,
            unnest(
                generate_series(
                    date_trunc('quarter', first_day),
                    date_trunc('quarter', until_day - 1),
                    interval 3 month
                )
            ) as quarter
        from {{ ref("int_package_day") }}
    ),

    cut as (
        select
            stretches.*,
            quarters.quarter_start,
            date_diff(
                'day',
                greatest(stretches.first_day, quarters.quarter_start),
                least(stretches.until_day, quarters.quarter_end + 1)
            ) as days,
            stretches.until_day > quarters.quarter_end
            and stretches.weekly_cost is not null as is_open_at_end
        from stretches
        inner join
            quarters
            on stretches.site_id = quarters.site_id
            and cast(stretches.quarter as date) = quarters.quarter_start
    ),

    final as (
        select
            site_id,
            quarter_start,
            setting,
            provider_type,
            person_key,
            -- Pounds a week for so many days are a seventh of so many pounds; the sum
            -- is
            -- exact, and only it is divided.
            cast(
                coalesce(sum(weekly_cost * days) filter (where weekly_cost > 0), 0) / 7
                + coalesce(
                    sum(one_off_cost) filter (where one_off_cost > 0), 0
                ) as decimal(28, 6)
            ) as cost,
            cast(
                - coalesce(sum(weekly_cost * days) filter (where weekly_cost < 0), 0)
                / 7
                - coalesce(
                    sum(one_off_cost) filter (where one_off_cost < 0), 0
                ) as decimal(28, 6)
            ) as refund,
            cast(sum(weekly_contribution * days) / 7 as decimal(28, 6)) as contribution,
            count(*) filter (where is_open_at_end) as open_packages,
            count(weekly_contribution) filter (
                where is_open_at_end
            ) as open_packages_with_contribution,
            sum(weekly_cost) filter (where is_open_at_end) as weekly_cost,
            sum(weekly_contribution) filter (
                where is_open_at_end
            ) as weekly_contribution
        from cut
        group by site_id, quarter_start, setting, provider_type, person_key
    )

select *
from final
