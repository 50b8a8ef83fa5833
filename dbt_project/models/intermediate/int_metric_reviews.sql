with
    counts as (select * from {{ ref("int_review_count") }}),

    shares as (
        select
            site_id,
            quarter_start,
            quarter_end,
            system_id,
            is_partial,
            'unplanned_review_share' as metric_id,
            sum(reviews) filter (breakdown_value = 'unplanned') as unplanned,
            sum(reviews) as denominator
        from counts
        where metric_id = 'reviews_held' and breakdown_value in ('planned', 'unplanned')
        group by all
    ),

    figures as (
        select *, reviews as numerator, reviews as value
        from counts
        union all by name
        select
            *,
            coalesce(unplanned, 0) as numerator,
            100 * numerator / denominator as value
        from shares
        where denominator > 0
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
