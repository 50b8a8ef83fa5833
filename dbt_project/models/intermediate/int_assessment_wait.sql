with
    waits as (select * from {{ ref("int_wait_answered") }}),

    left_behind as (select * from {{ ref("int_wait_left_behind") }}),

    unseen as (select * from {{ ref("int_wait_unseen") }}),

    people as (select * from {{ ref("int_person") }}),

    tenures as (select * from {{ ref("int_tenure") }} where entity = 'request'),

    -- Somebody whom no later installation knows is lost from sight when it begins.
    last_known as (
        select people.site_id, people.person_key, max(tenures.owns_until) as known_until
        from people
        inner join
            tenures
            on people.site_id = tenures.site_id
            and people.numbering = tenures.numbering
        group by people.site_id, people.person_key
    ),

    ended as (
        select
            waits.*,
            coalesce(left_behind.assumed_on, unseen.assumed_on) as assumed_on,
            case
                when left_behind.assumed_on is not null
                then 'wait_entered_late'
                when unseen.assumed_on is not null
                then 'wait_in_gap'
            end as reason,
            case
                when
                    waits.answered_on is null
                    and last_known.known_until < date '9999-12-31'
                then greatest(last_known.known_until + 1, waits.last_request_on)
            end as unknown_from
        from waits
        left join
            last_known
            on waits.site_id = last_known.site_id
            and waits.person_key = last_known.person_key
        left join
            unseen
            on waits.site_id = unseen.site_id
            and waits.person_key = unseen.person_key
            and waits.last_request_on = unseen.last_request_on
            and waits.answered_on is null
        left join
            left_behind
            on waits.site_id = left_behind.site_id
            and waits.person_key = left_behind.person_key
            and waits.last_request_on = left_behind.last_request_on
            and waits.answered_on is null
    ),

    final as (
        select
            site_id,
            person_key,
            answered_on,
            waiting_since,
            last_request_on,
            days_from_last_request,
            least(assumed_on, unknown_from) as lost_on,
            case
                when assumed_on <= coalesce(unknown_from, assumed_on)
                then reason
                when unknown_from is not null
                then 'wait_unknown_later'
            end as lost_reason
        from ended
    )

select *
from final
