with
    definitions as (select * from {{ ref("dim_metric") }}),

    links as (select * from {{ ref("definition_link") }}),

    -- The step from each version to the one after it; the newest has none.
    steps as (
        select
            definitions.metric_id,
            definitions.definition_version,
            row_number() over onwards as steps_to_newest,
            ln(links.factor) as log_factor,
            ln(links.factor_high / links.factor_low) / 2 as log_half_width,
            lead(definitions.definition_version) over (
                partition by definitions.metric_id
                order by definitions.definition_version
            ) as next_version
        from definitions
        left join
            links
            on definitions.metric_id = links.metric_id
            and definitions.definition_version = links.from_version
        window
            onwards as (
                partition by definitions.metric_id
                order by definitions.definition_version desc
            )
    ),

    older as (select * from steps where next_version is not null),

    ways as (
        select
            metric_id,
            definition_version,
            count(log_factor) over onwards = steps_to_newest - 1 as is_whole,
            sum(log_factor) over onwards as log_factor,
            sqrt(sum(power(log_half_width, 2)) over onwards) as log_half_width
        from older
        window
            onwards as (
                partition by metric_id
                order by definition_version desc
                rows between unbounded preceding and current row
            )
    ),

    final as (
        select
            metric_id,
            definition_version,
            case when is_whole then exp(log_factor) end as factor,
            case when is_whole then exp(log_factor - log_half_width) end as factor_low,
            case when is_whole then exp(log_factor + log_half_width) end as factor_high
        from ways
    )

select *
from final
