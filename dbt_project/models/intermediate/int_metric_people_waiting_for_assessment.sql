with
    waits as (select * from {{ ref("int_assessment_wait") }}),

    months as (select * from {{ ref("int_coverage_month") }}),

    changes as (
        select site_id, {{ month_start("waiting_since") }} as change_month, 1 as change
        from waits
        union all
        select
            site_id,
            {{ month_start("coalesce(answered_on, lost_on)") }} as change_month,
            -1 as change
        from waits
        where coalesce(answered_on, lost_on) is not null
    ),

    monthly as (
        select site_id, change_month, sum(change) as change
        from changes
        group by site_id, change_month
    ),

    -- Who waits is known only where both requests and assessments cover the month.
    both_covered as (
        select
            requests.site_id,
            requests.system_id,
            requests.month_start,
            requests.month_end
        from months as requests
        inner join
            months as assessments
            on requests.site_id = assessments.site_id
            and requests.month_start = assessments.month_start
        where requests.entity = 'request' and assessments.entity = 'assessment'
    ),

    final as (
        select
            both_covered.site_id,
            'people_waiting_for_assessment' as metric_id,
            both_covered.month_start,
            both_covered.month_end,
            both_covered.system_id,
            cast(coalesce(sum(monthly.change), 0) as double) as numerator,
            cast(null as double) as denominator,
            cast(coalesce(sum(monthly.change), 0) as double) as value,
            false as is_partial
        from both_covered
        left join
            monthly
            on both_covered.site_id = monthly.site_id
            and both_covered.month_start >= monthly.change_month
        group by
            both_covered.site_id,
            both_covered.system_id,
            both_covered.month_start,
            both_covered.month_end
    )

select *
from final
