with
    waits as (select * from {{ ref("int_wait_answered") }}),

    tenures as (
        select *, max(covered_until) over (partition by site_id) as latest_day
        from {{ ref("int_tenure") }}
        where entity = 'request'
    ),

    gaps as (
        select
            later.site_id,
            later.begins,
            least(earlier.ends, earlier.covered_until) + 1 as first_day,
            later.latest_day
        from tenures as later
        inner join
            tenures as earlier
            on later.site_id = earlier.site_id
            and later.position = earlier.position + 1
        where least(earlier.ends, earlier.covered_until) < later.begins - 1
    ),

    -- How long waits take here: the site's own, in days.
    durations as (
        select
            site_id, cast(days_from_last_request as integer) as days, count(*) as waits
        from waits
        where answered_on is not null
        group by site_id, days
    ),

    usual as (
        select
            site_id,
            cast(quantile_cont(days_from_last_request, 0.99) as integer) as longest,
            count(answered_on) as answered
        from waits
        group by site_id
    ),

    -- Every wait whose end may have fallen into a gap, with the chance that it did.
    crossing as (
        select
            waits.site_id,
            waits.person_key,
            waits.last_request_on,
            gaps.begins,
            waits.answered_on is null
            and gaps.latest_day
            > waits.last_request_on + any_value(usual.longest) as is_open,
            sum(durations.waits) / any_value(usual.answered) as in_gap,
            sum(durations.waits * durations.days) / sum(durations.waits) as days
        from waits
        inner join
            gaps on waits.site_id = gaps.site_id and waits.last_request_on < gaps.begins
        inner join usual on waits.site_id = usual.site_id
        inner join
            durations
            on waits.site_id = durations.site_id
            and waits.last_request_on + durations.days
            between gaps.first_day and gaps.begins - 1
        group by
            waits.site_id,
            waits.person_key,
            waits.last_request_on,
            waits.answered_on,
            gaps.begins,
            gaps.latest_day
    ),

    -- Some are never assessed, gap or not: four in a thousand until a site shows more.
    never as (
        select
            waits.site_id,
            (count(*) filter (where waits.answered_on is null) + 1)
            / (count(*) + 250) as share
        from waits
        inner join usual on waits.site_id = usual.site_id
        inner join
            (select distinct site_id, latest_day from tenures) as latest
            on waits.site_id = latest.site_id
            and latest.latest_day > waits.last_request_on + usual.longest
        left join
            crossing
            on waits.site_id = crossing.site_id
            and waits.person_key = crossing.person_key
            and waits.last_request_on = crossing.last_request_on
        where crossing.person_key is null
        group by waits.site_id
    ),

    -- What more than those stays open across a gap was assessed in it, and not
    -- recorded.
    unrecorded as (
        select
            crossing.site_id,
            crossing.begins,
            (
                count(*) filter (where crossing.is_open)
                - count(*) * coalesce(any_value(never.share), 0.004)
            )
            / sum(crossing.in_gap) as share
        from crossing
        left join never on crossing.site_id = never.site_id
        group by crossing.site_id, crossing.begins
    ),

    final as (
        select
            crossing.site_id,
            crossing.person_key,
            crossing.last_request_on,
            crossing.last_request_on
            + cast(round(crossing.days) as integer) as assumed_on
        from crossing
        inner join
            unrecorded
            on crossing.site_id = unrecorded.site_id
            and crossing.begins = unrecorded.begins
        left join never on crossing.site_id = never.site_id
        where
            crossing.is_open
            and least(unrecorded.share, 1) * crossing.in_gap
            > coalesce(never.share, 0.004)
        qualify
            row_number() over (
                partition by
                    crossing.site_id, crossing.person_key, crossing.last_request_on
                order by crossing.begins
            )
            = 1
    )

select *
from final
