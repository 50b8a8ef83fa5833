with
    scored as (select * from {{ ref("int_outcome_scored") }} where conversion is null),

    used as (
        select
            site_id,
            instrument,
            min(score_date) as first_day,
            max(score_date) as last_day,
            count(distinct(person_key, score_date)) as forms
        from scored
        where score_date > date '1900-01-01'
        group by site_id, instrument
    ),

    -- A quarter tells a change from a holiday, and a few forms are a trial.
    placed as (
        select
            *,
            max(last_day) over (partition by site_id) - last_day > 92 as is_given_up,
            first_day - min(first_day) over (partition by site_id) > 92 as is_new
        from used
        where forms >= 20
    ),

    final as (
        select
            new.site_id,
            new.first_day as change_date,
            old.instrument as from_instrument,
            new.instrument as to_instrument
        from placed as new
        inner join
            placed as old
            on new.site_id = old.site_id
            and new.instrument <> old.instrument
            and abs(new.first_day - old.last_day) <= 92
        where new.is_new and old.is_given_up
    )

select *
from final
