with
    waits as (select * from {{ ref("int_wait_answered") }}),

    tenures as (
        select *, max(covered_until) over (partition by site_id) as latest_day
        from {{ ref("int_tenure") }}
        where entity = 'request'
    ),

    requests as ({{ current_records("request") }}),

    -- What each system holds itself, copies of another's records too.
    held as (
        select distinct
            requests.site_id,
            requests.numbering,
            {{ person_key("requests", "keys") }} as person_key,
            requests.request_date
        from requests {{ join_person_key("requests", "keys") }}
    ),

    cutovers as (
        select
            later.site_id,
            later.numbering,
            later.begins,
            later.latest_day,
            least(earlier.ends, earlier.covered_until, later.begins - 1) as last_day
        from tenures as later
        inner join
            tenures as earlier
            on later.site_id = earlier.site_id
            and later.position = earlier.position + 1
    ),

    -- Waits that nobody had ended when the old system was left; entries are up to five
    -- months late, so no older wait can have been ended by one.
    open_then as (
        select
            waits.*,
            cutovers.begins,
            cutovers.last_day,
            cutovers.latest_day,
            held.person_key is not null as is_carried
        from waits
        inner join
            cutovers
            on waits.site_id = cutovers.site_id
            and waits.last_request_on
            between cutovers.last_day - 300 and cutovers.last_day
            and coalesce(waits.answered_on, date '9999-12-31') >= cutovers.begins
        left join
            held
            on waits.site_id = held.site_id
            and cutovers.numbering = held.numbering
            and waits.person_key = held.person_key
            and waits.last_request_on = held.request_date
    ),

    -- Of those whom the new system assessed, nearly all were carried over: so who waits
    -- is.
    usual as (
        select site_id, begins
        from open_then
        where answered_on is not null
        group by site_id, begins
        having count(*) >= 5 and avg(cast(is_carried as integer)) >= 0.8
    ),

    durations as (
        select
            site_id, cast(days_from_last_request as integer) as days, count(*) as waits
        from waits
        where answered_on is not null
        group by site_id, days
    ),

    longest as (
        select
            site_id,
            cast(quantile_cont(days_from_last_request, 0.99) as integer) as days
        from waits
        group by site_id
    ),

    -- In weeks without a system nothing was entered, before them little is missing.
    likely as (
        select
            open_then.site_id,
            open_then.person_key,
            open_then.last_request_on,
            sum(durations.waits * durations.days) filter (
                open_then.last_request_on + durations.days > open_then.last_day
            ) / sum(durations.waits) filter (
                open_then.last_request_on + durations.days > open_then.last_day
            ) as days_to_gap,
            sum(durations.waits * durations.days) / sum(durations.waits) as days
        from open_then
        inner join
            usual
            on open_then.site_id = usual.site_id
            and open_then.begins = usual.begins
        inner join longest on open_then.site_id = longest.site_id
        inner join
            durations
            on open_then.site_id = durations.site_id
            and open_then.last_request_on + durations.days
            between open_then.last_day - 150 and open_then.begins - 1
        where
            open_then.answered_on is null
            and not open_then.is_carried
            and open_then.latest_day > open_then.last_request_on + longest.days
        group by
            open_then.site_id,
            open_then.person_key,
            open_then.last_request_on,
            open_then.begins
    ),

    final as (
        select
            site_id,
            person_key,
            last_request_on,
            min(
                last_request_on + cast(round(coalesce(days_to_gap, days)) as integer)
            ) as assumed_on
        from likely
        group by site_id, person_key, last_request_on
    )

select *
from final
