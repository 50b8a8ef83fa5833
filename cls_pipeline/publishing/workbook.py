"""`cls.xlsx`: the headline figures of whole sites for people who work in a spreadsheet.

A first sheet says what this is, then a sheet per evaluation question and one of definitions. Breakdowns are left to the
database, so the workbook stays a size that opens. Texts are written as texts: none is ever taken for a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb

from cls_pipeline.disclosure.rounding import rounding_in_words
from cls_pipeline.publishing.flags import FLAGS, in_words, why_none
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.comments import NOTES
from cls_pipeline.warehouse.questions import COLUMN_NAME, QUESTIONS, table_of
from cls_pipeline.warehouse.sql import one

WORKBOOK: Final = "cls.xlsx"
ABOUT: Final = "About"
DEFINITIONS: Final = "Definitions"
_PLACE: Final = (("site", 26), ("nation", 10), ("period", 9), ("from", 11), ("to", 11))
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_CAVEATS: Final = (
    "Never compare two versions of one metric, nor two sides of a break that is not linked.",
    "England's, Scotland's and Wales's measures differ; the sheet of definitions says how far each may be compared.",
    "An empty cell has no figure: nothing covers the period. It is neither nought nor withheld.",
    "Figures change when sites deliver again: name the release with every figure that you use.",
    "Breakdowns, areas, breaks, control limits and where each figure comes from are in cls.duckdb beside this file.",
)
_DEFINED: Final = {
    "question": 9,
    "name": 34,
    "unit": 18,
    "better is": 10,
    "definition": 80,
    "counted": 36,
    "out of": 36,
    "between nations": 14,
    "why": 40,
    "whose": 12,
    "source": 40,
    "column in cls.duckdb": 34,
}
_SAID: Final = (
    "name",
    "unit",
    "direction",
    "definition",
    "numerator",
    "denominator",
    "comparability",
    "comparability_reason",
    "owner",
    "source",
)

Metric = Mapping[str, Any]


def write_workbook(database: Path, folder: Path, settings: Settings) -> None:
    """Writes the workbook of a release's wide tables."""
    from xlsxwriter import Workbook

    with closing(duckdb.connect(str(database), read_only=True)) as con:
        con.execute("use marts")
        metrics = {
            metric["column_name"]: metric
            for metric in _rows(con, f"select *, {COLUMN_NAME} as column_name from dim_metric")
        }
        (release,) = _rows(con, "from release")
        with Workbook(str(folder / WORKBOOK), _OPTIONS) as book:
            book.set_properties({"title": f"Release {release['release_id']}", "created": release["created_at"]})
            sheets = _Sheets(book, release)
            sheets.about(con)
            told = {question: sheets.question(con, question, metrics) for question in QUESTIONS}
            sheets.definitions(told, metrics)


class _Sheets:
    """Writes the sheets of one workbook, in order."""

    def __init__(self, book: Any, release: Metric) -> None:
        self.book = book
        self.release = release
        self.note = NOTES.get(release.get("records_origin"), "").replace("**", "").strip()
        wrapped = {"text_wrap": True, "valign": "top"}
        self.plain = book.add_format(wrapped)
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, **wrapped})
        self.unit = book.add_format({"italic": True, "font_color": "#444444", "bottom": 1, **wrapped})
        self.warning = book.add_format({"bold": True, "font_color": "#9C0006"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.why = book.add_format({"italic": True, "font_color": "#595959", "align": "right"})
        self.numbers = {shape: book.add_format({"num_format": shape}) for shape in ("#,##0", "#,##0.00", "0.0", "0.00")}

    def about(self, con: duckdb.DuckDBPyConnection) -> None:
        """What this is, which release, what the words in cells mean, and what the figures can and cannot bear."""
        sheet = self._sheet(ABOUT, [24, 110])
        sheet.write_string(0, 0, "Community Led Support: headline figures", self.title)
        if self.note:
            sheet.write_string(1, 0, self.note, self.warning)
        sites = one(con, "select count(*) from dim_site where kind = 'site'")[0]
        facts = [
            ("release", self.release["release_id"]),
            ("made (UTC)", f"{self.release['created_at']:%Y-%m-%d %H:%M}"),
            ("by", f"cls-pipeline {self.release['software_version']}"),
            ("sites", f"{sites}"),
            ("withheld", f"{self.release['suppressed']:,} figures of all kinds that count few people"),
        ]
        if rounding := rounding_in_words(self.release.get("rounded_to")):
            facts += [("rounded", rounding)]
        facts += [
            ("", ""),
            ("sheets", f"A sheet for each evaluation question; {DEFINITIONS} says what each figure is."),
        ]
        facts += [(table_of(number).replace("_", " "), words) for number, words in QUESTIONS.items()]
        facts += [
            ("", ""),
            ("words in cells", "A figure without a value says why; notes are in the last column."),
        ]
        facts += list(FLAGS.values())
        facts += [("", ""), *(("mind" if at == 0 else "", text) for at, text in enumerate(_CAVEATS))]
        for row, (name, text) in enumerate(facts, start=3):
            sheet.write_string(row, 0, name, self.head if name else self.plain)
            sheet.write_string(row, 1, text, self.plain)

    def question(self, con: duckdb.DuckDBPyConnection, question: str, metrics: Mapping[str, Metric]) -> list[str]:
        """A question's figures, a row per site and period; returns the columns that it shows."""
        table = table_of(question)
        columns = [name for name in con.sql(f"from {table}").columns if name in metrics]
        rows = con.execute(
            f"select sites.name, sites.nation, grain, period_start, period_end, {table}.* exclude"
            f" (site_id, grain, period_start, period_end) from {table} inner join dim_site as sites using (site_id)"
            " order by array_position(['month', 'quarter', 'year'], grain), sites.kind desc, sites.name, period_start"
        ).fetchall()
        last = len(_PLACE) + len(columns)
        sheet = self._sheet(f"Question {question}", [*(width for _, width in _PLACE), *[16] * len(columns), 60])
        sheet.write_string(0, 0, f"{question}. {QUESTIONS[question]}", self.title)
        sheet.write_string(1, 0, self.note or "Whole sites; values linked across breaks where a link is measured.")
        self._headings(sheet, columns, metrics)
        shapes = [
            self.numbers[_shape(metrics[name], [row[at] for row in rows])]
            for at, name in enumerate(columns, start=len(_PLACE))
        ]
        for at, row in enumerate(rows, start=4):
            self._row(sheet, at, row, columns, shapes, metrics)
        sheet.autofilter(3, 0, 3 + len(rows), last)
        sheet.freeze_panes(4, 1)
        sheet.repeat_rows(2, 3)
        return columns

    def _headings(self, sheet: Any, columns: Sequence[str], metrics: Mapping[str, Metric]) -> None:
        """A row of names and one of units, in this order: a row that is left is written. Notes give the definitions."""
        names = [name for name, _ in _PLACE] + [_name(metrics[name]) for name in columns]
        units = [""] * len(_PLACE) + [metrics[name]["unit"] or "" for name in columns]
        for at, text in enumerate([*names, "notes"]):
            sheet.write_string(2, at, text, self.head)
        for at, name in enumerate(columns, start=len(_PLACE)):
            sheet.write_comment(2, at, metrics[name]["definition"], {"x_scale": 3, "y_scale": 3})
        for at, text in enumerate([*units, ""]):
            sheet.write_string(3, at, text, self.unit)

    def _row(
        self,
        sheet: Any,
        row: int,
        told: Sequence[Any],
        columns: Sequence[str],
        shapes: Sequence[Any],
        metrics: Mapping[str, Metric],
    ) -> None:
        name, nation, grain, start, end, *values, flags = told
        for at, text in enumerate((name, nation, grain)):
            sheet.write_string(row, at, text or "")
        sheet.write_datetime(row, 3, start, self.day)
        sheet.write_datetime(row, 4, end, self.day)
        notes = []
        for at, (column, value, shape) in enumerate(zip(columns, values, shapes, strict=True), start=len(_PLACE)):
            known = flags.get(column, ())
            if value is not None:
                sheet.write_number(row, at, value, shape)
                if known:
                    notes.append(f"{_name(metrics[column])}: {in_words(known)}")
            elif known:
                sheet.write_string(row, at, why_none(known) or in_words(known), self.why)
        sheet.write_string(row, len(_PLACE) + len(columns), "; ".join(notes))

    def definitions(self, told: Mapping[str, Sequence[str]], metrics: Mapping[str, Metric]) -> None:
        """What each figure of the sheets is."""
        sheet = self._sheet(DEFINITIONS, list(_DEFINED.values()))
        sheet.write_string(0, 0, DEFINITIONS, self.title)
        for at, name in enumerate(_DEFINED):
            sheet.write_string(2, at, name, self.head)
        rows = [(question, column) for question, columns in told.items() for column in columns]
        for row, (question, column) in enumerate(rows, start=3):
            said = {**metrics[column], "name": _name(metrics[column])}
            for at, text in enumerate((question, *(said[name] or "" for name in _SAID), column)):
                sheet.write_string(row, at, text, self.plain)
        sheet.autofilter(2, 0, 2 + len(rows), len(_DEFINED) - 1)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)

    def _sheet(self, name: str, widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.release['release_id']}&C&A&RPage &P of &N")
        return sheet


def _shape(metric: Metric, values: Sequence[float | None]) -> str:
    """The number format of a metric, by its unit and by whether it counts."""
    unit = metric["unit"] or ""
    if unit == "percent":
        return "0.0"
    if "GBP" in unit:
        return "#,##0.00"
    return "#,##0" if all(value is None or value == round(value) for value in values) else "0.00"


def _name(metric: Metric) -> str:
    """Its name, with its version where it has more than one: two versions are two measures."""
    has_more = metric["column_name"] != metric["metric_id"]
    return f"{metric['name']} (version {metric['definition_version']})" if has_more else str(metric["name"])


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    answer = con.execute(sql)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
