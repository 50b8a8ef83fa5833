with
    people as (select * from {{ ref("int_signposted") }}),

    periods as (select * from {{ ref("int_signposted_period") }}),

    estimates as (select * from {{ ref("int_signposted_estimate") }}),

    counted as (
        select
            site_id,
            grain,
            period_start,
            count(*) as people,
            count(*) filter (days_to_next_request <= 30) as back_30,
            count(*) filter (days_to_next_request <= 91) as back_91,
            count(*) filter (days_to_next_request <= 182) as back_182,
            count(*) filter (days_to_next_request <= 365) as back_365
        from people
        group by site_id, grain, period_start
    ),

    shares as (
        unpivot counted on back_30,
        back_91,
        back_182,
        back_365 into name within
        value back
    ),

    figures as (
        select
            site_id,
            grain,
            period_start,
            'people_signposted' as metric_id,
            0 as within,
            coalesce(people, 0) as numerator,
            null as denominator,
            coalesce(people, 0) as value,
            null as status_flag
        from periods
        left join counted using (site_id, grain, period_start)
        union all
        select
            site_id,
            grain,
            period_start,
            'signposted_back_within_' || replace(within, 'back_', '') || '_days',
            cast(replace(within, 'back_', '') as integer),
            back,
            people,
            100.0 * back / people,
            null
        from shares
        union all
        {% for part, value, is_estimate in [
            ("", "share", "cut_short > 0"),
            ("_low", "low", "true"),
            ("_high", "high", "true"),
        ] %}
            select
                site_id,
                grain,
                period_start,
                case
                    event
                    when 'support'
                    then 'signposted_long_term_support_within_'
                    else 'signposted_back_within_'
                end
                || within
                || '_days_estimate{{ part }}',
                within,
                happened,
                people,
                100.0 * {{ value }},
                case when {{ is_estimate }} then 'estimated' end
            from estimates {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    placed as (
        select
            figures.*,
            periods.period_end,
            periods.next_partial_month
            <= periods.period_end + figures.within as is_partial,
            periods.system_id
        from figures
        inner join periods using (site_id, grain, period_start)
        -- No share before all its days are over for everybody.
        where
            periods.period_end + figures.within <= periods.seen_until
            or figures.metric_id like '%_estimate%'
    ),

    final as ({{ in_series_shape("placed", also=["status_flag"]) }})

select *
from final
