with
    records as (select * from {{ ref("int_service_placed") }}),

    open_records as (
        select
            *,
            row_number() over (
                partition by support_no, position, service_component, is_handed_over
                order by weekly_price, record_no
            ) as handed_nth,
            row_number() over (
                partition by support_no, position, service_component, is_taken_over
                order by weekly_price, record_no
            ) as taken_nth
        from records
        where is_handed_over or is_taken_over
    ),

    -- A stretch is followed by one that begins on its last day or on the day after.
    followed as (
        select *, unnest([end_date, end_date + 1]) as next_start
        from records
        where end_date is not null
    ),

    candidates as (
        {{
            service_pairs(
                "same_start",
                "abs(date_diff('day', later.end_date, earlier.end_date))",
            )
        }}
        and later.position = earlier.position + 1
        and later.start_date = earlier.start_date
        union all
        {{
            service_pairs(
                "handed_over",
                "abs(later.taken_nth - earlier.handed_nth)",
                "open_records",
                "open_records",
            )
        }}
        and later.position = earlier.position + 1
        and later.is_taken_over
        and earlier.is_handed_over
        and later.start_date <> earlier.start_date
        union all
        {{ service_pairs("same_end", "0") }}
        and later.position = earlier.position + 1
        and later.end_date = earlier.end_date
        and {{ is_placeholder("later.start_date") }}
        union all
        {{
            service_pairs(
                "another_day",
                "abs(date_diff('day', later.start_date, earlier.start_date))",
            )
        }}
        and later.position = earlier.position + 1
        and later.start_date >= later.begins
        and earlier.start_date >= earlier.next_begins
        and later.start_date <> earlier.start_date
        and later.start_date between earlier.start_date - 3 and earlier.start_date + 3
        union all
        {{
            service_pairs(
                "continued",
                "date_diff('day', earlier.end_date, later.start_date)",
                "records",
                "followed",
            )
        }}
        and later.start_date = earlier.next_start
        and (
            earlier.start_date < later.start_date
            -- A price of one day, where the day of the change is that of new prices.
            or (
                earlier.start_date = earlier.end_date
                and coalesce(later.end_date > later.start_date, true)
            )
        )
        and (
            later.position = earlier.position
            or (
                later.position = earlier.position + 1
                and later.start_date >= later.begins
                and earlier.start_date < earlier.next_begins
            )
        )
    ),

    -- Another code at about the same price is a recode; at another price it is other
    -- support.
    weighed as (
        select
            *,
            cast(is_recoded as integer) + cast(
                rule = 'continued'
                and coalesce(price_ratio not between 0.9 and 1.2, false) as integer
            ) as misfit,
            list_position(
                ['same_start', 'handed_over', 'same_end', 'another_day', 'continued'],
                rule
            ) as strength,
            coalesce(abs(price_ratio - 1), 9) as price_gap
        from candidates
        where not is_recoded or price_ratio between 0.9 and 1.2
    ),

    -- Each is the other's nearest, once within an installation and once across two.
    -- Support may end in weeks without a system and go on at a new price: then what was
    -- handed over has two, one that ended and one that was taken over.
    final as (
        select
            case when is_laters then earlier_no else later_no end as record_no,
            case when is_laters then later_no else earlier_no end as origin_no,
            rule,
            is_recoded
        from weighed
        qualify
            row_number() over (
                partition by later_no, is_across
                order by misfit, strength, apart nulls last, price_gap, earlier_no
            )
            = 1
            and row_number() over (
                partition by earlier_no, is_across, is_taken_over
                order by misfit, strength, apart nulls last, price_gap, later_no
            )
            = 1
    )

select *
from final
