with
    asked as (
        select site_id, person_key, request_date, min(area) as area
        from {{ ref("int_request_area") }}
        where person_key is not null
        group by all
    ),

    sites as (select distinct site_id from asked),

    quarters as ({{ covered_quarters(["request", "service"]) }}),

    admissions as (
        select admissions.*
        from {{ ref("int_care_home_admission") }} as admissions
        inner join sites on admissions.site_id = sites.site_id
    ),

    placed as (
        select
            admissions.site_id,
            admissions.quarter_start,
            coalesce(asked.area, 'unknown') as area
        from admissions
        asof left join
            asked
            on admissions.site_id = asked.site_id
            and admissions.person_key = asked.person_key
            and admissions.admission_date >= asked.request_date
    ),

    counted as (
        select
            site_id,
            quarter_start,
            coalesce(area, 'all') as area,
            count(*) as admissions
        from placed
        group by
            grouping sets ((site_id, quarter_start), (site_id, quarter_start, area))
    ),

    -- An area from which nobody is admitted is nought there.
    parts as (select distinct site_id, unnest([area, 'all']) as area from placed),

    figures as (
        select
            quarters.*,
            area,
            'admissions_to_care_homes_by_area' as metric_id,
            coalesce(counted.admissions, 0) as numerator,
            coalesce(counted.admissions, 0) as value
        from quarters
        inner join parts using (site_id)
        left join counted using (site_id, quarter_start, area)
    ),

    final as ({{ in_series_shape("figures", also=["area"]) }})

select *
from final
