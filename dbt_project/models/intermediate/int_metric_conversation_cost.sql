with
    conversations as (select * from {{ ref("int_conversation_cost") }}),

    covered as ({{ covered_quarters(["request", "assessment"]) }}),

    case_people as (select distinct site_id, person_key from {{ ref("int_person") }}),

    -- Where finance numbers people in a way that leads to no case, a package stays
    -- unseen and a person would seem to have none.
    seen as (
        select people.site_id, people.quarter_start
        from {{ ref("int_person_cost") }} as people
        left join
            case_people
            on people.site_id = case_people.site_id
            and people.person_key = case_people.person_key
        group by people.site_id, people.quarter_start
        having
            count(distinct case_people.person_key)
            >= 0.95 * count(distinct people.person_key)
    ),

    quarters as (
        select
            costs.site_id,
            costs.quarter_start,
            costs.quarter_end,
            costs.system_id,
            costs.is_partial or covered.is_partial as is_partial
        from {{ ref("int_cost_quarter") }} as costs
        inner join
            covered
            on costs.site_id = covered.site_id
            and costs.quarter_start = covered.quarter_start
        inner join
            seen
            on costs.site_id = seen.site_id
            and costs.quarter_start = seen.quarter_start
    ),

    parts as (
        select
            *,
            case
                conversation when 'all' then 'all' else 'conversation'
            end as breakdown,
            conversation as breakdown_value
        from conversations
    ),

    counted as (
        select
            site_id,
            quarter_start,
            breakdown,
            breakdown_value,
            cast(sum(cost_before) as double) as cost_before,
            cast(sum(cost_after) as double) as cost_after,
            cast(count(*) as double) as denominator
        from parts
        group by site_id, quarter_start, breakdown, breakdown_value
    ),

    figures as (
        select
            *,
            'weekly_cost_before_conversation' as metric_id,
            cost_before as numerator,
            cost_before / denominator as value
        from counted
        union all by name
        select
            *,
            'weekly_cost_after_conversation' as metric_id,
            cost_after as numerator,
            cost_after / denominator as value
        from counted
        union all by name
        select
            *,
            'change_in_weekly_cost_after_conversation' as metric_id,
            (cost_after - cost_before) / denominator as value
        from counted
    ),

    placed as (
        select quarters.*, figures.* exclude (site_id, quarter_start)
        from quarters
        inner join figures using (site_id, quarter_start)
    ),

    final as ({{ in_series_shape("placed") }})

select *
from final
