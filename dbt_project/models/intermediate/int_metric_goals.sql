with
    reviews as (
        select *, date_trunc('quarter', review_date) as quarter_start
        from {{ ref("int_review") }}
        where review_date is not null
    ),

    quarters as ({{ covered_quarters(["service"]) }}),

    counted as (
        select
            quarters.*,
            count(*) as held,
            count(reviews.goals_agreed) as telling,
            sum(reviews.goals_agreed) as agreed,
            sum(reviews.goals_met) as met
        from quarters
        inner join
            reviews
            on quarters.site_id = reviews.site_id
            and quarters.quarter_start = reviews.quarter_start
        group by all
    ),

    -- A review may have had no goal to look at, and tells so.
    parts as (
        select *, 'goals_met' as metric_id, met as numerator, agreed as denominator
        from counted
        where agreed > 0
        union all
        select
            *,
            'reviews_with_goals' as metric_id,
            telling as numerator,
            held as denominator
        from counted
    ),

    figures as (select *, 100 * numerator / denominator as value from parts),

    final as ({{ in_series_shape("figures") }})

select *
from final
