with
    records as (
        select 'service' as entity, site_id, numbering, start_date, end_date
        from ({{ current_records("service") }})
        union all
        select 'cost_line' as entity, site_id, numbering, start_date, end_date
        from ({{ current_records("cost_line") }})
    ),

    -- The earliest day that may be called the last: of the system's time, before the
    -- next one, or on record.
    endings as (
        select
            entity,
            site_id,
            numbering,
            least(
                ends, covered_until, cast(next_begins - interval 1 day as date)
            ) as first_day,
            covered_until as last_day
        from {{ ref("int_tenure") }}
        where next_begins is not null
    ),

    -- What matters of a record is on which of these days it starts and ends.
    open_then as (
        select
            records.entity,
            records.site_id,
            records.numbering,
            greatest(records.start_date, endings.first_day - 1) as start_date,
            case
                when records.end_date <= endings.last_day then records.end_date
            end as end_date,
            count(*) as records
        from records
        inner join
            endings
            on records.entity = endings.entity
            and records.site_id = endings.site_id
            and records.numbering = endings.numbering
        where coalesce(records.end_date, date '9999-12-31') >= endings.first_day
        group by all
    ),

    days as (
        select distinct entity, site_id, numbering, end_date as closed_on
        from open_then
        where end_date is not null
    ),

    counted as (
        select
            days.*,
            cast(
                sum(
                    case
                        when open_then.end_date = days.closed_on
                        then open_then.records
                        else 0
                    end
                ) as bigint
            ) as closed,
            cast(sum(open_then.records) as bigint) as open_before
        from days
        inner join
            open_then
            on days.entity = open_then.entity
            and days.site_id = open_then.site_id
            and days.numbering = open_then.numbering
            and open_then.start_date < days.closed_on
            and coalesce(open_then.end_date, date '9999-12-31') >= days.closed_on
        group by all
    ),

    -- On no other day does half of all support end.
    final as (
        select entity, site_id, numbering, closed_on, closed, open_before
        from counted
        where closed >= 5 and closed >= 0.5 * open_before
    )

select *
from final
