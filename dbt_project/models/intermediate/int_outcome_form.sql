with
    records as ({{ current_records("outcome_score", "score_id") }}),

    weights as (select * from {{ ref("int_outcome_weight") }}),

    -- A form once for each measure that it is scored as; answers that no rule knows
    -- stay
    -- together. A form needs a key of its own, and a hash is the quickest to join by.
    filled_in as (
        select
            records.site_id,
            records.numbering,
            records.person_numbering,
            records.person_id,
            records.instrument,
            records.score_date,
            records.mode,
            hash(
                records.person_numbering,
                records.person_id,
                records.instrument,
                records.score_date,
                records.mode
            ) as outcome_score_id,
            weights.measure,
            weights.conversion,
            min(records.system_id) as system_id,
            list_distinct(
                list(
                    struct_pack(
                        place := weights.place,
                        answer := weights.answer,
                        weight := weights.weight
                    )
                )
            ) as answers
        from records
        left join
            weights
            on records.instrument = weights.instrument
            and lower(trim(records.item)) = weights.called
            and records.score = weights.answer
        group by all
    ),

    forms as (
        select
            filled_in.site_id,
            filled_in.numbering,
            filled_in.outcome_score_id,
            {{ person_key("filled_in", "keys") }} as person_key,
            filled_in.score_date as event_date,
            concat_ws(' ', filled_in.instrument, filled_in.mode) as code
        from
            (
                select distinct
                    site_id,
                    numbering,
                    person_numbering,
                    person_id,
                    instrument,
                    score_date,
                    mode,
                    outcome_score_id
                from filled_in
            ) as filled_in {{ join_person_key("filled_in", "keys") }}
    ),

    {{ one_event("outcome_score", "forms") }},

    final as (
        select
            filled_in.site_id,
            filled_in.system_id,
            events.person_key,
            filled_in.instrument,
            filled_in.measure,
            filled_in.score_date,
            filled_in.mode,
            filled_in.conversion,
            filled_in.answers
        from filled_in
        inner join
            events
            on filled_in.site_id = events.site_id
            and filled_in.numbering = events.numbering
            and filled_in.outcome_score_id = events.outcome_score_id
    )

select *
from final
