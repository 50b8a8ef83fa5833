"""The published population of every council, by single year of age and sex, as calamine reads it from the workbooks."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
import python_calamine

from cls_pipeline.loading import load_sender
from cls_pipeline.registry import load_registry
from cls_pipeline.settings import Settings

COUNCILS = {"Unitary Authority", "County", "London Borough", "Metropolitan District", "Council Area"}
SHEETS = {
    (2018, "all"): "MYE2-All",
    (2018, "male"): "MYE2 - Males",
    (2018, "female"): "MYE2 - Females",
    (2019, "all"): "MYE2 - Persons",
    (2019, "male"): "MYE2 - Males",
    (2019, "female"): "MYE2 - Females",
}
FILE = "ons_mid_year_estimates_{}.xls"


@pytest.fixture(scope="module")
def workbooks(real_data: Path) -> Path:
    folder = real_data / "reference"
    if not all((folder / FILE.format(year)).is_file() for year in (2018, 2019)):
        pytest.skip(f"the workbooks of population are not in {folder}")
    return folder


@pytest.fixture(scope="module")
def loaded(workbooks: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """What is conformed of the two workbooks."""
    folder = tmp_path_factory.mktemp("population")
    home = folder / "home"
    settings = Settings(home=home, pseudonym_key_file=folder / "pseudonym.key")
    inbox = home / "inbox" / "ons"
    inbox.mkdir(parents=True)
    for year in (2018, 2019):
        shutil.copy(workbooks / FILE.format(year), inbox)
    load_sender("ons", load_registry(settings.contracts_dir), settings)
    return pl.concat(pl.read_parquet(file) for file in (home / "conformed" / "indicator").rglob("*.parquet"))


def test_every_figure_of_every_council_is_unchanged(workbooks: Path, loaded: pl.DataFrame) -> None:
    published = {}
    for (year, part), sheet in SHEETS.items():
        book = python_calamine.load_workbook(workbooks / FILE.format(year))
        header, *rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[4:]
        for row in (row for row in rows if row[2] in COUNCILS):
            published[year, row[0], part] = float(str(row[3]))
            if part == "all":
                ages = zip(header[4:], row[4:], strict=True)
                published |= {(year, row[0], str(age).removesuffix(".0")): float(str(cell)) for age, cell in ages}
    parts = pl.col("breakdown_value_raw").fill_null(pl.col("breakdown_value"))
    rows = loaded.select(pl.col("period_start").dt.year(), "area_code_raw", parts, "value").rows()
    found = {(year, code, part): value for year, code, part, value in rows}
    assert found == published
    assert len(rows) == len(found) == 2 * 205 * (3 + 91)


def test_a_figure_stands_for_the_financial_year_of_its_day(loaded: pl.DataFrame) -> None:
    assert set(loaded["period_start"].dt.to_string().unique()) == {"2018-04-01", "2019-04-01"}
