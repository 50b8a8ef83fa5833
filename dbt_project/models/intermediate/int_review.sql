with
    reviews as ({{ current_records("review") }}),

    -- What is due is one review, whoever holds it and however it came out.
    known as (
        select
            reviews.*,
            coalesce(reviews.due_date, reviews.review_date) as event_date,
            'review' as code,
            {{ person_key("reviews", "keys") }} as person_key
        from reviews {{ join_person_key("reviews", "keys") }}
    ),

    {{ one_event("review", "known") }},

    -- Due in one system's time, it may be held in the next one's.
    held as (
        select
            site_id,
            person_key,
            event_date,
            first(review_date order by position desc, review_date) as review_date,
            first(
                review_reason order by position desc, review_date, review_id
            ) as review_reason,
            -- Both from one record, which may not be the one that tells the reason.
            first(
                struct_pack(agreed := goals_agreed, met := goals_met)
                order by position desc, review_date, review_id
            ) filter (where goals_met between 0 and goals_agreed) as goals
        from placed
        where review_date is not null
        group by site_id, person_key, event_date
    ),

    final as (
        select
            events.site_id,
            events.numbering,
            events.review_id,
            events.person_key,
            events.event_date as due_date,
            held.review_date,
            held.review_reason,
            held.goals.agreed as goals_agreed,
            held.goals.met as goals_met,
            lead(events.event_date) over (
                partition by events.site_id, events.person_key
                order by events.event_date, events.review_id
            ) as next_due_date
        from events
        left join
            held
            on events.site_id = held.site_id
            and events.person_key = held.person_key
            and events.event_date = held.event_date
    )

select *
from final
