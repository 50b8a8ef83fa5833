with
    reviews as (select * from {{ ref("int_review") }}),

    quarters as ({{ covered_quarters(["service"]) }}),

    -- Before a site's first review nothing says that none was due.
    told as (
        select quarters.*
        from quarters
        inner join
            (
                select site_id, min(due_date) as first_due from reviews group by site_id
            ) as firsts
            on quarters.site_id = firsts.site_id
            and quarters.quarter_start >= date_trunc('quarter', firsts.first_due)
    ),

    events as (
        select
            site_id,
            date_trunc('quarter', due_date) as quarter_start,
            'reviews_due' as metric_id,
            'all' as part
        from reviews
        union all
        select
            site_id,
            date_trunc('quarter', review_date) as quarter_start,
            'reviews_held' as metric_id,
            unnest(
                [
                    'all',
                    case
                        when review_reason is null
                        then 'unknown'
                        when review_reason like 'unplanned%'
                        then 'unplanned'
                        else review_reason
                    end
                ]
            ) as part
        from reviews
        where review_date is not null
        union all
        -- What is never held is owed until the next one falls due.
        select
            told.site_id,
            told.quarter_start,
            'reviews_overdue' as metric_id,
            'all' as part
        from told
        inner join
            reviews
            on told.site_id = reviews.site_id
            and told.quarter_end >= reviews.due_date
            and told.quarter_end
            < coalesce(reviews.review_date, reviews.next_due_date, date '9999-12-31')
        inner join
            {{ ref("int_supported_person") }} as people
            on told.site_id = people.site_id
            and told.quarter_start = people.quarter_start
            and reviews.person_key = people.person_key
    ),

    counted as (
        select site_id, quarter_start, metric_id, part, count(*) as reviews
        from events
        group by all
    ),

    parts as (select distinct site_id, metric_id, part from counted),

    placed as (
        select
            told.*,
            parts.metric_id,
            parts.part,
            coalesce(counted.reviews, 0) as numerator,
            null as denominator,
            coalesce(counted.reviews, 0) as value
        from told
        inner join parts on told.site_id = parts.site_id
        left join
            counted
            on told.site_id = counted.site_id
            and told.quarter_start = counted.quarter_start
            and parts.metric_id = counted.metric_id
            and parts.part = counted.part
    ),

    shares as (
        select
            told.*,
            'unplanned_review_share' as metric_id,
            'all' as part,
            coalesce(
                sum(counted.reviews) filter (counted.part = 'unplanned'), 0
            ) as numerator,
            sum(counted.reviews) as denominator,
            100 * numerator / denominator as value
        from told
        inner join
            counted
            on told.site_id = counted.site_id
            and told.quarter_start = counted.quarter_start
            and counted.part in ('planned', 'unplanned')
        group by all
    ),

    final as (
        select
            site_id,
            metric_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            case when part = 'all' then 'all' else 'review_reason' end as breakdown,
            part as breakdown_value,
            cast(numerator as double) as numerator,
            cast(denominator as double) as denominator,
            cast(value as double) as value,
            is_partial,
            system_id
        from
            (
                from placed
                union all by name
                from shares
            )
    )

select *
from final
