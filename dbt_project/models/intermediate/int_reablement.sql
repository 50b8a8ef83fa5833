with
    services as (
        select
            services.*, types.code_group, services.service_type = 'st_max' as is_st_max
        from {{ ref("int_one_service") }} as services
        inner join
            {{ ref("stg_code") }} as types
            on types.list = 'service_type'
            and services.service_type = types.code
        where services.person_key is not null
    ),

    ordered as (
        select
            *,
            max(coalesce(true_end, date '9999-12-30')) over (
                partition by site_id, person_key
                order by true_start, coalesce(true_end, date '9999-12-30'), service_key
                rows between unbounded preceding and 1 preceding
            ) as earlier_until
        from services
        where is_st_max and true_start is not null
    ),

    numbered as (
        select
            *,
            count(case when true_start <= earlier_until + 1 then null else 1 end) over (
                partition by site_id, person_key
                order by true_start, coalesce(true_end, date '9999-12-30'), service_key
                rows between unbounded preceding and current row
            ) as episode
        from ordered
    ),

    episodes as (
        select
            site_id,
            person_key,
            min(true_start) as start_date,
            nullif(
                max(coalesce(true_end, date '9999-12-30')), date '9999-12-30'
            ) as end_date,
            arg_max(
                end_reason, (coalesce(true_end, date '9999-12-30'), end_reason)
            ) as end_reason
        from numbered
        group by site_id, person_key, episode
    ),

    -- Other support of the person: open the day it began, and open after it or begun
    -- soon.
    beside as (
        select
            episodes.site_id,
            episodes.person_key,
            episodes.start_date,
            services.code_group,
            services.service_type,
            services.code_group = 'long_term'
            and coalesce(services.true_start, date '0001-01-01') < episodes.start_date
            and coalesce(services.true_end, date '9999-12-30')
            > episodes.start_date as is_earlier,
            services.true_start between episodes.end_date and episodes.end_date + 28
            or (
                coalesce(services.true_start, date '0001-01-01') < episodes.end_date
                and coalesce(services.true_end, date '9999-12-30') > episodes.end_date
            ) as is_after
        from episodes
        inner join
            services
            on episodes.site_id = services.site_id
            and episodes.person_key = services.person_key
        where not services.is_st_max or services.true_start > episodes.end_date
    ),

    sequels as (
        select
            site_id,
            person_key,
            start_date,
            bool_or(is_earlier) as is_existing,
            bool_or(is_after and code_group = 'long_term') as has_long_term,
            bool_or(is_after and service_type = 'ongoing_low_level') as has_low_level,
            bool_or(is_after and code_group = 'short_term') as has_short_term
        from beside
        group by all
    ),

    final as (
        select
            episodes.*,
            case when sequels.is_existing then 'existing' else 'new' end as client,
            case
                when episodes.end_date is null
                then null
                when episodes.end_reason in ('nfa_deceased', 'admitted_to_hospital')
                then 'died_or_hospital'
                when sequels.has_long_term
                then 'long_term'
                when sequels.has_low_level
                then 'low_level'
                when sequels.has_short_term
                then 'short_term'
                when episodes.end_reason like 'nfa%'
                then 'no_further_support'
                else 'unclassifiable'
            end as sequel
        from episodes
        left join
            sequels
            on episodes.site_id = sequels.site_id
            and episodes.person_key = sequels.person_key
            and episodes.start_date = sequels.start_date
    )

select *
from final
