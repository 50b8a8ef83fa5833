"""Texts that no map knows: counted, likened and ready to be mapped; and never shown where they could be somebody's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from cls_pipeline.conform.write import empty_frame
from cls_pipeline.cutover.report import Report
from cls_pipeline.cutover.sides import Side
from cls_pipeline.cutover.unmapped import unmapped_table, yaml_lines
from cls_pipeline.registry import Registry
from cls_pipeline.suggesting.lines import CHOOSE

from .trial import Trial, row


def told(registry: Registry, texts: Mapping[str, int], known: int = 1000, *, refused: bool = False) -> pl.DataFrame:
    """The table for a contact table in which each text stands as the outcome of so many contacts."""
    alder = registry.systems["alder_case_4"]
    every = [text for text, rows in texts.items() for _ in range(rows)]
    kept = [] if refused else [(None, text) for text in every]
    frame = pl.DataFrame(
        [*kept, *[("nfa_other", "320")] * known],
        schema={"event_outcome": pl.String, "event_outcome_raw": pl.String},
        orient="row",
    )
    request = pl.concat([empty_frame(registry.contracts["request"]), frame], how="diagonal").with_columns(
        source_table=pl.lit("contacts")
    )
    rows = [("contacts", ["event_outcome.mapped"], json.dumps({"CONT_OUTCOME_ID": text})) for text in every if refused]
    schema = {"source_table": pl.String, "reasons": pl.List(pl.String), "record": pl.String}
    aside = pl.DataFrame(rows, schema=schema, orient="row")
    side = Side(alder, "alder_case_4", date(2026, 10, 1), {"request": request}, {"request": aside})
    return unmapped_table(side, registry.senders["york"], registry)


@pytest.mark.parametrize("refused", [False, True])
def test_a_text_is_counted_with_its_share_and_the_nearest_label(registry: Registry, refused: bool) -> None:
    table = told(registry, {"NFA - Support declined by person": 50}, 950, refused=refused)
    assert table.rows(named=True) == [
        {
            "entity": "request", "column": "event_outcome", "their_column": "CONT_OUTCOME_ID", "map": "event_outcome",
            "text": "NFA - Support declined by person", "rows": 50, "share": 0.05,
            "nearest": "NFA - Support declined", "code": "nfa_support_declined",
            "why": "most like 'NFA - Support declined'",
        }
    ]  # fmt: skip


def test_a_number_is_near_to_nothing_and_a_code_must_be_chosen(registry: Registry) -> None:
    table = told(registry, {"215": 3})
    assert table.select("text", "nearest", "code").row(0) == ("215", None, None)
    assert yaml_lines(table) == ["additions:", "  codes:", f'    event_outcome: {{"215": {CHOOSE}}}']


@pytest.mark.parametrize("text", ["943 476 5919", "12/03/1941", "1204567", "Ann Example"])
def test_what_could_be_somebodys_is_counted_and_not_shown(registry: Registry, text: str) -> None:
    table = told(registry, {text: 2})
    assert table.select("text", "rows", "nearest", "code").rows() == [(None, 2, None, None)]
    assert yaml_lines(table) == []
    if text != "Ann Example":  # which is a label that nobody knows where it stands in three rows and more
        assert told(registry, {text: 30})["text"].to_list() == [None]


def test_where_most_of_a_column_is_unknown_another_has_come_in_its_place(registry: Registry) -> None:
    names = {f"Example {number}": 3 for number in range(11)}
    assert told(registry, names, known=32).select("text", "rows").rows() == [(None, 33)]
    assert told(registry, names, known=33)["text"].null_count() == 0


def test_the_lines_are_yaml_that_gives_texts_for_codes(registry: Registry) -> None:
    table = told(registry, {'He said "no"': 3, "NFA: Deceased person": 3})
    read = yaml.safe_load("\n".join(yaml_lines(table)))
    assert set(read["additions"]["codes"]["event_outcome"]) == {'He said "no"', "NFA: Deceased person"}
    codes = pl.DataFrame({"map": ["m"] * 3, "text": ["a", "b", "c"], "code": ["1", "yes", "unknown"]})
    assert yaml.safe_load("\n".join(yaml_lines(codes)))["additions"]["codes"]["m"] == {
        "a": "1",
        "b": "yes",
        "c": "unknown",
    }


def planted(clean: Trial, table: str, column: str, code: str, text: str) -> tuple[Report, int]:
    """The report with a text in the place of a code, and how many rows have it; the file is put back."""
    [file] = [path for path in clean.files if table in path.name]
    content = file.read_bytes()
    frame = pl.read_csv(file, infer_schema=False)
    try:
        frame.with_columns(pl.col(column).replace({code: text})).write_csv(file)
        return clean.report(), frame.filter(pl.col(column) == code).height
    finally:
        file.write_bytes(content)


def test_a_code_planted_in_a_column_that_is_only_warned_of_is_found(clean: Trial) -> None:
    report, rows = planted(clean, "services", "MECHANISM_ID", "3", "Commissioned by LA")
    found = row(report.unmapped, column="delivery_mechanism")
    assert (found["text"], found["rows"], found["code"]) == ("Commissioned by LA", rows, "commissioned_support")
    assert '    delivery_mechanism: {"Commissioned by LA": commissioned_support}' in report.yaml


def test_a_code_planted_in_a_column_that_refuses_rows_is_found_with_the_rows_left_out(clean: Trial) -> None:
    report, rows = planted(clean, "contacts", "CONT_OUTCOME_ID", "220", "Signposted to LA service")
    found = row(report.unmapped, column="event_outcome")
    assert (found["text"], found["rows"]) == ("Signposted to LA service", rows)
    assert row(report.accounts, entity="request")["quarantined"] == rows > 10
    assert row(report.events, entity="request")["missing"] == rows
    assert row(report.failures, rule="event_outcome.mapped")["rows"] == rows


def test_a_real_file_of_the_site_takes_the_lines(clean: Trial, registry: Registry, tmp_path: Path) -> None:
    report, _ = planted(clean, "services", "MECHANISM_ID", "3", "Commissioned by LA")
    codes = yaml.safe_load("\n".join(report.yaml))["additions"]["codes"]
    sender = clean.registry.senders["york"]
    mapped = sender.model_validate(sender.model_dump(by_alias=True) | {"additions": {"codes": codes}})
    assert mapped.additions.codes == {"delivery_mechanism": {"Commissioned by LA": "commissioned_support"}}
