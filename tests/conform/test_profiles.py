"""How the profiles of local systems in `data_contracts/` read what systems write for dates and for nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cls_pipeline.conform.translate import translate, translation
from cls_pipeline.registry import Registry, SystemProfile, TableLayout, load_registry

CASE = (
    "alder_case_4", "alder_case_5", "birch_social_7", "birch_social_8", "cedar_records_2", "cedar_records_3",
)  # fmt: skip
LOCAL = (*CASE, "dunlin_finance_3", "dunlin_finance_4", "egret_payments_1")
OPEN_END, NO_BIRTHDAY = date(9999, 12, 31), date(1900, 1, 1)


@pytest.fixture(scope="module")
def registry(real_contracts: Path) -> Registry:
    return load_registry(real_contracts)


def read(registry: Registry, profile: SystemProfile, layout: TableLayout, column: str, texts: list[str]) -> pl.Series:
    """Texts of one of our columns as the profile reads them; everything else in the rows is empty."""
    sender = next(s for s in registry.senders.values() if s.kind == "site" and not s.additions.columns)
    how = translation(registry, sender, profile, layout, {}, date(2024, 3, 31), b"k" * 32)
    frame = pl.DataFrame({name: [""] * len(texts) for name in layout.expected})
    named = layout.columns[column].source or ""
    return translate(frame.with_columns(pl.Series(named, texts)), how)[column]


def layouts(profile: SystemProfile, column: str) -> list[TableLayout]:
    return [layout for layout in profile.files if column in layout.columns]


@pytest.mark.parametrize("system", CASE)
def test_of_a_full_date_of_birth_the_month_is_kept_in_every_date_style(system: str, registry: Registry) -> None:
    profile = registry.systems[system]
    [people] = layouts(profile, "birth_month")
    written = [date(1950, 3, 14).strftime(style) for style in profile.dates]
    assert read(registry, profile, people, "birth_month", written).to_list() == [date(1950, 3, 1)] * len(written)


@pytest.mark.parametrize("system", CASE)
def test_a_placeholder_for_a_birthday_is_nothing(system: str, registry: Registry) -> None:
    profile = registry.systems[system]
    [people] = layouts(profile, "birth_month")
    written = [*profile.missing, *(NO_BIRTHDAY.strftime(style) for style in profile.dates)]
    assert read(registry, profile, people, "birth_month", written).null_count() == len(written)


@pytest.mark.parametrize("system", LOCAL)
def test_a_placeholder_for_an_open_end_is_nothing(system: str, registry: Registry) -> None:
    profile = registry.systems[system]
    written = [*profile.missing, *(OPEN_END.strftime(style) for style in profile.dates)]
    for layout in layouts(profile, "end_date"):
        assert read(registry, profile, layout, "end_date", written).null_count() == len(written), layout.id


@pytest.mark.parametrize("system", LOCAL)
def test_a_start_in_1900_stays_to_be_told(system: str, registry: Registry) -> None:
    profile = registry.systems[system]
    for layout in layouts(profile, "start_date"):
        [start] = read(registry, profile, layout, "start_date", [NO_BIRTHDAY.strftime(profile.dates[0])])
        assert start == NO_BIRTHDAY, layout.id


@pytest.mark.parametrize("system", LOCAL)
def test_a_column_with_placeholders_has_the_systems_own_texts_for_nothing_first(
    system: str, registry: Registry
) -> None:
    profile = registry.systems[system]
    for layout in profile.files:
        for name, source in layout.columns.items():
            if source.missing is not None:
                assert source.missing[: len(profile.missing)] == profile.missing, (layout.id, name)
