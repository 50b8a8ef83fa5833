with
    loads as (select * from {{ ref("int_load") }}),

    horizon as (
        select coalesce(max(as_of), date '{{ var("series_start") }}') as last_day
        from loads
    ),

    spine as (
        {{
            month_spine(
                "date '" ~ var("series_start") ~ "'", "(select last_day from horizon)"
            )
        }}
    ),

    final as (
        select month_start, {{ period_end("'month'", "month_start") }} as month_end
        from spine
    )

select *
from final
