with
    indicators as (
        select *
        from {{ ref("int_indicator") }}
        where
            measure_group = 'population'
            and measure_type = 'outcome'
            and value_status = 'published'
    ),

    ages as (
        select *, cast(regexp_extract(breakdown_value, '[0-9]+') as integer) as age
        from indicators
        where breakdown = 'age'
    ),

    bands as (
        select *
        from
            (
                values
                    ('0_17', 0, 17),
                    ('18_64', 18, 64),
                    ('65_74', 65, 74),
                    ('75_84', 75, 84),
                    ('85_plus', 85, 90)
            ) as bands(age_band, first_age, last_age)
    ),

    -- A band of which a year is missing has no figure.
    banded as (
        select
            ages.site_id,
            ages.grain,
            ages.period_start,
            ages.period_end,
            'age_band' as breakdown,
            bands.age_band as breakdown_value,
            sum(ages.value) as people,
            max(ages.system_id) as system_id
        from ages
        inner join bands on ages.age between bands.first_age and bands.last_age
        group by all
        having count(*) = max(bands.last_age - bands.first_age + 1)
    ),

    final as (
        select
            site_id,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            value as people,
            system_id
        from indicators
        where breakdown <> 'age'
        union all
        select *
        from banded
    )

select *
from final
