with
    workforce as (select * from {{ ref("fct_workforce") }}),

    loads as (select * from {{ ref("int_load") }} where entity = 'workforce'),

    tenures as (select * from {{ ref("int_tenure") }} where entity = 'workforce'),

    -- A month is told on its last day, so it belongs to whoever is in force then.
    current_rows as (
        select workforce.*, loads.numbering
        from workforce
        inner join
            loads
            on workforce.site_id = loads.sender_id
            and workforce.load_id = loads.load_id
        inner join
            tenures
            on workforce.site_id = tenures.site_id
            and loads.numbering = tenures.numbering
            and last_day(workforce.month)
            between tenures.owns_from and tenures.owns_until
        where not loads.is_superseded and workforce.month > date '1900-01-01'
        qualify
            row_number() over (
                partition by workforce.site_id, workforce.team, workforce.month
                order by loads.precedence desc
            )
            = 1
    ),

    final as (
        select
            site_id,
            system_id,
            numbering,
            team,
            month,
            cast(date_trunc('quarter', month) as date) as quarter_start,
            caseload_open,
            -- Sums of decimals are the same in whatever order they are made.
            cast(vacancies_fte as decimal(18, 6)) as vacancies_fte,
            cast(staff_fte as decimal(18, 6)) as staff_fte,
            -- Of a team of one or two the figure would be a worker's own caseload. What
            -- is left out here is in no sum, so nothing can be taken from one.
            coalesce(caseload_open is not null and staff_fte >= 3, false) as tells_load,
            cast(empowerment_score as decimal(18, 6)) as empowerment_score
        from current_rows
    )

select *
from final
