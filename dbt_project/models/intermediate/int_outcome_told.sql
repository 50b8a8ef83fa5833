with
    records as ({{ current_records("outcome_score", "score_id") }}),

    weights as (select * from {{ ref("int_outcome_weight") }}),

    -- A form once for each measure that it is scored as. A hash is quick to join by.
    final as (
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
            count(*) as told,
            coalesce(bit_or(1 << weights.place), 0) as places,
            sum(weights.weight) as weight,
            list(
                struct_pack(
                    place := weights.place,
                    answer := weights.answer,
                    weight := weights.weight
                )
            ) as answers
        from records
        left join
            weights
            on records.instrument = weights.instrument
            and lower(trim(records.item)) = weights.called
            and records.score = weights.answer
        group by all
    )

select *
from final
