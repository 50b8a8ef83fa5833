"""Reads delimited text in the profile's encoding; nothing is sniffed, and no row is dropped for not fitting."""

from __future__ import annotations

import csv
import io
from typing import NoReturn

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from cls_pipeline.conform.raw_table import Misfit, RawTable, UnreadableTable, check_header, raw_table
from cls_pipeline.registry import FileFormat

# A header longer than this is no header but a quotation mark that is never closed.
HEADER_LIMIT = 100_000
# Fields up to 8 MiB; a longer one is the same.
BLOCK = 8 << 20


def read_csv(content: bytes, layout: FileFormat) -> RawTable:
    """The table in the bytes of a text file.

    Raises:
        UnreadableTable: cut off, of another encoding, with an unclosed quote, or without a header.
    """
    text = _without_titles(_decode(content, layout.encoding), layout.title_rows)
    data = text.encode("utf-8")
    ended = data.endswith((b"\n", b"\r"))
    if not ended and len(data) < HEADER_LIMIT:
        data += b"\n"  # a header alone is a table only with its line end
    if data.count(b'"') % 2:
        _refuse_unclosed_quote(data, layout)
    header = check_header(_first_row(text[:HEADER_LIMIT], layout), layout.title_rows + 1)
    del text
    aside: list[Misfit] = []
    frame = _rows(data, header, layout, aside)
    if b'"' in data and _spans_lines(frame, aside):
        _refuse_unclosed_quote(data, layout, len(header))
    padding = f'{layout.delimiter}" \t\r\n'
    misfits = [misfit for misfit in aside if misfit.text.strip(padding)]
    last = frame.height + len(aside) + layout.title_rows + 1
    if misfits and misfits[-1].row == last and misfits[-1].fields < len(header) and not ended:
        raise UnreadableTable(
            "file.cut_off",
            f"The file ends in the middle of row {last}: it has {misfits[-1].fields} of {len(header)} fields.",
            "It seems to be cut off. Export it again and send it again.",
            last,
        )
    empty = [misfit.row for misfit in aside if not misfit.text.strip(padding)]
    return raw_table(frame, header, layout.title_rows + 1, misfits, empty)


def _rows(data: bytes, header: tuple[str, ...], layout: FileFormat, aside: list[Misfit]) -> pl.DataFrame:
    """The rows that fit the header; the others are put aside."""

    def keep(row: pa_csv.InvalidRow) -> str:
        aside.append(Misfit(row.number + layout.title_rows, row.actual_columns, row.text))
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(
                use_threads=False,  # with threads, rows have no numbers
                column_names=list(header),
                skip_rows_after_names=1,
                block_size=BLOCK,
            ),
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
    except pa.ArrowInvalid as error:
        _refuse_unclosed_quote(data, layout)
        raise UnreadableTable(
            "file.unreadable",
            "The rows of the file cannot be told apart.",
            "Look for a very long text or a stray quotation mark, and send the file again.",
        ) from error
    return pl.DataFrame(pl.from_arrow(table))


def _decode(content: bytes, encoding: str) -> str:
    _check_marks(content, encoding)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        if error.end >= len(content) and error.reason in ("unexpected end of data", "truncated data"):
            raise UnreadableTable(
                "file.cut_off",
                f"The file ends in the middle of a character in row {row}.",
                "It seems to be cut off. Export it again and send it again.",
                row,
            ) from error
        raise UnreadableTable(
            "file.encoding",
            f"Row {row} holds a byte ({content[error.start]:#04x}) that is not {encoding}.",
            f"The file seems to be in another encoding. Export it as {encoding} and send it again.",
            row,
        ) from error
    return text if "\n" in text else text.replace("\r", "\n")  # line ends of old Macintosh programs


def _check_marks(content: bytes, encoding: str) -> None:
    """Tells apart encodings that decode without an error and would give the wrong letters."""
    seen = None
    if encoding != "utf-16" and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        seen = "UTF-16"
    elif encoding == "utf-16" and b"\0" not in content[:1000]:
        seen = "another encoding"
    elif encoding == "cp1252" and not content.isascii() and _is_utf8(content):
        seen = "UTF-8"
    if seen:
        raise UnreadableTable(
            "file.encoding",
            f"The file is in {seen}; {encoding} is expected, so some letters and signs would be misread.",
            f"Export it in {encoding} as before, or ask for the encoding in the system's profile to be changed.",
        )


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


def _first_row(text: str, layout: FileFormat) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter), [])
    except csv.Error as error:
        row = layout.title_rows + 1
        raise UnreadableTable(
            "file.header", f"The column names in row {row} cannot be read.", "Export it again.", row
        ) from error


def _spans_lines(frame: pl.DataFrame, aside: list[Misfit]) -> bool:
    """Whether a text goes over more than one line, as it may, and as it does where a quote was left open."""
    if any("\n" in misfit.text.rstrip() for misfit in aside):
        return True
    return any(column.str.contains("\n", literal=True).any() for column in frame.iter_columns())


def _refuse_unclosed_quote(data: bytes, layout: FileFormat, width: int = 0) -> None:
    """Raises where a quote that opens a field is never closed; a stray quote inside a field is only text.

    Two quotes left open close each other over the rows between: given the header's `width`, a field that holds whole
    rows is refused too.
    """
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    row = layout.title_rows + 1
    try:
        for fields in csv.reader(lines, delimiter=layout.delimiter, strict=True):
            if width > 1 and any(_swallowed_rows(field, layout.delimiter, width) for field in fields):
                _refuse_row(row)
            row += 1
    except csv.Error as error:
        _refuse_row(row, error)


def _swallowed_rows(field: str, delimiter: str, width: int) -> bool:
    """Whether a field over several lines holds rows: a line in it with a row's separators, or as many as rows have."""
    ends = field.count("\n")
    if not ends:
        return False
    inside = field.split("\n")[1:-1]
    return any(line.count(delimiter) >= width - 1 for line in inside) or field.count(delimiter) == ends * (width - 1)


def _refuse_row(row: int, error: csv.Error | None = None) -> NoReturn:
    raise UnreadableTable(
        "file.quote",
        f"A quotation mark opened in row {row} is not closed where its text ends, "
        "so the rows after it cannot be told apart.",
        "Close or double the quotation mark in that row and send the file again. "
        "If it is the last row, the file was cut off.",
        row,
    ) from error
