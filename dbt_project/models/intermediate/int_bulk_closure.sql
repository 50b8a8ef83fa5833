with
    records as (
        select 'service' as entity, site_id, numbering, start_date, end_date
        from ({{ current_records("service") }})
        union all
        select 'cost_line' as entity, site_id, numbering, start_date, end_date
        from ({{ current_records("cost_line") }})
    ),

    tenures as (select * from {{ ref("int_tenure") }}),

    counted as (
        select
            records.entity,
            records.site_id,
            records.numbering,
            tenures.covered_until as closed_on,
            count(
                case when records.end_date = tenures.covered_until then 1 end
            ) as closed,
            count(
                case
                    when
                        coalesce(records.end_date, date '9999-12-31')
                        >= tenures.covered_until
                    then 1
                end
            ) as open_before
        from records
        inner join
            tenures
            on records.site_id = tenures.site_id
            and records.numbering = tenures.numbering
            and records.entity = tenures.entity
        where
            tenures.next_begins is not null
            and records.start_date < tenures.covered_until
        group by
            records.entity, records.site_id, records.numbering, tenures.covered_until
    ),

    -- On no other day does half of all support end.
    final as (
        select entity, site_id, numbering, closed_on, closed, open_before
        from counted
        where closed >= 5 and closed >= 0.5 * open_before
    )

select *
from final
