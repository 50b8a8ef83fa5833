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
            -- The last record before a change comes on average one such stretch
            -- before it.
            cast(
                round(
                    (absences.absent_until - absences.absent_from + 1) / absences.due
                ) as integer
            ) as days_to_a_record,
            gone.is_resolved_first_contact as was_resolved,
            cast(
                sum(
                    case
                        when
                            taken.is_resolved_first_contact
                            <> gone.is_resolved_first_contact
                        then cast(absences.probability as decimal(18, 15))
                        else 0
                    end
                ) as double
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
            absences.due,
            gone.is_resolved_first_contact
    ),

    -- Of all requests of those days: the share that is too much among the resolved.
    -- Half of a 95 per cent interval, of the share and of where it went.
    measured as (
        select
            site_id,
            code,
            absent_from,
            absent_until,
            seen_before,
            seen_after,
            absent_from
            + case when seen_before then days_to_a_record else 0 end as changed_on,
            absent_until
            + 1
            - case when seen_after then days_to_a_record else 0 end as changed_back_on,
            probability,
            case when was_resolved then -1 else 1 end
            * share
            * probability as moved_share,
            sqrt(
                power(probability * share_half_width, 2)
                + power(1.96 * share, 2) * greatest(probability * (1 - probability), 0)
            ) as half_width
        from crossed
    ),

    final as (
        select *, abs(moved_share) > half_width as is_clear
        from measured
        where abs(moved_share) >= 0.002 and probability >= 0.5
    )

select *
from final
