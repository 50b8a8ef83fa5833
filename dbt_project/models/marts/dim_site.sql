with
    senders as (select * from {{ source("registry", "sender") }}),

    councils as (select * from {{ source("registry", "council") }}),

    compared as (select distinct site_id from {{ ref("int_indicator") }}),

    loads as (select * from {{ source("ledger", "load") }}),

    systems as (select * from {{ source("registry", "system") }}),

    simulated as (
        select distinct loads.sender_id
        from loads
        inner join systems on loads.system_id = systems.system_id
        where loads.rows > 0 and systems.layout = 'illustrative'
    ),

    sites as (
        select
            sender_id as site_id,
            name,
            'site' as kind,
            nation,
            confirmed as is_confirmed,
            organisation,
            council_code,
            gss_codes,
            sender_id in (select sender_id from simulated) as is_simulated
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
            councils.gss_codes,
            false as is_simulated
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
