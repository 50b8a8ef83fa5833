"""A rendered file reads back by its profile."""

from __future__ import annotations

import io

import polars as pl
import pytest

from cls_pipeline.registry import Registry, SystemProfile, TableLayout
from cls_pipeline.sample.accidents import no_accident
from cls_pipeline.sample.record import handovers, held
from cls_pipeline.sample.render import render

from .conftest import world_of

SITE_OF = {
    "alder_case_4": "south_ayrshire",
    "birch_social_7": "torbay",
    "cedar_records_2": "york",
    "dunlin_finance_3": "leeds",
}


def _tables(system: str, registry: Registry) -> dict[str, tuple[TableLayout, pl.DataFrame, pl.DataFrame]]:
    """By entity: the layout, what the system held, and the rendered table read plainly as text."""
    world = world_of(SITE_OF[system], scale=0.02)
    handover = next(
        h for h in handovers(registry.senders[world.place.site], registry, world.span) if h.profile.id == system
    )
    frames = held(world, handover, 7)
    files = {name: content for name, content, _ in render(frames, handover, registry, no_accident)}
    tables = {}
    for layout in handover.profile.files:
        name = next(name for name in files if handover.profile.match(layout, name))
        tables[layout.entity] = (layout, frames[layout.entity], _read(files[name], layout))
    return tables


def _read(content: bytes, layout: TableLayout) -> pl.DataFrame:
    how = layout.format
    if how.kind == "xlsx":
        options = {"header_row": how.title_rows}
        return pl.read_excel(
            io.BytesIO(content), sheet_name=how.sheet, read_options=options, infer_schema_length=0
        ).with_columns(pl.all().cast(pl.String))
    text = content.decode(how.encoding)
    return pl.read_csv(io.StringIO(text), separator=how.delimiter, skip_lines=how.title_rows, infer_schema=False)


@pytest.mark.parametrize("system", SITE_OF)
def test_every_table_has_its_columns_and_rows(system: str, registry: Registry) -> None:
    for layout, held_rows, read in _tables(system, registry).values():
        assert set(layout.expected) | set(layout.ignore) == set(read.columns)
        assert read.height == held_rows.height > 0


@pytest.mark.parametrize("system", SITE_OF)
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
    world = world_of("torbay", scale=0.02)
    (handover,) = handovers(registry.senders["torbay"], registry, world.span)
    content = b"".join(c for _, c, _ in render(held(world, handover, 7), handover, registry, no_accident))
    for letter in "£–é":
        assert letter.encode("cp1252") in content
    assert b"NULL" in content


def test_forenames_and_surnames_are_in_the_person_table_only_as_ignored_columns(registry: Registry) -> None:
    for system in ("alder_case_4", "birch_social_7", "cedar_records_2"):
        layout, _, read = _tables(system, registry)["person"]
        assert {name.casefold() for name in layout.ignore} == {"forename", "surname"}
        assert read[layout.ignore[0]].n_unique() > 5
