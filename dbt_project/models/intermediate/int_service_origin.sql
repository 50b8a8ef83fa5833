with recursive
    records as (select * from {{ ref("int_service_placed") }}),

    -- What the installation before says comes before what the own one says.
    steps as (
        select record_no, origin_no, rule, is_recoded
        from {{ ref("int_service_match") }}
        qualify
            row_number() over (
                partition by record_no order by rule = 'continued', origin_no
            )
            = 1
    ),

    reasoned as (
        select
            steps.record_no,
            steps.origin_no,
            -- What an earlier system did not know, the later one may; a later stretch
            -- tells nothing of the first.
            case
                when steps.rule <> 'continued' then records.known_start
            end as known_start,
            cast(steps.rule = 'continued' as integer) as is_next,
            case
                when steps.rule = 'same_start'
                then null
                when steps.is_recoded
                then 'recoded'
                when steps.rule in ('continued', 'another_day')
                then steps.rule
                when {{ is_placeholder("records.start_date") }}
                then 'placeholder_start'
                when records.start_date = records.begins
                then 'restarted_at_go_live'
                when month(records.start_date) = 4 and day(records.start_date) = 1
                then 'restarted_in_april'
                else 'other_start'
            end as reason
        from steps
        inner join records on steps.record_no = records.record_no
    ),

    walked as (
        select
            record_no,
            record_no as service_no,
            known_start as true_start,
            0 as stretch,
            cast(null as varchar) as reason
        from records
        where
            record_no in (select origin_no from reasoned)
            and record_no not in (select record_no from reasoned)
        union all
        select
            reasoned.record_no,
            walked.service_no,
            coalesce(walked.true_start, reasoned.known_start) as true_start,
            walked.stretch + reasoned.is_next as stretch,
            coalesce(reasoned.reason, walked.reason) as reason
        from walked
        inner join reasoned on walked.record_no = reasoned.origin_no
    ),

    traced as (
        select
            records.*,
            coalesce(walked.service_no, records.record_no) as service_no,
            coalesce(walked.stretch, 0) as stretch,
            case
                when walked.record_no is null
                then records.known_start
                else walked.true_start
            end as true_start,
            walked.reason
        from records
        left join walked on records.record_no = walked.record_no
    ),

    final as (
        select
            traced.record_no,
            traced.site_id,
            traced.system_id,
            traced.numbering,
            traced.service_id,
            traced.position,
            traced.service_no,
            traced.stretch,
            steps.rule,
            traced.start_date as recorded_start,
            traced.true_start,
            case
                when traced.true_start is null
                then 'start_not_known'
                when traced.true_start <> traced.start_date
                then traced.reason
            end as reason
        from traced
        left join steps on traced.record_no = steps.record_no
    )

select *
from final
