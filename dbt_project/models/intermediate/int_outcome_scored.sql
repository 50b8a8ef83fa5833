with
    forms as (select * from {{ ref("int_outcome_form") }}),

    measures as (select * from {{ ref("outcome_measure") }}),

    scores as (select * from {{ ref("outcome_table") }}),

    ruled as (
        select
            forms.*,
            measures.* exclude (measure, instrument, source),
            rules.instrument is not null as has_rule
        from forms
        left join measures on forms.measure = measures.measure
        left join
            (select distinct instrument from measures) as rules
            on forms.instrument = rules.instrument
    ),

    judged as (
        select
            *,
            case
                when not has_rule
                then 'no_rule'
                when measure is null
                then 'unknown_answer'
                when answers > questions or (questions = 0 and totals > 1)
                then 'contradicted'
                when questions > 0 and questions < items
                then 'incomplete'
            end as why_not_scored
        from ruled
    ),

    final as (
        select
            judged.site_id,
            judged.system_id,
            judged.person_key,
            judged.instrument,
            judged.measure,
            judged.version,
            judged.score_date,
            judged.mode,
            judged.conversion,
            judged.questions as answered,
            judged.items,
            cast(
                case
                    when judged.why_not_scored is not null
                    then null
                    when judged.method = 'table'
                    then scores.score
                    else judged.weight * judged.multiplier + judged.constant
                end as decimal(12, 7)
            ) as score,
            judged.lowest,
            judged.highest,
            judged.direction,
            judged.why_not_scored
        from judged
        left join
            scores on judged.measure = scores.measure and judged.weight = scores.raw
    )

select *
from final
