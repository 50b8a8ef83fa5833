{% set characteristics = [
    "age_band",
    "sex",
    "ethnicity",
    "support_reason",
    "client_type",
] %}
with
    people as (select * from {{ ref("int_requester") }}),

    periods as (select * from {{ ref("int_reach_period") }}),

    counted as (
        select
            site_id,
            grain,
            period_start,
            case
                {% for name in characteristics %}
                    when grouping({{ name }}) = 0 then '{{ name }}'
                {% endfor %}
                else 'all'
            end as breakdown,
            coalesce({{ characteristics | join(", ") }}, 'all') as breakdown_value,
            count(*) as people
        from people
        group by
            grouping sets (
                (site_id, grain, period_start),
                {% for name in characteristics %}
                    (site_id, grain, period_start, {{ name }}){{ "," if not loop.last }}
                {% endfor %}
            )
    ),

    parts as (
        select distinct site_id, breakdown, breakdown_value
        from counted
        union
        select distinct site_id, 'all' as breakdown, 'all' as breakdown_value
        from periods
    ),

    reached as (
        select
            periods.*,
            'people_requesting' as metric_id,
            parts.breakdown,
            parts.breakdown_value,
            coalesce(counted.people, 0) as numerator,
            coalesce(counted.people, 0) as value
        from periods
        inner join parts using (site_id)
        left join
            counted using (site_id, grain, period_start, breakdown, breakdown_value)
    ),

    known as (
        select
            site_id,
            grain,
            period_start,
            count(*) as people,
            count(*) filter (
                {% for name in characteristics %}
                    {{ name }} <> 'unknown'{{ " and" if not loop.last }}
                {% endfor %}
            ) as whole,
            {% for name in characteristics %}
                count(*) filter ({{ name }} <> 'unknown') as {{ name }},
            {% endfor %}
        from people
        group by site_id, grain, period_start
    ),

    complete as (
        unpivot known on whole,
        {{ characteristics | join(", ") }} into name characteristic
        value known_people
    ),

    completeness as (
        select
            periods.*,
            'people_requesting_known' as metric_id,
            case
                complete.characteristic when 'whole' then 'all' else 'characteristic'
            end as breakdown,
            case
                complete.characteristic
                when 'whole'
                then 'all'
                else complete.characteristic
            end as breakdown_value,
            complete.known_people as numerator,
            complete.people as denominator,
            100.0 * complete.known_people / complete.people as value
        from periods
        inner join complete using (site_id, grain, period_start)
    ),

    figures as (
        select *
        from reached
        union all by name
        select *
        from completeness
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
