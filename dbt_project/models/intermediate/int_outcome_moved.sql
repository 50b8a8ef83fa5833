with
    crossings as (select * from {{ ref("int_code_crossing") }}),

    -- Where it stays open whether anything moved, a value is not carried across.
    final as (
        select
            site_id,
            code,
            absent_from,
            absent_until,
            changed_on,
            changed_back_on,
            moved_share,
            half_width
        from crossings
        where is_clear
    )

select *
from final
