with
    months as (select * from {{ ref("int_cost_month") }}),

    quarters as (
        select
            site_id,
            cast(date_trunc('quarter', month_start) as date) as quarter_start,
            max(month_end) as quarter_end,
            arg_max(system_id, month_start) as system_id,
            bool_or(is_partial) as is_partial
        from months
        group by site_id, date_trunc('quarter', month_start)
        having count(*) = 3
    ),

    final as (
        select
            *,
            -- Whether the quarters on both sides are told as well.
            lag(quarter_start) over by_time
            = cast(quarter_start - interval 3 month as date)
            and lead(quarter_start) over by_time
            = cast(quarter_start + interval 3 month as date) as has_neighbours
        from quarters
        window by_time as (partition by site_id order by quarter_start)
    )

select *
from final
