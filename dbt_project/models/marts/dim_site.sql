with
    senders as (select * from {{ source("registry", "sender") }}),

    councils as (select * from {{ source("registry", "council") }}),

    compared as (select distinct site_id from {{ ref("int_indicator") }}),

    sites as (
        select
            sender_id as site_id,
            name,
            'site' as kind,
            nation,
            confirmed as is_confirmed,
            organisation,
            council_code,
            gss_codes
        from senders
        where kind = 'site'
    ),

    comparators as (
        select
            councils.code as site_id,
            councils.label as name,
            'comparator' as kind,
            councils.nation as nation,
            true as is_confirmed,
            councils.label as organisation,
            councils.code as council_code,
            councils.gss_codes
        from councils
        inner join compared on councils.code = compared.site_id
        left join sites on councils.code = sites.site_id
        where sites.site_id is null
    ),

    final as (
        select *
        from sites
        union all
        select *
        from comparators
    )

select *
from final
