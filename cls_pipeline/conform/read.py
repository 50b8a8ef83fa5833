"""Bytes become columns of text; nothing is guessed and nothing is lost.

Encoding, delimiter, header row and sheet come from the profile. A row that does not fit its header is kept with its
row number and text. What the text means belongs in `translate`.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
from rapidfuzz import process

from cls_pipeline.registry import FileFormat

ROW = "__row"


class UnreadableTable(Exception):
    """The table cannot be read as its profile says; `meaning` tells what was found, `remedy` what to do."""

    def __init__(self, rule_id: str, meaning: str, remedy: str, row: int | None = None):
        self.rule_id, self.meaning, self.remedy, self.row = rule_id, meaning, remedy, row
        super().__init__(f"{meaning} {remedy}")


@dataclass(frozen=True)
class Misfit:
    """A row with more or fewer fields than the header: its number as a spreadsheet shows it, its fields, its text."""

    row: int
    fields: int
    text: str


@dataclass(frozen=True)
class RawTable:
    """A table as text: a column per header plus `__row` (its row number as a spreadsheet shows it)."""

    frame: pl.DataFrame
    header: tuple[str, ...]
    misfits: list[Misfit] = field(default_factory=list)
    blank_rows: int = 0

    @property
    def rows_delivered(self) -> int:
        """Every row under the header, blank ones and misfits included."""
        return self.frame.height + len(self.misfits) + self.blank_rows


def read_table(content: bytes, layout: FileFormat) -> RawTable:
    """The table in a file's bytes.

    Raises:
        UnreadableTable: empty, cut off, of another encoding, with an unclosed quote, without the sheet or the header.
    """
    if not content:
        raise UnreadableTable("file.empty", "The file is empty (0 bytes).", "Export it again and send it again.")
    if layout.compression == "gzip":
        content = _gunzip(content)
    return _read_xlsx(content, layout) if layout.kind == "xlsx" else _read_csv(content, layout)


def _gunzip(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableTable(
            "file.cut_off",
            "The compressed file is damaged or cut off.",
            "Send the file again; check that it arrived whole.",
        ) from error


def _read_csv(content: bytes, layout: FileFormat) -> RawTable:
    text = _decode(content, layout.encoding)
    body = _without_titles(text, layout.title_rows)
    lines = csv.reader(io.StringIO(body[: body.find("\n", 0, 1_000_000) + 1] or body), delimiter=layout.delimiter)
    header = _check_header(next(lines, []), layout.title_rows + 1)
    if body.count('"') % 2:
        _find_unclosed_quote(body, layout)
    misfits: list[Misfit] = []

    def keep(row: pa_csv.InvalidRow) -> str:
        misfits.append(Misfit(row.number + layout.title_rows, row.actual_columns, row.text))
        return "skip"

    data = body.encode("utf-8")
    del text, body
    if len(data) == 0 or data.find(b"\n") in (-1, len(data) - 1):
        return RawTable(_numbered(pl.DataFrame({name: [] for name in header}), []), header)
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(use_threads=False, column_names=list(header), skip_rows=1, block_size=8 << 20),
        parse_options=pa_csv.ParseOptions(
            delimiter=layout.delimiter,
            newlines_in_values=b'"' in data,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={name: pa.large_string() for name in header},
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    misfits = [m for m in misfits if m.text.strip()]
    if (
        misfits
        and not data.endswith(b"\n")
        and misfits[-1].row == table.num_rows + len(misfits) + layout.title_rows + 1
    ):
        last = misfits[-1].row
        raise UnreadableTable(
            "file.cut_off",
            f"The file ends in the middle of row {last}: it has {misfits[-1].fields} of {len(header)} fields.",
            "It seems to be cut off. Export it again and send it again.",
            last,
        )
    frame = pl.DataFrame(pl.from_arrow(table))
    return _without_blanks(_numbered(frame, [m.row for m in misfits], layout.title_rows + 1), header, misfits)


def _decode(content: bytes, encoding: str) -> str:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    if encoding == "utf-8" and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableTable(
            "file.encoding", "The file is in UTF-16; UTF-8 is expected.", "Save it as UTF-8 and send it again."
        )
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise UnreadableTable(
            "file.encoding",
            f"Row {row} holds a byte ({content[error.start]:#04x}) that is not {encoding}.",
            f"The file seems to be in another encoding. Export it as {encoding} and send it again.",
            row,
        ) from error
    if encoding == "cp1252" and not content.isascii() and _is_utf8(content):
        raise UnreadableTable(
            "file.encoding",
            "The file is in UTF-8; cp1252 (Windows) is expected, so accents, dashes and pound signs would be misread.",
            "Export it as before, or set encoding: utf-8 in the system's profile.",
        )
    return text


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_titles(text: str, title_rows: int) -> str:
    start = 0
    for _ in range(title_rows):
        start = text.find("\n", start) + 1
        if start == 0:
            return ""
    return text[start:]


def _check_header(names: list[str], row: int) -> tuple[str, ...]:
    header = tuple(re.sub(r"\s+", " ", name).strip() for name in names)
    if not any(header):
        raise UnreadableTable(
            "file.header", f"Row {row} should hold the column names and is empty.", "Export it again.", row
        )
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise UnreadableTable(
            "file.header",
            f"The column {', '.join(repeated)} stands twice in the header.",
            "Remove one and send it again.",
            row,
        )
    return tuple(name or f"(column {position})" for position, name in enumerate(header, 1))


def _find_unclosed_quote(body: str, layout: FileFormat) -> None:
    """Raises where a quote that opens a field is never closed; a stray quote inside a field is only text."""
    rows = 0
    try:
        for _ in csv.reader(io.StringIO(body, newline=""), delimiter=layout.delimiter, strict=True):
            rows += 1
    except csv.Error as error:
        row = layout.title_rows + rows + 1
        raise UnreadableTable(
            "file.quote",
            f"A quotation mark opened in row {row} is never closed, so the rows after it cannot be told apart ({error}).",
            "Close or double the quotation mark in that row and send the file again.",
            row,
        ) from error


def _read_xlsx(content: bytes, layout: FileFormat) -> RawTable:
    import fastexcel

    try:
        workbook = fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        raise UnreadableTable(
            "file.cut_off",
            "The workbook cannot be opened: it is damaged, cut off or no .xlsx file.",
            "Save it again as .xlsx and send it again.",
        ) from error
    sheets = workbook.sheet_names
    if layout.sheet is not None and layout.sheet not in sheets:
        nearest = process.extractOne(layout.sheet, sheets)
        raise UnreadableTable(
            "sheet.missing",
            f"The sheet {layout.sheet!r} is missing; the workbook has {', '.join(map(repr, sheets))}.",
            f"Name the sheet {layout.sheet!r} again (perhaps {nearest[0]!r} was renamed) and send it again."
            if nearest
            else "",
        )
    sheet = layout.sheet if layout.sheet is not None else 0
    # skip_rows 0 keeps empty rows above the title, without which the row numbers would be off.
    table = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)
    frame = table.to_polars()
    if frame.height <= layout.title_rows:
        raise UnreadableTable(
            "file.header", "The sheet has no row of column names.", "Export it again.", layout.title_rows + 1
        )
    names = [str(value or "") for value in frame.row(layout.title_rows)]
    while names and not names[-1].strip() and frame.to_series(len(names) - 1).is_null().all():
        names.pop()
    header = _check_header(names, layout.title_rows + 1)
    body = frame[layout.title_rows + 1 :, : len(header)]
    body.columns = list(header)
    filled = body.with_columns(pl.all().fill_null(""))
    return _without_blanks(_numbered(filled, [], layout.title_rows + 1), header, [])


def _numbered(frame: pl.DataFrame, skipped: list[int], header_row: int = 1) -> pl.DataFrame:
    """Adds each row's number, leaving out the numbers of rows that were kept aside."""
    first = header_row + 1
    if not skipped:
        rows = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
    else:
        every = pl.int_range(first, first + frame.height + len(skipped), dtype=pl.Int64, eager=True)
        rows = every.filter(~every.is_in(skipped))
    return frame.with_columns(rows.alias(ROW))


def _without_blanks(frame: pl.DataFrame, header: tuple[str, ...], misfits: list[Misfit]) -> RawTable:
    """Sets aside rows in which every field is empty; only rows with an empty first field are looked at closely."""
    if not (frame[header[0]].str.strip_chars() == "").any():
        return RawTable(frame, header, misfits)
    blank = pl.all_horizontal(pl.col(name).str.strip_chars() == "" for name in header)
    kept = frame.filter(~blank)
    return RawTable(kept, header, misfits, frame.height - kept.height)
