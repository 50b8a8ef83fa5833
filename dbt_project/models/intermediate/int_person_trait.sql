with
    people as ({{ current_records("person") }}),

    known as (
        select
            people.*, {{ person_key("people", "keys") }} as person_key, tenures.position
        from people {{ join_person_key("people", "keys") }}
        inner join
            {{ ref("int_tenure") }} as tenures
            on people.site_id = tenures.site_id
            and people.numbering = tenures.numbering
            and tenures.entity = 'person'
    ),

    ethnicities as (
        select code, code_group
        from {{ ref("stg_code") }}
        where list = 'ethnicity' and code_group <> 'no_data'
    ),

    reasons as (
        select code, code_group
        from {{ ref("stg_code") }}
        where list = 'primary_support_reason' and code_group <> 'unknown'
    ),

    -- Of two numbers of a person in one installation, either may know more.
    final as (
        select
            known.site_id,
            known.person_key,
            arg_max(
                nullif(known.sex, 'unknown'),
                (known.position, nullif(known.sex, 'unknown'))
            ) as sex,
            arg_max(
                ethnicities.code_group, (known.position, ethnicities.code_group)
            ) as ethnicity,
            arg_max(
                reasons.code_group, (known.position, reasons.code_group)
            ) as support_reason,
            arg_max(
                known.client_type, (known.position, known.client_type)
            ) as client_type,
            arg_max(known.death_date, (known.position, known.death_date)) as death_date
        from known
        left join ethnicities on known.ethnicity = ethnicities.code
        left join reasons on known.primary_support_reason = reasons.code
        group by known.site_id, known.person_key
    )

select *
from final
