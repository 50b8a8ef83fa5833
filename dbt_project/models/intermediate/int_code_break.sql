with
    crossings as (select * from {{ ref("int_code_crossing") }}),

    shares as (
        select * from {{ ref("int_metric_requests_resolved_at_first_contact") }}
    ),

    -- Where a code stayed away for a while, the figure was counted otherwise; both ends
    -- are breaks, and values between them are carried to the finer code list.
    code_ends as (
        select
            site_id,
            code,
            changed_on as break_date,
            moved_share,
            half_width,
            is_clear,
            case
                when is_clear
                then ' is recorded as another from here on'
                else ' stays away from here on, probably recorded as another'
            end as words
        from crossings
        where seen_before
        union all
        select
            site_id,
            code,
            changed_back_on as break_date,
            - moved_share as moved_share,
            half_width,
            is_clear,
            case
                when is_clear
                then ' is told apart from here on'
                else ' is used from here on, before probably recorded as another'
            end as words
        from crossings
        where seen_after
    ),

    level_before as (
        -- The mean of decimals is the same in whatever order they are added up.
        select site_id, metric_id, avg(cast(value as decimal(18, 12))) / 100 as level
        from shares
        group by site_id, metric_id
    ),

    carried as (
        select
            code_ends.site_id,
            level_before.metric_id,
            code_ends.break_date,
            sum(code_ends.moved_share) / max(level_before.level) as size,
            (sum(code_ends.moved_share) - sum(code_ends.half_width))
            / max(level_before.level) as size_low,
            (sum(code_ends.moved_share) + sum(code_ends.half_width))
            / max(level_before.level) as size_high,
            case
                when bool_and(code_ends.is_clear) then 'linked' else 'not explained'
            end as verdict,
            string_agg(
                'The outcome ' || code_ends.code || code_ends.words,
                '; '
                order by code_ends.code
            ) as note
        from code_ends
        inner join level_before on code_ends.site_id = level_before.site_id
        group by code_ends.site_id, level_before.metric_id, code_ends.break_date
    ),

    -- These rest on the same outcomes, and no value of them is carried.
    others as (
        select
            unnest(
                [
                    'resolved_at_first_contact_by_area',
                    'requests_resolved_within_a_day',
                    'requests_ending_in_signposting',
                    'people_signposted',
                    'new_clients_signposted',
                    'new_clients_signposted_7_days',
                    'new_clients_signposted_3_days',
                    'new_clients_no_council_support',
                    'existing_clients_signposted',
                    'existing_clients_no_council_support'
                ]
            ) as metric_id
    ),

    final as (
        select *
        from carried
        union all by name
        select
            carried.site_id,
            others.metric_id,
            carried.break_date,
            cast(null as double) as size,
            cast(null as double) as size_low,
            cast(null as double) as size_high,
            case
                when carried.verdict = 'linked' then 'not measured' else carried.verdict
            end as verdict,
            carried.note || '; what that changes is left in this figure' as note
        from carried
        cross join others
    )

select *
from final
