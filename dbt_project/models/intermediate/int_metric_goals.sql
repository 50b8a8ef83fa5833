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
    figures as (
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

    final as (
        select
            site_id,
            metric_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            'all' as breakdown,
            'all' as breakdown_value,
            cast(numerator as double) as numerator,
            cast(denominator as double) as denominator,
            cast(100 * numerator / denominator as double) as value,
            is_partial,
            system_id
        from figures
    )

select *
from final
