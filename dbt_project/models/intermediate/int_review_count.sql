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

    final as (
        select
            told.*,
            metric_id,
            case when part = 'all' then 'all' else 'review_reason' end as breakdown,
            part as breakdown_value,
            coalesce(counted.reviews, 0) as reviews
        from told
        inner join parts using (site_id)
        left join counted using (site_id, quarter_start, metric_id, part)
    )

select *
from final
