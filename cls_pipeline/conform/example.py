"""What may be shown of a failing value: nothing that identifies anybody, even where columns or cells were mixed up.

A value is shown where its shape is that of its column (a day, a number, a short code), where it is nearly a label that
is known, or where it stands in the rows of several people. Of any other only the shape is told, letters as `a` and
digits as `9`. Which rows fail belongs in `validate`, how the failure is told in `explain`.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl
from rapidfuzz import fuzz, process

from cls_pipeline.conform.translate import Translation
from cls_pipeline.registry import Column
from cls_pipeline.registry.text import fold

EXAMPLE_LENGTH: Final = 60
# A text that stands in the rows of so many people, or in so many rows of nobody's, is a word of the system.
FEWEST: Final = 3
# An NHS, CHI or telephone number, however it is parted; an address of mail; a postcode.
PERSONAL_NUMBER: Final = re.compile(r"(?:\d[\s\-./()+]*){9,}|@|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
# A day, perhaps with its time, as any system may write it.
DAY: Final = re.compile(
    r"\d{1,4}([-/. ])(?:\d{1,2}|[^\W\d_]{3,9})\1\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?|(?:19|20)\d{6}"
)
NUMBER: Final = re.compile(r"[-+]?£?\s?\d{1,3}(?:,?\d{3})?(?:\.\d{1,6})?")
# A short code of a pick list: a digit in it, no word, and not so many digits as a record's number has.
CODE: Final = re.compile(
    r"(?=.{1,8}$)(?=.*\d)(?!(?:.*\d){4})(?!(?:.*[A-Z]){5})[A-Z\d\-_./ ]+|\d{1,4}[a-z]?|[A-Za-z?*#-]"
)
# What a spreadsheet puts in the place of a value, and what people write where there is none.
NO_VALUE: Final = re.compile(r"#[A-Z\d/!?]{2,8}|n/?[ak]|none|null|nil|unknown|not known|tbc|nan", re.IGNORECASE)
# In a column of codes: a date of birth, or a number as long as a system gives to people.
DATE_LIKE: Final = re.compile(r"\d{1,4}[-/.]\w{1,9}[-/.]\d{2,4}")
LONG_NUMBER: Final = re.compile(r"\d{6}")
MOST_DISTINCT: Final = 10
# A text of some length that is as much like a label (of 100) is that label mistyped.
MISTYPED, MISTYPED_LENGTH = 80, 8


def example_of(rows: pl.DataFrame, columns: tuple[str, ...], how: Translation, raw: pl.DataFrame) -> str:
    """The commonest failing value, or the first row's values of a rule across columns; empty where it identifies.

    Where most rows of a column fail, another column has probably come in its place, and nothing of it is shown.
    """
    shown = [how.contract.columns[name] for name in columns]
    if any(column.identifies or column.pseudonym or column.key for column in shown):
        return ""
    theirs = [name for name in dict.fromkeys(how.their_name(column.name) for column in shown) if name in rows.columns]
    if not theirs:
        return ""
    if len(columns) == 1:
        counts = _counted(rows, theirs[0], how)
        if _displaced(counts, rows, raw):
            return ""
        text, _, people = counts.row(0)
        return "" if _stands_elsewhere(text, raw, how) else _told(text, shown[0], how, people)
    first = rows.row(0, named=True)
    kinds = {how.their_name(column.name): column for column in shown}
    return ", ".join(f"{name} = {_told(first[name].strip(), kinds[name], how, 1)}" for name in theirs)


def shown_texts(rows: pl.DataFrame, column: Column, how: Translation, raw: pl.DataFrame) -> list[tuple[str, int]]:
    """The failing texts of a coded column that may be shown, with their rows, the commonest first.

    Args:
        rows: the failing rows, as text.
        column: our column.
        how: the translation.
        raw: the whole table as text.
    """
    theirs = how.their_name(column.name)
    if column.identifies or column.pseudonym or column.key or theirs not in rows.columns:
        return []
    counts = _counted(rows, theirs, how)
    if _displaced(counts, rows, raw):
        return []
    return [
        (text, count)
        for text, count, people in counts.head(MOST_DISTINCT).iter_rows()
        if may_be_shown(text, column, how, people) and not _stands_elsewhere(text, raw, how)
    ]


def could_be_somebodys(text: str) -> bool:
    """Whether a text in a column of codes looks like somebody's number or day of birth."""
    return any(mark.search(text) for mark in (PERSONAL_NUMBER, DATE_LIKE, LONG_NUMBER))


def may_be_shown(text: str, column: Column, how: Translation, people: int) -> bool:
    """Whether a value identifies nobody, where it stands in the rows of so many people."""
    if not text or NO_VALUE.fullmatch(text) or (column.kind == "date" and DAY.fullmatch(text)):
        return True
    if PERSONAL_NUMBER.search(text) or (column.kind == "code" and could_be_somebodys(text)):
        return False
    if column.kind in ("integer", "number", "decimal") and NUMBER.fullmatch(text):
        return True
    if column.kind == "code" and (CODE.fullmatch(text) or _is_known(text, column, how)):
        return True
    return people >= FEWEST and not LONG_NUMBER.search(text)


def _counted(rows: pl.DataFrame, theirs: str, how: Translation) -> pl.DataFrame:
    """The distinct texts of a column of theirs (text, rows, people), the commonest first."""
    person = next((how.their_name(c.name) for c in how.contract.columns.values() if c.pseudonym == "person"), None)
    people = pl.col(person).n_unique() if person in rows.columns else pl.len()
    grouped = rows.group_by(pl.col(theirs).str.strip_chars().alias("text")).agg(rows=pl.len(), people=people)
    return grouped.select("text", "rows", "people").sort("rows", "text", descending=[True, False])


def _displaced(counts: pl.DataFrame, rows: pl.DataFrame, raw: pl.DataFrame) -> bool:
    return counts.height > MOST_DISTINCT and rows.height * 2 > raw.height


def _stands_elsewhere(value: str, raw: pl.DataFrame, how: Translation) -> bool:
    """Whether the value also stands in a column that identifies or is not taken, from which it may have shifted."""
    private = [how.their_name(c.name) for c in how.contract.columns.values() if c.identifies or c.pseudonym]
    names = [name for name in {*private, *how.table.ignore} if name in raw.columns]
    return any((raw[name].str.strip_chars() == value).any() for name in names)


def _is_known(text: str, column: Column, how: Translation) -> bool:
    """Whether the text is a label of the map, or one mistyped."""
    known, folded = how.maps.get(column.name, {}), fold(text)
    if folded in known:
        return True
    return len(folded) >= MISTYPED_LENGTH and bool(
        process.extractOne(folded, list(known), scorer=fuzz.ratio, score_cutoff=MISTYPED)
    )


def _told(text: str, column: Column, how: Translation, people: int) -> str:
    """A value as it is shown, or what can be said of it."""
    if may_be_shown(text, column, how, people):
        return f"{text[:EXAMPLE_LENGTH]!r}"
    if PERSONAL_NUMBER.search(text):
        return "a personal number"
    if column.kind == "code" and could_be_somebodys(text):
        return "a date or a long number"
    return f"a text like {_shape(text)}"


def _shape(text: str) -> str:
    """Letters as a or A, digits as 9; no more than tells what kind of text it is."""
    masked = re.sub(r"[^\W\d_]", lambda mark: "A" if mark[0].isupper() else "a", text[: EXAMPLE_LENGTH // 2])
    return repr(re.sub(r"\d", "9", masked))
