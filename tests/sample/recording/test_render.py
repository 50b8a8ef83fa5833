"""A rendered file reads back by its profile."""

from __future__ import annotations

import gzip
import io

import polars as pl
import pytest

from cls_pipeline.registry import Registry, SystemProfile, TableLayout
from cls_pipeline.sample.recording.accidents import accidents_with
from cls_pipeline.sample.recording.extract import Handover, handovers
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.render import render, tables
from cls_pipeline.sample.world import Frames, World
from cls_pipeline.sample.write import everything

from ..conftest import world_of
from .conftest import CLEAN, certainly, using

SYSTEMS = (
    "alder_case_4",
    "alder_case_5",
    "birch_social_7",
    "birch_social_8",
    "cedar_records_2",
    "cedar_records_3",
    "dunlin_finance_3",
    "dunlin_finance_4",
    "egret_payments_1",
)
RELABELLED = ("event_outcome", "route_of_access", "service_component", "venue", "cost_frequency")
NOTHING = accidents_with(7, frozenset(everything()))


def _held(system: str, registry: Registry) -> tuple[World, Handover, Frames]:
    family = registry.systems[system].family
    case = () if family == "case_management" else (("alder_case_4", None, None),)
    there = using(registry, "york", *case, (system, None, None))
    world = world_of("york", scale=0.02)
    handover = next(h for h in handovers(there.senders["york"], there, world.span, CLEAN) if h.profile.id == system)
    return world, handover, held(world, handover, CLEAN)


def _tables(system: str, registry: Registry) -> dict[str, tuple[TableLayout, pl.DataFrame, pl.DataFrame]]:
    """By entity: the layout, what the system held, and the rendered table read plainly as text."""
    world, handover, frames = _held(system, registry)
    spelled = tables(frames, handover, registry, NOTHING, CLEAN, world.span.last)
    files = {name: content for name, content, _ in render(spelled, handover, registry)}
    found = {}
    for layout in handover.profile.files:
        name = next(name for name in files if handover.profile.match(layout, name))
        found[layout.entity] = (layout, frames[layout.entity], _read(files[name], layout))
    return found


def _read(content: bytes, layout: TableLayout) -> pl.DataFrame:
    how = layout.format
    if how.kind == "xlsx":
        options = {"header_row": how.title_rows}
        return pl.read_excel(
            io.BytesIO(content), sheet_name=how.sheet, read_options=options, infer_schema_length=0
        ).with_columns(pl.all().cast(pl.String))
    text = (gzip.decompress(content) if how.compression else content).decode(how.encoding)
    return pl.read_csv(io.StringIO(text), separator=how.delimiter, skip_lines=how.title_rows, infer_schema=False)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_table_has_its_columns_and_rows(system: str, registry: Registry) -> None:
    for layout, held_rows, read in _tables(system, registry).values():
        assert set(layout.expected) | set(layout.ignore) == set(read.columns)
        assert read.height == held_rows.height > 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_codes_dates_and_numbers_mean_what_was_held(system: str, registry: Registry) -> None:
    profile = registry.systems[system]
    for layout, held_rows, read in _tables(system, registry).values():
        for ours, source in layout.columns.items():
            column = registry.contracts[layout.entity].columns[ours]
            text = _missing_as_null(read[source.source], profile)
            expected = held_rows[ours]
            if column.code_list:
                meanings = profile.codes[source.codes or column.code_list]
                assert text.replace_strict(meanings, default=None, return_dtype=pl.String).equals(
                    expected.cast(pl.String)
                )
            elif column.kind == "date":
                assert text.str.to_date(profile.dates[0]).equals(expected), (layout.id, ours)
            elif column.kind in ("number", "decimal", "integer"):
                assert text.cast(pl.Float64).equals(expected.cast(pl.Float64)), (layout.id, ours)
            else:
                assert text.equals(expected.cast(pl.String)), (layout.id, ours)


def _missing_as_null(text: pl.Series, profile: SystemProfile) -> pl.Series:
    return text.set(text.is_in(list(profile.missing)).fill_null(True), None).rename("")


def test_windows_characters_are_in_use(registry: Registry) -> None:
    world, handover, frames = _held("birch_social_7", registry)
    spelled = tables(frames, handover, registry, NOTHING, CLEAN, world.span.last)
    content = b"".join(made for _, made, _ in render(spelled, handover, registry))
    for letter in "£–é":
        assert letter.encode("cp1252") in content
    assert b"NULL" in content


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_new_form_gives_later_records_other_labels_of_the_same_meaning(system: str, registry: Registry) -> None:
    world, handover, frames = _held(system, registry)
    old, new = (
        tables(frames, handover, registry, NOTHING, d, world.span.last)
        for d in (CLEAN, certainly(codes_relabelled=1.0))
    )
    changed = 0
    for layout in handover.profile.files:
        for ours, source in layout.columns.items():
            column = registry.contracts[layout.entity].columns[ours]
            if column.code_list in RELABELLED and source.source:
                meanings = handover.profile.codes[source.codes or column.code_list]
                texts = old[layout.id][source.source], new[layout.id][source.source]
                meant = [one.replace_strict(meanings, default=None, return_dtype=pl.String) for one in texts]
                assert meant[0].equals(meant[1])
                changed += int((texts[0] != texts[1]).sum())
    assert changed > 0


def test_forenames_and_surnames_are_in_the_person_table_only_as_ignored_columns(registry: Registry) -> None:
    for system in (name for name in SYSTEMS if registry.systems[name].family == "case_management"):
        layout, _, read = _tables(system, registry)["person"]
        assert {name.casefold() for name in layout.ignore} == {"forename", "surname"}
        assert read[layout.ignore[0]].n_unique() > 5
