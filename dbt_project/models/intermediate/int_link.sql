with
    moved as (select * from {{ ref("int_outcome_moved") }}),

    days as (select * from {{ ref("int_outcome_day") }}),

    resolved as (
        select * from {{ ref("int_metric_requests_resolved_at_first_contact") }}
    ),

    daily as (
        select site_id, day, sum(records) as records from days group by site_id, day
    ),

    monthly as (
        select
            daily.site_id,
            {{ month_start("daily.day") }} as month_start,
            -- Sums of decimals are the same in whatever order they are made.
            cast(
                sum(
                    cast(daily.records * moved.moved_share as decimal(28, 15))
                ) as double
            ) as moved,
            sqrt(
                sum(cast(power(daily.records * moved.half_width, 2) as decimal(28, 15)))
            ) as half_width
        from daily
        inner join
            moved
            on daily.site_id = moved.site_id
            and daily.day >= moved.changed_on
            and daily.day < moved.changed_back_on
        group by daily.site_id, {{ month_start("daily.day") }}
    ),

    final as (
        select
            resolved.site_id,
            resolved.metric_id,
            resolved.month_start,
            100.0
            * greatest(resolved.numerator - monthly.moved, 0)
            / resolved.denominator as value,
            100.0 * monthly.half_width / resolved.denominator as half_width
        from resolved
        inner join
            monthly
            on resolved.site_id = monthly.site_id
            and resolved.month_start = monthly.month_start
    )

select *
from final
