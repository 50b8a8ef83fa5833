"""Who and what the world is made of: shares by code. All assumed unless a source is given.

Only tables belong here; how they are used is in the module of the subject. Codes are those of
`data_contracts/code_lists/`; a test keeps them so.
"""

from __future__ import annotations

from typing import Final

from cls_pipeline.sample.chance import Weights

UNPAID_CARERS: Final = 0.09

SEX: Final[Weights] = {"female": 0.585, "male": 0.405, "other": 0.003, "unknown": 0.007}
ETHNICITY: Final[Weights] = {
    "white_british": 0.86,
    "white_irish": 0.012,
    "white_other": 0.028,
    "mixed_white_asian": 0.004,
    "mixed_other": 0.006,
    "asian_indian": 0.015,
    "asian_pakistani": 0.02,
    "asian_other": 0.01,
    "black_african": 0.01,
    "black_caribbean": 0.011,
    "other_any": 0.008,
    "refused": 0.004,
    "unknown": 0.012,
}
HAS_CARER: Final[Weights] = {"yes": 0.34, "no": 0.41, "unknown": 0.25}

#: Tables for 18–64 and 65 or older.
ACCOMMODATION: Final[tuple[Weights, ...]] = (
    {
        "tenant_social": 0.32,
        "family_or_friends": 0.25,
        "owner_occupier": 0.12,
        "tenant_private": 0.11,
        "supported_accommodation": 0.10,
        "shared_lives": 0.01,
        "council_temporary": 0.02,
        "care_home": 0.03,
        "unknown": 0.04,
    },
    {
        "owner_occupier": 0.52,
        "tenant_social": 0.20,
        "sheltered_or_extra_care": 0.08,
        "tenant_private": 0.05,
        "family_or_friends": 0.05,
        "care_home": 0.05,
        "nursing_home": 0.02,
        "unknown": 0.03,
    },
)
EMPLOYMENT: Final[tuple[Weights, ...]] = (
    {
        "not_seeking_or_retired": 0.55,
        "seeking_work": 0.12,
        "paid_under_16_hours": 0.07,
        "paid_16_hours_or_more": 0.05,
        "paid_hours_unknown": 0.01,
        "voluntary_only": 0.03,
        "unknown": 0.17,
    },
    {"not_seeking_or_retired": 0.93, "paid_under_16_hours": 0.01, "unknown": 0.06},
)

#: Tables for 18–64, 65 or older, and unpaid carers.
SUPPORT_REASON: Final[tuple[Weights, ...]] = (
    {
        "learning_disability": 0.30,
        "mental_health": 0.26,
        "physical_personal_care": 0.20,
        "physical_access_mobility": 0.12,
        "social_isolation_other": 0.04,
        "social_substance_misuse": 0.02,
        "sensory_visual": 0.015,
        "sensory_hearing": 0.015,
        "unknown": 0.03,
    },
    {
        "physical_personal_care": 0.55,
        "physical_access_mobility": 0.17,
        "memory_cognition": 0.14,
        "mental_health": 0.04,
        "social_isolation_other": 0.04,
        "sensory_visual": 0.015,
        "sensory_hearing": 0.01,
        "sensory_dual": 0.005,
        "unknown": 0.03,
    },
    {"social_support_to_carer": 1.0},
)

#: Routes for 18–64, and 65 or older: hospital brings older people above all. Assumed.
ROUTES: Final[tuple[Weights, ...]] = (
    {
        "community_other": 0.80,
        "discharge_from_hospital": 0.09,
        "diversion_from_hospital": 0.03,
        "self_funder": 0.01,
        "discharge_from_reablement": 0.005,
        "planned_entry_transition": 0.04,
        "transfer_from_other_la": 0.015,
        "prison": 0.01,
    },
    {
        "community_other": 0.61,
        "discharge_from_hospital": 0.26,
        "diversion_from_hospital": 0.06,
        "self_funder": 0.04,
        "discharge_from_reablement": 0.025,
        "transfer_from_other_la": 0.005,
    },
)
#: Where a first conversation is held: before and after a place has joined the programme.
VENUE: Final[tuple[Weights, ...]] = (
    {"telephone": 0.74, "home": 0.08, "office": 0.09, "online": 0.08, "unknown": 0.01},
    {
        "telephone": 0.55,
        "home": 0.08,
        "office": 0.03,
        "online": 0.10,
        "community_centre": 0.08,
        "library": 0.07,
        "pop_up_or_mobile": 0.03,
        "health_and_care_centre": 0.03,
        "voluntary_organisation": 0.02,
        "supermarket": 0.005,
        "other": 0.005,
    },
)
HUB_VENUE: Final[Weights] = {
    "community_centre": 0.32,
    "library": 0.28,
    "health_and_care_centre": 0.12,
    "voluntary_organisation": 0.11,
    "pop_up_or_mobile": 0.09,
    "hotel": 0.03,
    "supermarket": 0.03,
    "market_stall": 0.02,
}
HUB_PARTNER: Final[Weights] = {
    "voluntary_organisation": 0.38,
    "none": 0.24,
    "nhs": 0.14,
    "housing_association": 0.10,
    "local_area_coordination": 0.06,
    "community_pharmacy": 0.04,
    "work_and_pensions": 0.04,
}

#: Vocabularies changed with release 2 of Client Level Data, from 1 April 2025: a table before and a table after.
RESOLVED: Final[tuple[Weights, ...]] = (
    {"nfa_information_advice": 1.0},
    {"nfa_information_advice": 0.86, "nfa_referral_within_la": 0.14},
)
NOT_RESOLVED: Final[tuple[Weights, ...]] = (
    {
        "progress_assessment": 0.44,
        "progress_reassessment": 0.08,
        "progress_reablement": 0.13,
        "progress_support_planning": 0.11,
        "no_change_in_package": 0.05,
        "nfa_nhs_funded_care": 0.015,
        "nfa_self_funded": 0.03,
        "nfa_support_declined": 0.045,
        "nfa_no_services_offered": 0.05,
        "nfa_moved_to_other_la": 0.01,
        "nfa_other": 0.04,
    },
    {
        "progress_assessment_or_review": 0.52,
        "progress_reablement": 0.13,
        "progress_support_planning": 0.11,
        "continuation_of_support": 0.05,
        "nfa_referral_nhs": 0.02,
        "nfa_self_funded": 0.03,
        "nfa_support_declined": 0.045,
        "nfa_no_services_offered": 0.05,
        "nfa_moved_to_other_la": 0.01,
        "nfa_other": 0.035,
    },
)
#: The same for people who are about to leave hospital: reablement first.
FROM_HOSPITAL: Final[tuple[Weights, ...]] = (
    {
        "progress_reablement": 0.42,
        "progress_assessment": 0.24,
        "progress_reassessment": 0.07,
        "progress_support_planning": 0.10,
        "no_change_in_package": 0.05,
        "nfa_nhs_funded_care": 0.05,
        "nfa_self_funded": 0.03,
        "nfa_support_declined": 0.02,
        "nfa_other": 0.02,
    },
    {
        "progress_reablement": 0.42,
        "progress_assessment_or_review": 0.31,
        "progress_support_planning": 0.10,
        "continuation_of_support": 0.05,
        "nfa_referral_nhs": 0.05,
        "nfa_self_funded": 0.03,
        "nfa_support_declined": 0.02,
        "nfa_other": 0.02,
    },
)
REVIEW_OUTCOME: Final[tuple[Weights, ...]] = (
    {"no_change_in_package": 0.70, "progress_support_planning": 0.16, "progress_reassessment": 0.14},
    {"continuation_of_support": 0.70, "progress_support_planning": 0.16, "progress_assessment_or_review": 0.14},
)
REVIEW_REASON: Final[Weights] = {
    "planned": 0.72,
    "unplanned_hospital": 0.10,
    "unplanned_other": 0.10,
    "unplanned_carer": 0.03,
    "unplanned_safeguarding": 0.03,
    "unplanned_provider_failure": 0.01,
    "unplanned_commissioning": 0.01,
}

ASSESSMENT_TYPE: Final[Weights] = {"long_term": 0.80, "short_term": 0.20}
#: Outcomes of an assessment that finds eligible needs, and of one that does not.
ASSESSED_OUTCOME: Final[tuple[Weights, ...]] = (
    {"progress_support_planning": 1.0},
    {"nfa_information_advice": 0.62, "nfa_support_declined": 0.14, "nfa_self_funded": 0.12, "nfa_other": 0.12},
)

FUNDING: Final[Weights] = {
    "fully_social_care_funded": 0.52,
    "joint_funded": 0.38,
    "fully_client_funded": 0.04,
    "unknown": 0.06,
}
SCORE_MODE: Final[Weights] = {
    "face_to_face": 0.62,
    "telephone": 0.18,
    "self_completion": 0.12,
    "online": 0.03,
    "proxy": 0.05,
}
