"""What the publishers' files say, read by the standard library and calamine only: the other side of every comparison.

Nothing here uses the pipeline or its registry, so a mistake there cannot hide itself.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import python_calamine

# The programme's sites by the codes and names that publishers use for them.
SITES = {
    "E10000027": "somerset",
    "E06000066": "somerset",
    "E06000027": "torbay",
    "E08000017": "doncaster",
    "E09000008": "croydon",
    "E08000032": "bradford",
    "E06000014": "york",
    "E08000035": "leeds",
    "E06000034": "thurrock",
    "S12000026": "scottish_borders",
    "S12000011": "east_renfrewshire",
    "S12000028": "south_ayrshire",
    "S12000013": "western_isles",
    "S12000015": "fife",
    "S12000047": "fife",
    "Scottish Borders": "scottish_borders",
    "East Renfrewshire": "east_renfrewshire",
    "South Ayrshire": "south_ayrshire",
    "Comhairle nan Eilean Siar": "western_isles",
    "Na h-Eileanan Siar": "western_isles",
    "Western Isles": "western_isles",
    "Fife": "fife",
}
AGES = {
    "All Ages": "all",
    "0-17 years": "0_17",
    "18-64 years": "18_64",
    "65-74 years": "65_74",
    "75-84 years": "75_84",
    "85+ years": "85_plus",
    "Unknown": "unknown",
    "18plus": "all",
    "18-74": "18_74",
    "75plus": "75_plus",
}
GROUPS = {
    "Total": "all",
    "Female": "female",
    "Male": "male",
    "64 and under": "64_under",
    "18-64": "18_64",
    "65 and over": "65_plus",
    "65-74": "65_74",
    "65-84": "65_84",
    "75-84": "75_84",
    "85 and over": "85_plus",
}
STATUS = {
    "": "missing",
    ":": "missing",
    "NA": "missing",
    "c": "suppressed",
    "[c]": "suppressed",
    "[x]": "not_applicable",
}


@dataclass(frozen=True)
class Figure:
    """One published figure: which series it belongs to, what kind it is, and its value or why there is none."""

    place: str
    metric: str
    version: int
    start: date
    group: str
    kind: str
    value: float | None
    status: str

    @property
    def series_row(self) -> tuple[str, str, int, date, str]:
        """The row of `metric_series` that holds it."""
        return self.place, self.metric, self.version, self.start, self.group


def rows_of_csv(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as handle:
        yield from csv.DictReader(handle)


def rows_of_workbook(path: Path) -> list[dict[str, object]]:
    """The rows of a workbook's first sheet under its first row."""
    header, *rows = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def figure(place: str, metric: str, version: int, start: date, group: str, kind: str, text: object) -> Figure:
    """A figure from the text or number in its cell; base and margin of error are series of their own."""
    companion = {"base": "_base", "margin of error": "_margin_of_error"}.get(kind.lower(), "")
    mark = text.strip() if isinstance(text, str) else text
    status = STATUS.get(str(mark), "published")
    value = float(mark) if status == "published" else None
    kind = "outcome" if companion else kind.lower()
    return Figure(SITES.get(place, place), metric + companion, version, start, group, kind, value, status)


def ascof_series(group: str, year: str) -> tuple[str, int]:
    """The metric and version of an ASCOF code: brackets are spelling; 1J, 2A and 2C2 have two definitions."""
    code = group.replace("(", "").replace(")", "").lower()
    if code.startswith("2a"):
        return f"ascof_{code.removesuffix('_1415')}", 1 if code.endswith("_1415") else 2
    return f"ascof_{code}", 2 if code in ("1j", "2c2") and year >= "2017-18" else 1


@cache
def ascof(folder: Path) -> tuple[Figure, ...]:
    """Every council's figures of both ASCOF files; places that are no site stand under their GSS code."""
    table = [
        (r["Return.Year"], r["Geographical.Level"], r["ONS.Area.Code"], r["Measure.Group"], r["Disaggregation.Level"],
         r["Measure.Type"], r["Measure.Value"])
        for r in rows_of_csv(folder / "england/ascof_2014-15_to_2018-19.csv.gz")
    ] + [
        ("2020-21", r["Geographical Level"], r["ONS Code"], r["Measure Group"], r["Disaggregation Level"],
         r["Measure Type"], r["Measure Value"])
        for r in rows_of_workbook(folder / "england/ascof_2020-21.xlsx")
    ]  # fmt: skip
    return tuple(
        figure(
            str(code), *ascof_series(str(group), year), date(int(year[:4]), 4, 1), GROUPS[str(part)], str(kind), value
        )
        for year, level, code, group, part, kind, value in table
        if level == "Council"
    )


@cache
def oflog(folder: Path) -> tuple[Figure, ...]:
    """Every council's figures of the Oflog file."""
    return tuple(
        figure(
            r["Local authority code"],
            f"oflog_{r['Code'].lower()}",
            1,
            _year(r["Financial year"]),
            "all",
            "outcome",
            r["Value"],
        )
        for r in rows_of_csv(folder / "england/oflog_adult_social_care.csv")
    )


@cache
def scotland(folder: Path) -> tuple[Figure, ...]:
    """Every partnership's and council's figures of the five Scottish data files."""
    found = [*_insights(folder / "scotland"), *_delayed(folder / "scotland")]
    return tuple(f for f in found if f.place not in ("NA", "S92000003") and not f.place.startswith("Scotland ("))


def _insights(folder: Path) -> Iterator[Figure]:
    stays = {"All Stays": "all_stays", "Long Stay": "long_stay", "Short Stay / Respite": "short_stay"}
    care = {
        "Community Alarm Only": "alarm_only",
        "Telecare Only": "telecare_only",
        "Receiving both Community Alarm and Telecare": "both",
        "Total Community Alarms and/or Telecare": "any",
    }
    for r in rows_of_csv(folder / "phs_2021_care_home_trend.csv"):
        place, metric = r["sending_location"], f"phs_care_home_{stays[r['stay_type']]}"
        yield figure(place, metric, 1, _quarter(r["financial_quarter"]), AGES[r["age_group"]], _kind(r), r["value"])
    for r in rows_of_csv(folder / "phs_2021_tech_enabled_care_trend.csv"):
        place, metric = r["sending_location"], f"phs_tec_{care[r['service']]}"
        yield figure(place, metric, 1, _year(r["financial_year"]), AGES[r["age_group"]], _kind(r), r["value"])
    for r in rows_of_csv(folder / "phs_2021_sds_trend.csv"):
        place, option = r["sending_location"], r["option_type"].replace("Any SDS", "any").replace(" ", "_").lower()
        yield figure(place, f"phs_sds_{option}", 1, _year(r["financial_year"]), "all", "numerator", r["nclient"])
        yield figure(place, f"phs_sds_{option}", 1, _year(r["financial_year"]), "all", "outcome", r["rate"])
    for r in rows_of_csv(folder / "phs_2021_people_supported_trend.csv"):
        place, metric = (
            r["sending_location"],
            "phs_people_supported" + ("_adjusted" if "(adjusted)" in r["measure"] else ""),
        )
        yield figure(place, metric, 1, _year(r["financial_year"]), "all", "numerator", r["nclient"])
        yield figure(place, metric, 1, _year(r["financial_year"]), "all", "outcome", r["rate"])


def _delayed(folder: Path) -> Iterator[Figure]:
    reasons = {
        "All Delay Reasons": "all",
        "Health and Social Care Reasons": "health_and_social_care",
        "Patient and Family Related Reasons": "patient_and_family",
        "Code 9 AWI": "code_9_awi",
        "Code 9 Non-AWI": "code_9_other",
    }
    for r in rows_of_csv(folder / "delayed_discharge_by_council_monthly.csv"):
        reason, month, group = reasons[r["delay_reason"]], date.fromisoformat(r["date"]), AGES[r["age_group"]]
        yield figure(
            r["ltla_code"], f"phs_delayed_bed_days_{reason}", 1, month, group, "outcome", r["num_delayed_bed_days"]
        )
        yield figure(
            r["ltla_code"], f"phs_delayed_beds_{reason}", 1, month, group, "outcome", r["average_daily_delayed_beds"]
        )


def _kind(row: dict[str, str]) -> str:
    return "numerator" if row["measure"] == "Number of People" else "outcome"


def _year(text: str) -> date:
    return date(int(text[:4]), 4, 1)


def _quarter(text: str) -> date:
    year, quarter = int(text[:4]), int(text[-1])
    return date(year + (quarter == 4), (4, 7, 10, 1)[quarter - 1], 1)
