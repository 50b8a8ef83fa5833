"""Kinds of support: settings, components, how long they last, who provides them and why they end.

Tables only, assumed unless a source is given; how they are used is in `support.py`, prices in `prices.py`.
"""

from __future__ import annotations

from typing import Final

from cls_pipeline.sample.chance import Weights

CARE_HOMES: Final = ("long_term_residential", "long_term_nursing")

#: Setting of new long-term support for 18–64, 65–84, and 85 or older. Set so that new care home placements come near
#: ASCOF 2A of 2018-19 (see `docs/simulation.md`).
SETTING: Final[tuple[Weights, ...]] = (
    {"long_term_community": 0.945, "long_term_residential": 0.045, "long_term_nursing": 0.010},
    {"long_term_community": 0.87, "long_term_residential": 0.085, "long_term_nursing": 0.045},
    {"long_term_community": 0.77, "long_term_residential": 0.155, "long_term_nursing": 0.075},
)
#: Setting of the support that was already there when the span begins, for the same ages.
STOCK_SETTING: Final[tuple[Weights, ...]] = (
    {"long_term_community": 0.86, "long_term_residential": 0.12, "long_term_nursing": 0.02},
    {"long_term_community": 0.67, "long_term_residential": 0.22, "long_term_nursing": 0.11},
    {"long_term_community": 0.56, "long_term_residential": 0.29, "long_term_nursing": 0.15},
)
MEAN_DAYS: Final = {
    "long_term_community": 1000.0,
    "long_term_residential": 1300.0,
    "long_term_nursing": 800.0,
    "ongoing_low_level": 420.0,
    "carer_direct": 300.0,
}
#: Share of older people who leave community support for a care home rather than with no support.
MOVES_TO_CARE_HOME: Final = 0.20
SECOND_COMPONENT: Final = 0.30

#: What support at home is. Direct payments: 28.3 % of people in England (ASCOF 1C2A 2018-19), 9.5 % of those with an
#: option in Scotland (PHS 2019/20, option 1); Wales assumed between.
AT_HOME: Final[dict[str, Weights]] = {
    nation: {
        "home_support": 0.76 - paid,
        "direct_payment": paid,
        "day_support": 0.06,
        "community_supported_living": 0.08,
        "extra_care_housing": 0.05,
        "shared_lives": 0.02,
        "other_long_term": 0.03,
    }
    for nation, paid in (("england", 0.283), ("scotland", 0.095), ("wales", 0.18))
}
COMPONENT: Final[dict[str, Weights]] = {
    "long_term_nursing": {"long_term_nursing_care": 1.0},
    "long_term_residential": {"long_term_residential_care": 1.0},
    "st_max": {"reablement": 1.0},
    "ongoing_low_level": {"equipment": 0.68, "meals": 0.20, "transport": 0.12},
    "other_short_term": {"other_short_term": 0.6, "short_term_residential_care": 0.4},
    "carer_direct": {"carer_other": 0.45, "carer_respite": 0.30, "carer_sitting": 0.25},
}
SECOND: Final[Weights] = {"day_support": 0.5, "transport": 0.2, "meals": 0.2, "home_support": 0.1}

PROVIDER: Final[Weights] = {
    "private": 0.62,
    "voluntary": 0.15,
    "council": 0.13,
    "micro_provider": 0.05,
    "personal_assistant": 0.03,
    "unknown": 0.02,
}
#: Delivery of direct payments, of community support and of everything else; and options in Scotland likewise (PHS
#: 2019/20, of people with any option: 1 9.5 %, 2 9.1 %, 3 86.9 %, 4 5.5 %; somebody with two counts in both).
MECHANISM: Final[tuple[Weights, ...]] = (
    {"direct_payment": 1.0},
    {"managed_personal_budget": 0.72, "commissioned_support": 0.28},
    {"commissioned_support": 1.0},
)
OPTION: Final[tuple[Weights, ...]] = ({"1": 0.94, "4": 0.06}, {"3": 0.866, "2": 0.086, "4": 0.048})

#: Why support ended: after death, before and after the vocabulary of release 2, short-term support before and after
#: (79.6 % of short-term support was followed by none or by low-level support, ASCOF 2D 2018-19).
ENDED: Final[tuple[Weights, ...]] = (
    {"nfa_deceased": 1.0},
    {"nfa_support_ended_other": 0.5, "nfa_support_ended_as_planned": 0.4, "nfa_moved_to_other_la": 0.1},
    {"nfa_support_ended_as_planned": 0.80, "progress_support_planning": 0.12, "progress_assessment": 0.08},
    {"nfa_support_ended_as_planned": 0.80, "progress_support_planning": 0.12, "progress_assessment_or_review": 0.08},
)
