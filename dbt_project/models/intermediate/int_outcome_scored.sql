with
    forms as (select * from {{ ref("int_outcome_form") }}),

    measures as (select * from {{ ref("outcome_measure") }}),

    scores as (select * from {{ ref("outcome_table") }}),

    -- The total of a form has place 0 and counts only where no answer is given.
    answered as (
        select
            * exclude (answers),
            list_filter(answers, lambda told:told.place > 0) as given,
            list_filter(answers, lambda told:told.place = 0) as totals
        from forms
    ),

    summed as (
        select
            answered.* exclude (given, totals),
            measures.version,
            measures.items,
            measures.method,
            measures.multiplier,
            measures.constant,
            measures.lowest,
            measures.highest,
            measures.direction,
            measures.measure is not null or rules.instrument is not null as has_rule,
            len(
                list_distinct(list_transform(given, lambda told:told.place))
            ) as answered,
            len(given) as told,
            len(totals) as totals,
            list_sum(
                list_transform(
                    case when len(given) > 0 then given else totals end,
                    lambda told:told.weight
                )
            ) as weight
        from answered
        left join measures on answered.measure = measures.measure
        left join
            (select distinct instrument from measures) as rules
            on answered.instrument = rules.instrument
    ),

    judged as (
        select
            *,
            case
                when not has_rule
                then 'no_rule'
                when measure is null
                then 'unknown_answer'
                when told > answered or (told = 0 and totals > 1)
                then 'contradicted'
                when told > 0 and answered < items
                then 'incomplete'
            end as why_not_scored
        from summed
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
            cast(judged.answered as integer) as answered,
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
