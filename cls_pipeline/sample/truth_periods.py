"""Every true figure by quarter, year, area and team in one shape, counted from events, and what each metric is of.

The counting itself is in the `truth_*.py` beside it; months are in `truth.py`, scores in `truth_scores.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.registry import Registry
from cls_pipeline.sample.truth import with_attribute
from cls_pipeline.sample.truth_areas import monthly_of_teams, quarterly_by_area
from cls_pipeline.sample.truth_costs import true_conversation_costs, true_costs
from cls_pipeline.sample.truth_quarters import quarterly_truth
from cls_pipeline.sample.truth_reach import quarterly_reach
from cls_pipeline.sample.truth_sequels import OF_WINDOWS, SEQUELS, WINDOWS, yearly_sequels
from cls_pipeline.sample.truth_signposting import BACK_WITHIN, ESTIMATED, after_signposting

#: The events that the figures are counted from.
ENTITIES: Final = (
    "assessment",
    "cost_line",
    "hub_session",
    "person",
    "request",
    "review",
    "service",
    "workforce",
)
KEY: Final = ("site_id", "area", "metric_id", "grain", "period_start", "breakdown", "breakdown_value")

#: The metrics by what they are of.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "access": (
        "requests_by_way_in",
        "requests_without_outcome",
        "requests_resolved_within_a_day",
        "p90_days_request_to_assessment",
        "longest_days_request_to_assessment",
        "median_days_waiting_so_far",
        "longest_days_waiting_so_far",
        "assessments_started",
        "people_assessed_again",
    ),
    "way to support": (
        "median_days_request_to_support",
        "mean_steps_request_to_support",
        "mean_requests_before_support",
    ),
    "sequels": (
        "requests_from_new_clients",
        *(f"{clients}_clients_{sequel}" for clients in ("new", "existing") for sequel in SEQUELS),
        *(f"new_clients_{sequel}{days}" for days in WINDOWS if days for sequel in OF_WINDOWS),
    ),
    "signposting": (
        "people_signposted",
        "requests_ending_in_signposting",
        *(f"signposted_back_within_{days}_days" for days in BACK_WITHIN),
        *(metric for _, _, metric in ESTIMATED),
    ),
    "support": (
        "people_with_long_term_support_at_quarter_end",
        "people_supported_in_community",
        "community_based_share",
        "direct_payment_share",
        "admissions_to_care_homes",
        "people_admitted_to_care_homes",
    ),
    "reviews": (
        "reviews_due",
        "reviews_held",
        "reviews_overdue",
        "unplanned_review_share",
        "reviews_with_goals",
        "goals_met",
    ),
    "reablement": (
        "reablement_episodes_begun",
        "reablement_sequels",
        "reablement_unclassifiable",
        "reablement_without_long_term_support",
    ),
    "cost": (
        "weekly_cost_at_quarter_end",
        "weekly_cost_per_person",
        "cost_of_support",
        "cost_per_person_helped",
        "weekly_cost_before_conversation",
        "weekly_cost_after_conversation",
        "change_in_weekly_cost_after_conversation",
    ),
    "reach": ("people_requesting", "people_requesting_known"),
    "hubs and staff": (
        "hubs_open",
        "hub_sessions",
        "people_seen_at_hubs",
        "open_cases_per_team",
        "open_cases_per_worker",
        "vacant_posts",
        "staff_empowerment_score",
    ),
    "areas": (
        "requests_by_area",
        "resolved_at_first_contact_by_area",
        "median_days_to_assessment_by_area",
        "people_waiting_by_area",
    ),
    "teams": ("team_open_cases", "team_open_cases_per_worker", "team_vacant_posts", "team_empowerment_score"),
}
#: What each metric is of.
GROUP_OF: Final = {metric: group for group, metrics in GROUPS.items() for metric in metrics}


def true_periods(events: Mapping[str, pl.DataFrame], registry: Registry, until: date) -> pl.DataFrame:
    """One row per figure: `KEY` and its value; a count of nothing has no row.

    Args:
        events: the true events of `ENTITIES`, each with site_id.
        registry: for the code lists and the innovation area of each site.
        until: the last day that is known; periods that end later are left out.
    """
    lists, outcomes = registry.code_lists, registry.code_lists["event_outcome"]
    innovation = innovation_areas(registry)
    of_sites = {name: events[name].filter(pl.col("site_id").is_in(list(innovation))) for name in events}
    by_area = quarterly_by_area(
        of_sites,
        innovation,
        with_attribute(outcomes, "resolved_first_contact", "yes"),
        with_attribute(outcomes, "group", "assessment"),
        until,
    )
    teams = monthly_of_teams(events["workforce"]).filter(pl.col("month").dt.month_end() <= until)
    tables = [
        _shaped(quarterly_truth(events, until), "quarter", "quarter_start"),
        _shaped(quarterly_reach(events, lists, until), "quarter", "quarter_start"),
        _shaped(by_area, "quarter", "quarter_start"),
        _shaped(yearly_sequels(events, until), "year", "year_start"),
        _shaped(teams.with_columns(breakdown=pl.lit("team"), breakdown_value="team"), "month", "month"),
        *(_shaped(after_signposting(events, until, grain), grain, "period_start") for grain in ("quarter", "year")),
        *(_shaped(costs, None, "period_start") for costs in _costs(events, registry, until)),
    ]
    return pl.concat(tables)


def innovation_areas(registry: Registry) -> dict[str, str]:
    """The innovation area of each site that has the programme."""
    return {
        sender.id: area.name
        for sender in registry.senders.values()
        if sender.programme
        for area in sender.programme.areas
        if area.innovation
    }


def _costs(events: Mapping[str, pl.DataFrame], registry: Registry, until: date) -> tuple[pl.DataFrame, ...]:
    around = {name: events[name] for name in ("request", "assessment", "cost_line")}
    lists = registry.code_lists
    services = events["service"].unique(["site_id", "service_id"], keep="last", maintain_order=True)
    return true_costs(events["cost_line"], lists, until, services), true_conversation_costs(around, lists, until)


def _shaped(found: pl.DataFrame, grain: str | None, start: str) -> pl.DataFrame:
    """`KEY` and value; what a truth does not divide by is `all`."""
    told = {"period_start": pl.col(start), "value": pl.col("value").cast(pl.Float64)}
    if grain:
        told["grain"] = pl.lit(grain)
    whole = {name: pl.lit("all") for name in ("area", "breakdown", "breakdown_value") if name not in found.columns}
    return found.with_columns(**told, **whole).select(*KEY, "value")
