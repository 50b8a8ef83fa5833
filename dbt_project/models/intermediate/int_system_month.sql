with
    spans as (select * from {{ source("registry", "sender_system") }}),

    sites as (select * from {{ source("registry", "sender") }} where kind = 'site'),

    months as (select * from {{ ref("int_month") }}),

    candidates as (
        select
            spans.sender_id as site_id,
            spans.family,
            spans.system_id,
            months.month_start,
            months.month_end,
            row_number() over (
                partition by spans.sender_id, spans.family, months.month_start
                order by spans.valid_from desc nulls last, spans.system_id
            ) as choice
        from spans
        inner join sites on spans.sender_id = sites.sender_id
        inner join
            months
            on months.month_end >= coalesce(spans.valid_from, date '1900-01-01')
            and months.month_end <= coalesce(spans.valid_until, date '9999-12-31')
    ),

    final as (
        select site_id, family, month_start, month_end, system_id
        from candidates
        where choice = 1
    )

select *
from final
