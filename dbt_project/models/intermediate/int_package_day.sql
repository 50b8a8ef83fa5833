with
    packages as (select * from {{ ref("int_package") }}),

    months as (select * from {{ ref("int_cost_month") }}),

    numbered as (
        select
            *,
            date_diff('month', date '2000-01-01', month_start) - row_number() over (
                partition by site_id, entity order by month_start
            ) as spell
        from months
    ),

    -- Months in a row in which cost lines speak, or services do.
    spells as (
        select
            site_id, entity, min(month_start) as first_day, max(month_end) as last_day
        from numbered
        group by site_id, entity, spell
    ),

    -- A day belongs to the installation in force on it.
    spans as (
        select
            spells.site_id,
            spells.entity,
            tenures.numbering,
            greatest(spells.first_day, tenures.owns_from) as first_day,
            least(spells.last_day, tenures.owns_until) + 1 as until_day
        from spells
        inner join
            {{ ref("int_tenure") }} as tenures
            on spells.site_id = tenures.site_id
            and spells.entity = tenures.entity
            and spells.first_day <= tenures.owns_until
            and spells.last_day >= tenures.owns_from
    ),

    final as (
        select
            packages.site_id,
            packages.person_key,
            coalesce(packages.setting, 'unknown') as setting,
            coalesce(providers.provider_type, 'unknown') as provider_type,
            greatest(packages.start_date, spans.first_day) as first_day,
            case
                when packages.one_off_cost is not null
                then packages.start_date + 1
                else
                    least(
                        coalesce(packages.until_date, spans.until_day), spans.until_day
                    )
            end as until_day,
            cast(packages.weekly_cost as decimal(28, 6)) as weekly_cost,
            packages.one_off_cost,
            packages.weekly_contribution
        from packages
        inner join
            spans
            on packages.site_id = spans.site_id
            and packages.entity = spans.entity
            and packages.numbering = spans.numbering
            and packages.start_date < spans.until_day
            and case
                when packages.one_off_cost is not null
                then packages.start_date >= spans.first_day
                else
                    coalesce(packages.until_date, date '9999-12-31')
                    > greatest(packages.start_date, spans.first_day)
            end
        left join
            {{ ref("int_package_provider") }} as providers
            on packages.site_id = providers.site_id
            and packages.numbering = providers.numbering
            and packages.entity = providers.entity
            and packages.record_id = providers.record_id
        where packages.person_key is not null
    )

select *
from final
