with
    sessions as ({{ current_records("hub_session", key="session_id") }}),

    tenures as (select * from {{ ref("int_tenure") }} where entity = 'hub_session'),

    final as (
        select
            sessions.site_id,
            sessions.system_id,
            sessions.numbering,
            sessions.session_id,
            lower(trim(sessions.hub)) as hub,
            coalesce(sessions.venue, 'unknown') as venue,
            coalesce(sessions.partner_type, 'unknown') as partner_type,
            sessions.session_date,
            cast(date_trunc('quarter', sessions.session_date) as date) as quarter_start,
            sessions.people_seen
        from sessions
        inner join
            tenures
            on sessions.site_id = tenures.site_id
            and sessions.numbering = tenures.numbering
            and sessions.session_date between tenures.owns_from and tenures.owns_until
        where sessions.session_date > date '1900-01-01'
    )

select *
from final
