with
    told as (
        select *, {{ area_text("team") }} as team_text
        from {{ ref("int_workforce") }}
        where month is not null
    ),

    tenures as (select * from {{ ref("int_tenure") }} where entity = 'workforce'),

    public_teams as (select * from {{ source("registry", "public_team") }}),

    -- A name that may name a person leaves as a number: the order in which teams were
    -- first told of.
    teams as (
        select
            told.site_id,
            told.team_text,
            case
                when
                    bool_or(public_teams.team is not null)
                    or regexp_matches(told.team_text, '^team ([0-9]{1,3}|[a-z])$')
                then arg_max(told.team, (told.month, told.team))
                else
                    'unnamed team ' || row_number() over (
                        partition by told.site_id
                        order by min(told.month), told.team_text
                    )
            end as team
        from told
        left join
            public_teams
            on told.site_id = public_teams.sender_id
            and told.team_text = public_teams.team
        group by told.site_id, told.team_text
    ),

    months as (
        select told.*, teams.team as label
        from told
        inner join
            teams on told.site_id = teams.site_id and told.team_text = teams.team_text
        inner join
            tenures
            on told.site_id = tenures.site_id
            and told.numbering = tenures.numbering
            and last_day(told.month) <= tenures.covered_until
    ),

    counted as (
        select
            site_id,
            'month' as grain,
            month as period_start,
            last_day(month) as period_end,
            case when grouping(label) = 0 then 'team' else 'all' end as breakdown,
            coalesce(label, 'all') as breakdown_value,
            arg_max(system_id, (label, system_id)) as system_id,
            sum(caseload_open) as cases,
            sum(caseload_open) filter (where tells_load) as shared,
            sum(staff_fte) filter (where tells_load) as staff,
            sum(vacancies_fte) as vacancies,
            avg(empowerment_score) as empowerment
        from months
        group by grouping sets ((site_id, month), (site_id, month, label))
    ),

    -- Posts and scores of a survey are no people: small numbers are judged by cases.
    figures as (
        select *, 'team_open_cases' as metric_id, cases as numerator, cases as value
        from counted
        union all by name
        select
            *,
            'team_open_cases_per_worker' as metric_id,
            shared as numerator,
            staff as denominator,
            shared / staff as value
        from counted
        union all by name
        select *, 'team_vacant_posts' as metric_id, vacancies as value
        from counted
        union all by name
        select *, 'team_empowerment_score' as metric_id, empowerment as value
        from counted
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
