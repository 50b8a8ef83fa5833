with
    requests as (select * from {{ ref("int_request_sequel") }}),

    quarters as ({{ covered_quarters(["request", "assessment", "service"]) }}),

    -- Ninety days later everything that is looked at is on record.
    told as (
        select
            quarters.* exclude (is_partial),
            quarters.is_partial or coalesce(following.is_partial, true) as is_partial
        from quarters
        left join
            quarters as following
            on quarters.site_id = following.site_id
            and following.quarter_start = quarters.quarter_end + 1
        where
            quarters.quarter_end + 90 <= (
                select max(latest.quarter_end)
                from quarters as latest
                where latest.site_id = quarters.site_id
            )
    ),

    years as (
        select
            site_id,
            {{ year_start("quarter_start") }} as year_start,
            max(quarter_end) as year_end,
            arg_max(system_id, quarter_start) as system_id,
            bool_or(is_partial) as is_partial
        from told
        group by site_id, {{ year_start("quarter_start") }}
        having count(*) = 4
    ),

    counted as (
        select
            site_id,
            {{ year_start("quarter_start") }} as year_start,
            case when grouping(is_new) = 0 then is_new end as is_new,
            case
                when grouping(age_band) = 0 then 'age_band' else 'all'
            end as breakdown,
            coalesce(age_band, 'all') as breakdown_value,
            count(*) as requests,
            count(*) filter (where is_new) as of_new,
            {%- for name in ("sequel", "sequel_7_days", "sequel_3_days") %}
                histogram({{ name }}) as {{ name }},
            {%- endfor %}
        from requests
        group by
            grouping sets (
                (site_id, {{ year_start("quarter_start") }}),
                (site_id, {{ year_start("quarter_start") }}, age_band),
                (site_id, {{ year_start("quarter_start") }}, is_new),
                (site_id, {{ year_start("quarter_start") }}, is_new, age_band)
            )
    ),

    -- No figure tells of all clients together by sequel: existing clients are few, and
    -- beside a total either their figures or the new clients' could not be shown.
    figures as (
        {%- for name in (
            "long_term_support",
            "short_term_support",
            "signposted",
            "no_council_support",
            "unclassified",
        ) %}
            select
                *,
                case when is_new then 'new_clients' else 'existing_clients' end
                || '_{{ name }}' as metric_id,
                coalesce(sequel['{{ name }}'], 0) as numerator
            from counted
            where is_new or (not is_new and breakdown = 'all')
            union all
        {%- endfor %}
        {%- for name in ("signposted", "unclassified") %}
            {%- for days in (7, 3) %}
                select
                    *,
                    'new_clients_{{ name }}_{{ days }}_days' as metric_id,
                    coalesce(sequel_{{ days }}_days['{{ name }}'], 0) as numerator
                from counted
                where is_new and breakdown = 'all'
                union all
            {%- endfor %}
        {%- endfor %}
        select *, 'requests_from_new_clients' as metric_id, of_new as numerator
        from counted
        where is_new is null
    ),

    placed as (
        select
            years.site_id,
            figures.metric_id,
            'year' as grain,
            years.year_start as period_start,
            years.year_end as period_end,
            figures.breakdown,
            figures.breakdown_value,
            figures.numerator,
            figures.requests as denominator,
            100.0 * figures.numerator / figures.requests as value,
            years.is_partial,
            years.system_id
        from years
        inner join figures using (site_id, year_start)
    ),

    final as ({{ in_series_shape("placed") }})

select *
from final
