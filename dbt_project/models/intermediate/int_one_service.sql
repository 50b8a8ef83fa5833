with
    origins as (select * from {{ ref("int_service_origin") }}),

    records as (select * from {{ ref("int_service_record") }}),

    latest as (
        select site_id, max(position) as position
        from {{ ref("int_tenure") }}
        where entity = 'service'
        group by site_id
    ),

    -- The last stretch, as the newest installation that holds it tells it, is the one
    -- that says how the service ended.
    ordered as (
        select
            origins.*,
            records.person_key,
            records.service_type,
            records.service_component,
            records.end_date,
            records.end_reason,
            row_number() over (
                partition by origins.site_id, origins.service_no
                order by
                    origins.stretch desc, origins.position desc, origins.record_no desc
            ) as nth_last
        from origins
        inner join records on origins.record_no = records.record_no
    ),

    final as (
        select
            ordered.site_id,
            max(
                case
                    when ordered.record_no = ordered.service_no
                    then ordered.numbering || ':' || ordered.service_id
                end
            ) as service_key,
            max(ordered.person_key) as person_key,
            max(
                case when ordered.nth_last = 1 then ordered.service_type end
            ) as service_type,
            max(
                case when ordered.nth_last = 1 then ordered.service_component end
            ) as service_component,
            min(ordered.true_start) as true_start,
            max(case when ordered.nth_last = 1 then ordered.end_date end) as true_end,
            max(
                case when ordered.nth_last = 1 then ordered.end_reason end
            ) as end_reason,
            max(
                case
                    when ordered.nth_last > 1 or ordered.end_date is not null
                    then null
                    when ordered.position = latest.position
                    then 'open'
                    else 'lost from sight'
                end
            ) as state,
            list(distinct ordered.numbering order by ordered.numbering) as held_by,
            list(distinct ordered.rule order by ordered.rule) filter (
                ordered.rule is not null
            ) as matched_by,
            count(*) as records
        from ordered
        inner join latest on ordered.site_id = latest.site_id
        group by ordered.site_id, ordered.service_no
    )

select * replace (coalesce(state, 'ended') as state)
from final
