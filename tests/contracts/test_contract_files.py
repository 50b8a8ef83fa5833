"""Facts about the files in data_contracts/entities and data_contracts/code_lists.

Each rule is tried on rows that it must pass and rows that it must fail. How rules are run on a delivery is tested
with `cls_pipeline.conform`.
"""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from open_data_contract_standard.model import DataQuality, OpenDataContractStandard, SchemaObject

FOLDER = Path(__file__).parents[2] / "data_contracts"
FILES = sorted((FOLDER / "entities").glob("*.odcs.yaml"))
ENTITIES = {
    "person", "request", "assessment", "service", "review",
    "cost_line", "outcome_score", "hub_session", "workforce", "indicator",
}  # fmt: skip
METRICS = {
    "requests_received", "requests_resolved_at_first_contact", "people_waiting_for_assessment",
    "median_days_request_to_assessment", "people_with_long_term_support", "weekly_cost_open_packages",
    "goals_met", "reviews_with_goals", "open_cases_per_worker", "team_open_cases_per_worker",
}  # fmt: skip
TYPES: dict[str, Any] = {
    "varchar": pl.String, "date": pl.Date, "bigint": pl.Int64, "double": pl.Float64, "decimal(18,6)": pl.Decimal(18, 6),
}  # fmt: skip

JAN, JUN, BLANK = date(2024, 1, 1), date(2024, 6, 1), date(1900, 1, 1)
OPEN_END = date(9999, 12, 31)
POUND = Decimal(1)
Row = dict[str, Any]

# (entity, rule): rows that pass, rows that fail; columns left out are empty
TRIALS: dict[tuple[str, str], tuple[list[Row], list[Row]]] = {
    ("person", "id_scheme_given"): (
        [{"national_id": "9434765919", "id_scheme": "nhs_number"}, {"id_scheme": "chi"}, {}],
        [{"national_id": "9434765919"}],
    ),
    ("person", "death_after_birth"): (
        [{"birth_month": JAN, "death_date": JUN}, {"birth_month": JAN, "death_date": JAN}, {"death_date": JAN}],
        [{"birth_month": JUN, "death_date": JAN}],
    ),
    ("person", "birth_month_first_day"): ([{"birth_month": JAN}, {}], [{"birth_month": date(1950, 3, 14)}]),
    ("person", "postcode_district_only"): (
        [{"postcode_district": "TA1"}, {"postcode_district": "EC1A"}, {}],
        [{"postcode_district": "TA1 4DY"}, {"postcode_district": "TA14DY"}],
    ),
    ("person", "birth_month_plausible"): (
        [{"birth_month": date(1915, 1, 1)}, {}],
        [{"birth_month": BLANK}, {"birth_month": date(1850, 1, 1)}],
    ),
    ("person", "dates_not_placeholders"): ([{"death_date": JAN}, {}], [{"death_date": OPEN_END}]),
    ("request", "dates_in_order"): (
        [{"request_date": JAN, "end_date": JAN}, {"request_date": JAN}],
        [{"request_date": JUN, "end_date": JAN}],
    ),
    ("request", "dates_not_placeholders"): (
        [{"request_date": JAN, "end_date": JUN}, {"request_date": JAN}],
        [{"request_date": BLANK}, {"request_date": JAN, "end_date": OPEN_END}],
    ),
    ("request", "outcome_when_ended"): (
        [{"end_date": JAN, "event_outcome": "nfa_other"}, {}],
        [{"end_date": JAN}],
    ),
    ("request", "end_when_outcome"): (
        [{"end_date": JAN, "event_outcome": "nfa_other"}, {}],
        [{"event_outcome": "nfa_other"}],
    ),
    ("assessment", "dates_in_order"): ([{"start_date": JAN}], [{"start_date": JUN, "end_date": JAN}]),
    ("assessment", "dates_not_placeholders"): ([{"start_date": JAN}], [{"start_date": BLANK, "end_date": JAN}]),
    ("assessment", "assessment_type_given"): ([{"assessment_type": "long_term"}], [{}]),
    ("assessment", "outcome_when_ended"): (
        [{"end_date": JAN, "assessment_type": "financial"}, {"end_date": JAN, "event_outcome": "nfa_other"}, {}],
        [{"end_date": JAN, "assessment_type": "long_term"}, {"end_date": JAN}],
    ),
    ("service", "dates_in_order"): ([{"start_date": JAN}], [{"start_date": JUN, "end_date": JAN}]),
    ("service", "dates_not_placeholders"): ([{"start_date": JAN}], [{"start_date": JAN, "end_date": OPEN_END}]),
    ("service", "service_type_given"): ([{"service_type": "st_max"}], [{}]),
    ("service", "end_reason_only_when_ended"): (
        [{"end_date": JAN, "end_reason": "nfa_other"}, {"end_date": JAN}, {}],
        [{"end_reason": "nfa_other"}],
    ),
    ("service", "unit_cost_given"): (
        [
            {"unit_cost": POUND, "service_type": "long_term_nursing", "delivery_mechanism": "direct_payment"},
            {"service_type": "long_term_nursing", "delivery_mechanism": "commissioned_support"},
            {"service_type": "st_max", "service_component": "meals", "delivery_mechanism": "direct_payment"},
            {"service_type": "long_term_community"},
        ],
        [
            {"service_type": "long_term_community", "delivery_mechanism": "direct_payment"},
            {"service_type": "carer_direct", "delivery_mechanism": "managed_personal_budget"},
            {"service_component": "short_term_nursing_care", "delivery_mechanism": "managed_personal_budget"},
        ],
    ),
    ("service", "cost_frequency_given"): (
        [{"unit_cost": POUND, "cost_frequency": "weekly"}, {}],
        [{"unit_cost": POUND}],
    ),
    ("service", "planned_units_given"): (
        [{"cost_frequency": "hourly", "planned_units_per_week": 7.0}, {"cost_frequency": "weekly"}, {}],
        [{"cost_frequency": "hourly"}, {"cost_frequency": "daily"}, {"cost_frequency": "per_session"}],
    ),
    ("service", "planned_units_plausible"): (
        [{"cost_frequency": "hourly", "planned_units_per_week": 30.0}, {"planned_units_per_week": 500.0}],
        [
            {"cost_frequency": "hourly", "planned_units_per_week": 400.0},
            {"cost_frequency": "daily", "planned_units_per_week": 30.0},
            {"cost_frequency": "per_session", "planned_units_per_week": 400.0},
        ],
    ),
    ("service", "unit_cost_not_negative"): ([{"unit_cost": POUND}, {}], [{"unit_cost": -POUND}]),
    ("service", "unit_cost_not_zero"): ([{"unit_cost": POUND}, {}], [{"unit_cost": Decimal(0)}]),
    ("service", "component_agrees_with_type"): (
        [
            {"service_component": "long_term_nursing_care", "service_type": "long_term_nursing"},
            {"service_component": "meals", "service_type": "long_term_community"},
            {"service_component": "long_term_nursing_care"},
        ],
        [
            {"service_component": "long_term_nursing_care", "service_type": "long_term_residential"},
            {"service_component": "long_term_residential_care", "service_type": "long_term_community"},
        ],
    ),
    ("service", "sds_agrees_with_delivery"): (
        [
            {"sds_option": "1", "delivery_mechanism": "direct_payment"},
            {"sds_option": "3", "delivery_mechanism": "commissioned_support"},
            {"sds_option": "4", "delivery_mechanism": "direct_payment"},
            {"sds_option": "1"},
        ],
        [
            {"sds_option": "1", "delivery_mechanism": "commissioned_support"},
            {"sds_option": "3", "delivery_mechanism": "direct_payment"},
        ],
    ),
    ("review", "due_or_review_date"): ([{"due_date": JAN}, {"review_date": JAN}], [{}]),
    ("review", "dates_not_placeholders"): ([{"due_date": JAN}], [{"due_date": BLANK}, {"review_date": OPEN_END}]),
    ("review", "due_date_is_this_reviews"): (
        [{"due_date": JUN, "review_date": JAN}, {"due_date": JAN, "review_date": JUN}, {"due_date": JAN}],
        [{"due_date": date(2025, 1, 1), "review_date": JAN}],
    ),
    ("review", "outcome_when_reviewed"): (
        [{"review_date": JAN, "event_outcome": "nfa_other"}, {"due_date": JAN}],
        [{"review_date": JAN}],
    ),
    ("review", "reason_when_reviewed"): (
        [{"review_date": JAN, "review_reason": "planned"}, {"due_date": JAN}],
        [{"review_date": JAN}],
    ),
    ("review", "goals_met_within_agreed"): (
        [{"goals_agreed": 3, "goals_met": 3}, {"goals_agreed": 0, "goals_met": 0}, {"goals_met": 2}, {}],
        [{"goals_agreed": 2, "goals_met": 3}],
    ),
    ("review", "goals_both_or_neither"): (
        [{"goals_agreed": 3, "goals_met": 0}, {}],
        [{"goals_agreed": 3}, {"goals_met": 0}],
    ),
    ("cost_line", "dates_in_order"): ([{"start_date": JAN}], [{"start_date": JUN, "end_date": JAN}]),
    ("cost_line", "dates_not_placeholders"): ([{"start_date": JAN}], [{"start_date": BLANK}]),
    ("cost_line", "planned_units_given"): ([{"cost_frequency": "monthly"}], [{"cost_frequency": "hourly"}]),
    ("cost_line", "planned_units_plausible"): (
        [{"cost_frequency": "daily", "planned_units_per_week": 5.0}],
        [{"cost_frequency": "daily", "planned_units_per_week": 15.0}],
    ),
    ("cost_line", "unit_cost_not_negative"): ([{"unit_cost": POUND}], [{"unit_cost": -POUND}]),
    ("cost_line", "unit_cost_not_zero"): ([{"unit_cost": POUND}], [{"unit_cost": Decimal(0)}]),
    ("cost_line", "contribution_within_cost"): (
        [
            {"cost_frequency": "weekly", "unit_cost": POUND, "client_contribution_per_week": POUND},
            {"cost_frequency": "monthly", "unit_cost": POUND, "client_contribution_per_week": 2 * POUND},
            {"cost_frequency": "weekly", "unit_cost": -POUND, "client_contribution_per_week": POUND},
        ],
        [{"cost_frequency": "weekly", "unit_cost": POUND, "client_contribution_per_week": 2 * POUND}],
    ),
    ("outcome_score", "dates_not_placeholders"): ([{"score_date": JAN}], [{"score_date": BLANK}]),
    ("outcome_score", "ascot_item_range"): (
        [
            {"instrument": "ascot_sct4", "item": "control", "score": 4.0},
            {"instrument": "ons4", "item": "happy", "score": 9.0},
        ],
        [
            {"instrument": "ascot_sct4", "item": "control", "score": 5.0},
            {"instrument": "ascot_sct4", "item": "control", "score": 0.0},
        ],
    ),
    ("outcome_score", "ons4_item_range"): (
        [{"instrument": "ons4", "item": "happy", "score": 0.0}],
        [{"instrument": "ons4", "item": "happy", "score": 11.0}],
    ),
    ("outcome_score", "wemwbs_item_range"): (
        [
            {"instrument": "swemwbs", "item": "1", "score": 5.0},
            {"instrument": "swemwbs", "item": "total", "score": 30.0},
        ],
        [
            {"instrument": "swemwbs", "item": "1", "score": 6.0},
            {"instrument": "wemwbs", "item": "14", "score": 0.0},
        ],
    ),
    ("outcome_score", "swemwbs_total_range"): (
        [{"instrument": "swemwbs", "item": "total", "score": 7.0}],
        [{"instrument": "swemwbs", "item": "total", "score": 36.0}],
    ),
    ("outcome_score", "wemwbs_total_range"): (
        [{"instrument": "wemwbs", "item": "total", "score": 70.0}],
        [{"instrument": "wemwbs", "item": "total", "score": 13.0}],
    ),
    ("outcome_score", "icecap_item_range"): (
        [{"instrument": "icecap_o", "item": "role", "score": 4.0}],
        [{"instrument": "icecap_a", "item": "stability", "score": 5.0}],
    ),
    ("outcome_score", "eq_5d_3l_item_range"): (
        [
            {"instrument": "eq_5d_3l", "item": "pain", "score": 3.0},
            {"instrument": "eq_5d_3l", "item": "vas", "score": 80.0},
        ],
        [{"instrument": "eq_5d_3l", "item": "pain", "score": 4.0}],
    ),
    ("outcome_score", "eq_5d_5l_item_range"): (
        [{"instrument": "eq_5d_5l", "item": "pain", "score": 5.0}],
        [{"instrument": "eq_5d_5l", "item": "pain", "score": 6.0}],
    ),
    ("outcome_score", "eq_5d_vas_range"): (
        [{"instrument": "eq_5d_5l", "item": "vas", "score": 100.0}],
        [{"instrument": "eq_5d_5l", "item": "vas", "score": 101.0}],
    ),
    ("outcome_score", "hub_wellbeing_item_range"): (
        [{"instrument": "hub_wellbeing", "item": "coping", "score": 1.0}],
        [{"instrument": "hub_wellbeing", "item": "coping", "score": 6.0}],
    ),
    ("outcome_score", "total_is_defined"): (
        [{"instrument": "swemwbs", "item": "total"}, {"instrument": "ons4", "item": "happy"}],
        [{"instrument": "ons4", "item": "total"}],
    ),
    ("hub_session", "dates_not_placeholders"): ([{"session_date": JAN}], [{"session_date": BLANK}]),
    ("hub_session", "people_seen_plausible"): ([{"people_seen": 40}, {}], [{"people_seen": 5000}]),
    ("workforce", "month_first_day"): ([{"month": JAN}], [{"month": date(2024, 1, 31)}]),
    ("workforce", "dates_not_placeholders"): ([{"month": JAN}], [{"month": BLANK}]),
    ("workforce", "something_measured"): ([{"caseload_open": 3}, {"staff_fte": 2.5}, {"empowerment_score": 6.5}], [{}]),
    ("indicator", "value_when_published"): (
        [{"value": 0.0, "value_status": "published"}, {"value_status": "suppressed"}],
        [{"value_status": "published"}, {"value": 1.0, "value_status": "suppressed"}],
    ),
    ("indicator", "period_starts_its_grain"): (
        [
            {"period_start": date(2018, 4, 1), "grain": "year"},
            {"period_start": date(2018, 1, 1), "grain": "quarter"},
            {"period_start": date(2018, 2, 1), "grain": "month"},
        ],
        [
            {"period_start": date(2018, 1, 1), "grain": "year"},
            {"period_start": date(2018, 2, 1), "grain": "quarter"},
            {"period_start": date(2018, 2, 3), "grain": "month"},
        ],
    ),
    ("indicator", "breakdown_agrees"): (
        [
            {"breakdown": "all", "breakdown_value": "all"},
            {"breakdown": "sex", "breakdown_value": "female"},
            {"breakdown": "age_band", "breakdown_value": "65_plus"},
        ],
        [
            {"breakdown": "all", "breakdown_value": "male"},
            {"breakdown": "sex", "breakdown_value": "65_plus"},
            {"breakdown": "age_band", "breakdown_value": "male"},
            {"breakdown": "age_band", "breakdown_value": "all"},
        ],
    ),
    ("indicator", "counts_not_negative"): (
        [{"measure_type": "base", "value": 0.0}, {"measure_type": "outcome", "value": -0.1}],
        [{"measure_type": "base", "value": -1.0}],
    ),
    ("indicator", "dates_not_placeholders"): ([{"period_start": JAN}], [{"period_start": BLANK}]),
}


def schema_of(path: Path) -> SchemaObject:
    [entity] = OpenDataContractStandard.from_file(str(path)).schema_ or []
    return entity


CONTRACTS = {path.name.removesuffix(".odcs.yaml"): schema_of(path) for path in FILES}
RULES = [(entity, rule) for entity, schema in CONTRACTS.items() for rule in schema.quality or []]


def custom(item: Any) -> dict[str, Any]:
    return {entry.property: entry.value for entry in item.customProperties or []}


def codes(name: str) -> set[str]:
    with (FOLDER / "code_lists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def column_types(entity: str) -> dict[str, Any]:
    return {str(item.name): TYPES[str(item.physicalType)] for item in CONTRACTS[entity].properties or []}


def expression(entity: str, rule_id: str) -> str:
    [found] = [rule.implementation for name, rule in RULES if (name, rule.name) == (entity, rule_id)]
    return str(found)


def verdicts(entity: str, rule_id: str, rows: list[Row]) -> list[bool | None]:
    types = column_types(entity)
    assert {name for row in rows for name in row} <= set(types)
    frame = pl.DataFrame([{name: row.get(name) for name in types} for row in rows], schema=types)
    return frame.select(pl.sql_expr(expression(entity, rule_id)).alias("verdict"))["verdict"].to_list()


def is_reference(rule: DataQuality) -> bool:
    return "references" in custom(rule)


def test_there_is_one_contract_for_each_entity() -> None:
    assert set(CONTRACTS) == ENTITIES
    assert all(schema.name == entity for entity, schema in CONTRACTS.items())


@pytest.mark.parametrize("trial", sorted(TRIALS), ids=".".join)
def test_a_rule_passes_good_rows_and_fails_bad_ones(trial: tuple[str, str]) -> None:
    good, bad = TRIALS[trial]
    assert good and bad
    assert False not in verdicts(*trial, good)
    assert verdicts(*trial, bad) == [False] * len(bad)


def test_every_rule_is_tried() -> None:
    assert {(entity, rule.name) for entity, rule in RULES if not is_reference(rule)} == set(TRIALS)


@pytest.mark.parametrize(("entity", "rule"), RULES, ids=[f"{entity}.{rule.name}" for entity, rule in RULES])
def test_a_rule_says_what_it_means_how_grave_it_is_and_how_to_fix_it(entity: str, rule: DataQuality) -> None:
    columns = column_types(entity)
    assert rule.severity in {"refuse_row", "warn"}
    assert (rule.description or "").endswith(".")
    assert str(custom(rule).get("howToFix", "")).endswith(".")
    assert custom(rule)["columns"] and set(custom(rule)["columns"]) <= set(columns)
    assert set(custom(rule).get("metrics", [])) <= METRICS


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_column_that_can_fail_says_how_to_fix_it(entity: str) -> None:
    for item in CONTRACTS[entity].properties or []:
        facts = custom(item)
        assert (item.description or "").endswith("."), item.name
        can_fail = item.required or "codeList" in facts or item.logicalType != "string"
        assert str(facts.get("howToFix", "")).endswith(".") or not can_fail, item.name
        assert set(facts.get("metrics", [])) <= METRICS, item.name


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_code_list_that_a_column_names_exists(entity: str) -> None:
    lists = {custom(item)["codeList"] for item in CONTRACTS[entity].properties or [] if "codeList" in custom(item)}
    assert [name for name in sorted(lists) if not (FOLDER / "code_lists" / f"{name}.csv").exists()] == []


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_code_in_a_rule_is_in_its_list(entity: str) -> None:
    lists = {str(item.name): custom(item).get("codeList") for item in CONTRACTS[entity].properties or []}
    for rule in CONTRACTS[entity].quality or []:
        text = "" if is_reference(rule) else str(rule.implementation)
        compared = re.findall(r"(\w+) (?:=|<>|IN|NOT IN) (\([^()]*'[^()]*\)|'[^']*')", text)
        for column, values in compared:
            if name := lists.get(column):
                assert set(re.findall(r"'([^']*)'", values)) <= codes(name), (rule.name, column)
        quoted = re.findall(r"(?<!DATE )(?<!INTERVAL )'([^']*)'", re.sub(r"(DATE|INTERVAL) '[^']*'", "", text))
        assert quoted == [value for _, values in compared for value in re.findall(r"'([^']*)'", values)], rule.name


@pytest.mark.parametrize(("entity", "rule"), [pair for pair in RULES if is_reference(pair[1])])
def test_a_reference_names_a_column_of_another_entity(entity: str, rule: DataQuality) -> None:
    target = custom(rule)["references"]
    assert target["entity"] != entity
    assert target["column"] in column_types(target["entity"])
    assert rule.severity == "warn"


def test_whatever_identifies_a_person_is_marked() -> None:
    for entity, schema in CONTRACTS.items():
        marked = {str(item.name) for item in schema.properties or [] if custom(item).get("identifies")}
        personal = {"person_id", "national_id", "legacy_person_id", "birth_month", "death_date"}
        assert marked == personal & set(column_types(entity)), entity


@pytest.mark.parametrize("entity", sorted(ENTITIES - {"person"}))
def test_a_dated_entity_has_one_event_date(entity: str) -> None:
    dated = [item for item in CONTRACTS[entity].properties or [] if custom(item).get("eventDate")]
    assert [item.logicalType for item in dated] == ["date"]


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("weekly", 1),
        ("four_weekly", 1 / 4),
        ("monthly", 84 / 365.25),
        ("quarterly", 28 / 365.25),
        ("annually", 7 / 365.25),
    ],
)
def test_a_weekly_factor_follows_the_calendar(unit: str, factor: float) -> None:
    with (FOLDER / "code_lists" / "cost_frequency.csv").open(encoding="utf-8", newline="") as file:
        factors = {row["code"]: row["weekly_factor"] for row in csv.DictReader(file)}
    assert float(factors[unit]) == pytest.approx(factor, abs=1e-10)
    assert [code for code, text in factors.items() if not text] == ["per_session", "hourly", "daily", "one_off"]


@pytest.mark.parametrize("path", sorted((FOLDER / "code_lists").glob("*.csv")), ids=lambda path: path.stem)
def test_a_code_list_is_whole(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert all(None not in row and None not in row.values() for row in rows)
    if path.stem.endswith(".aliases"):
        assert {row["code"] for row in rows} <= codes(path.stem.removesuffix(".aliases"))
        return
    assert list(reader.fieldnames or [])[:5] == ["code", "label", "valid_from", "valid_until", "source"]
    assert len({row["code"] for row in rows}) == len(rows)
    assert len({row["label"].casefold() for row in rows}) == len(rows)
    assert all(row["source"] for row in rows)
