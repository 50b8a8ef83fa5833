with
    filled_in as (select * from {{ ref("int_outcome_told") }}),

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

    -- Only a form that tells something twice, or a total beside its answers, has to be
    -- looked into: a bit for each question tells it from the others.
    chosen as (
        select
            filled_in.* exclude (answers),
            events.person_key,
            case
                when
                    filled_in.told > bit_count(filled_in.places)
                    or (filled_in.places & 1 = 1 and filled_in.places > 1)
                then list_distinct(filled_in.answers)
            end as odd
        from filled_in
        inner join
            events
            on filled_in.site_id = events.site_id
            and filled_in.numbering = events.numbering
            and filled_in.outcome_score_id = events.outcome_score_id
    ),

    final as (
        select
            site_id,
            system_id,
            person_key,
            instrument,
            measure,
            score_date,
            mode,
            conversion,
            cast(bit_count(places >> 1) as integer) as questions,
            cast(
                case
                    when odd is null
                    then bit_count(places >> 1)
                    else len(list_filter(odd, lambda each:each.place > 0))
                end as integer
            ) as answers,
            cast(
                case
                    when odd is null
                    then places & 1
                    else len(list_filter(odd, lambda each:each.place = 0))
                end as integer
            ) as totals,
            case
                when odd is null
                then weight
                else
                    list_sum(
                        list_transform(
                            list_filter(odd, lambda each:each.place > 0 or places = 1),
                            lambda each:each.weight
                        )
                    )
            end as weight
        from chosen
    )

select *
from final
