with
    assessments as (select * from {{ ref("int_assessment") }}),

    tenures as (select * from {{ ref("int_tenure") }}),

    turned as (
        select
            site_id,
            'assessment' as entity,
            assessment_id as record_id,
            system_id,
            'turned' as reason,
            'start_date' as field,
            cast(recorded_start_date as varchar) as recorded,
            cast(start_date as varchar) as corrected,
            start_date as event_date
        from assessments
        where start_date < recorded_start_date
    ),

    events as (
        select
            site_id,
            system_id,
            numbering,
            'request' as entity,
            request_id as record_id,
            request_date as event_date
        from {{ ref("int_request") }}
        union all
        select
            site_id,
            system_id,
            numbering,
            'assessment' as entity,
            assessment_id as record_id,
            start_date as event_date
        from assessments
    ),

    told_elsewhere as (
        select
            events.site_id,
            events.entity,
            events.record_id,
            events.system_id,
            'told_elsewhere' as reason,
            'installation' as field,
            events.numbering as recorded,
            owners.numbering as corrected,
            events.event_date
        from events
        inner join
            tenures as owners
            on events.site_id = owners.site_id
            and events.entity = owners.entity
            and events.event_date between owners.owns_from and owners.owns_until
        where events.numbering <> owners.numbering
    ),

    final as (
        select *
        from turned
        union all
        select *
        from told_elsewhere
    )

select *
from final
