with
    months as (select * from {{ ref("int_system_month") }} where family <> 'finance'),

    systems as (select * from {{ source("registry", "system") }}),

    tenures as (select * from {{ ref("int_tenure") }} where entity = 'outcome_score'),

    scored as (select * from {{ ref("int_outcome_scored") }}),

    covered as (
        select
            months.site_id,
            months.system_id,
            months.month_end,
            {{ year_start("months.month_start") }} as year_start
        from months
        inner join systems on months.system_id = systems.system_id
        inner join
            tenures
            on months.site_id = tenures.site_id
            and systems.numbering = tenures.numbering
            and months.month_end <= tenures.covered_until
    ),

    first_answers as (
        select site_id, min(score_date) as first_day
        from scored
        where score_date > date '1900-01-01'
        group by site_id
    ),

    years as (
        select
            site_id,
            year_start,
            max(month_end) as year_end,
            arg_max(system_id, month_end) as system_id,
            count(*) as months
        from covered
        group by site_id, year_start
    ),

    -- A year is over when its last month is covered. Where the first answers come later
    -- than a month after its first day, or months are missing, it is not whole.
    final as (
        select
            years.site_id,
            years.year_start,
            years.year_end,
            years.system_id,
            years.months < 12
            or first_answers.first_day > years.year_start + 30 as is_partial
        from years
        inner join first_answers on years.site_id = first_answers.site_id
        where
            years.year_end = {{ period_end("'year'", "years.year_start") }}
            and first_answers.first_day <= years.year_end
    )

select *
from final
