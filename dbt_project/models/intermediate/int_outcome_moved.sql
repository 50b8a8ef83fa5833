with
    absences as (select * from {{ ref("int_code_absence") }}),

    outcomes as (select * from {{ ref("stg_code") }} where list = 'event_outcome'),

    -- How surely the records of the missing code were counted on the other side: among
    -- the resolved where they were none, or the reverse.
    crossed as (
        select
            absences.site_id,
            absences.code,
            absences.absent_from,
            absences.absent_until,
            absences.seen_before,
            absences.seen_after,
            absences.share,
            (absences.share_high - absences.share_low) / 2 as share_half_width,
            gone.is_resolved_first_contact as was_resolved,
            sum(
                case
                    when
                        taken.is_resolved_first_contact
                        <> gone.is_resolved_first_contact
                    then absences.probability
                    else 0
                end
            ) as probability
        from absences
        inner join outcomes as gone on absences.code = gone.code
        inner join outcomes as taken on absences.recorded_as = taken.code
        group by
            absences.site_id,
            absences.code,
            absences.absent_from,
            absences.absent_until,
            absences.seen_before,
            absences.seen_after,
            absences.share,
            absences.share_low,
            absences.share_high,
            gone.is_resolved_first_contact
    ),

    -- Of all requests of those days: the share that is too much among the resolved.
    -- Half of a 95 per cent interval, of the share and of where it went.
    final as (
        select
            site_id,
            code,
            absent_from,
            absent_until,
            seen_before,
            seen_after,
            case when was_resolved then -1 else 1 end
            * share
            * probability as moved_share,
            sqrt(
                power(probability * share_half_width, 2)
                + power(1.96 * share, 2) * greatest(probability * (1 - probability), 0)
            ) as half_width
        from crossed
        where share * probability >= 0.002
    )

select *
from final
