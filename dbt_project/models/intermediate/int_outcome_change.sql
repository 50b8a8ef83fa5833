with
    scored as (
        select * from {{ ref("int_outcome_scored") }} where why_not_scored is null
    ),

    measures as (select * from {{ ref("outcome_measure") }}),

    -- One score a person and day, whatever the mode; the person's own answers go before
    -- converted ones.
    daily as (
        select
            site_id,
            measure,
            person_key,
            score_date,
            arg_min(
                struct_pack(score := score, is_converted := conversion is not null),
                concat_ws(' ', coalesce(conversion, ''), mode)
            ) as told
        from scored
        group by site_id, measure, person_key, score_date
    ),

    followed as (
        select
            site_id,
            measure,
            person_key,
            score_date,
            {{ year_start("score_date") }} as year_start,
            told.score,
            told.is_converted,
            first_value(score_date) over of_person as first_date,
            first_value(told) over of_person as first_told
        from daily
        window
            of_person as (partition by site_id, measure, person_key order by score_date)
    ),

    -- Of several later scores in a year the last one speaks.
    latest as (
        select
            *,
            score_date = max(score_date) over (
                partition by site_id, measure, person_key, year_start
            ) as is_last
        from followed
        where
            score_date
            between first_date
            + {{ var("later_score_from_day") }} and first_date
            + {{ var("later_score_until_day") }}
    ),

    final as (
        select
            latest.site_id,
            latest.measure,
            latest.person_key,
            latest.year_start,
            latest.first_date,
            latest.score_date as later_date,
            latest.first_told.score as first_score,
            latest.score as later_score,
            case
                when measures.direction = 'lower'
                then latest.first_told.score - latest.score
                else latest.score - latest.first_told.score
            end as improvement,
            latest.is_converted or latest.first_told.is_converted as is_converted,
            cast(measures.minimal_change as decimal(12, 7)) as minimal_change
        from latest
        inner join measures on latest.measure = measures.measure
        where latest.is_last
        union all
        select
            followed.site_id,
            followed.measure,
            followed.person_key,
            followed.year_start,
            followed.first_date,
            null as later_date,
            followed.score as first_score,
            null as later_score,
            null as improvement,
            followed.is_converted,
            null as minimal_change
        from followed
        where followed.score_date = followed.first_date
    )

select *
from final
