"""Tables of text as the bytes of an Excel workbook, written as XML by columns: the same bytes every time, and quick.

Only what an export needs: sheets, title rows, cells of text or number. No styles, no formulas.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

#: Excel's limit.
MOST_ROWS = 1_048_576
ROWS_AT_ONCE = 50_000
#: A third of the time of zlib's usual level, for files a fifth larger.
LEVEL = 1

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PACKAGE_TYPES = "application/vnd.openxmlformats-package"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the lines above the header, the table as text, and which columns hold numbers."""

    name: str
    titles: list[str]
    table: pl.DataFrame
    numbers: frozenset[str] = frozenset()


def xlsx_bytes(sheets: list[Sheet], created: date) -> bytes:
    """The workbook's bytes; the same for the same sheets and day.

    Raises:
        ValueError: a sheet has more rows than Excel can show.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, content in _package(sheets, created).items():
            archive.writestr(_entry(name), content, zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        for number, sheet in enumerate(sheets, start=1):
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                for text in _sheet(sheet):
                    part.write(text.encode("utf-8"))
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    # ZipFile.open takes the level from here alone; Python 3.13 has a public name for it.
    entry._compresslevel = LEVEL  # type: ignore[attr-defined]
    entry.create_system = 3  # else the bytes would tell on which kind of machine they were written
    return entry


def _sheet(sheet: Sheet) -> Iterator[str]:
    above = len(sheet.titles) + 1
    if sheet.table.height + above > MOST_ROWS:
        raise ValueError(f"The sheet {sheet.name} would have {sheet.table.height:,} rows; Excel holds {MOST_ROWS:,}.")
    yield f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
    for number, title in enumerate(sheet.titles, start=1):
        yield f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{_escaped(title)}</t></is></c></row>'
    header = "".join(
        f'<c r="{_letters(place)}{above}" t="inlineStr"><is><t>{_escaped(name)}</t></is></c>'
        for place, name in enumerate(sheet.table.columns)
    )
    yield f'<row r="{above}">{header}</row>'
    for start in range(0, sheet.table.height, ROWS_AT_ONCE):
        yield "".join(_rows(sheet, sheet.table.slice(start, ROWS_AT_ONCE), above + 1 + start))
    yield "</sheetData></worksheet>"


def _rows(sheet: Sheet, table: pl.DataFrame, first: int) -> list[str]:
    row = pl.int_range(first, first + table.height, dtype=pl.Int64).cast(pl.String)
    cells = [_cell(name, _letters(place), row, name in sheet.numbers) for place, name in enumerate(table.columns)]
    line = pl.concat_str([pl.lit('<row r="'), row, pl.lit('">'), *cells, pl.lit("</row>")])
    return table.select(line).to_series().to_list()


def _cell(name: str, letters: str, row: pl.Expr, number: bool) -> pl.Expr:
    """A cell; one without text is left out, as Excel does."""
    value = pl.col(name)
    text = value.str.replace_all("&", "&amp;", literal=True).str.replace_all("<", "&lt;", literal=True)
    text = text.str.replace_all(">", "&gt;", literal=True)
    as_text = pl.concat_str(
        [pl.lit(f'<c r="{letters}'), row, pl.lit('" t="inlineStr"><is><t>'), text, pl.lit("</t></is></c>")]
    )
    if number:
        as_number = pl.concat_str([pl.lit(f'<c r="{letters}'), row, pl.lit('"><v>'), value, pl.lit("</v></c>")])
        as_text = pl.when(value.cast(pl.Float64, strict=False).is_not_null()).then(as_number).otherwise(as_text)
    return pl.when(value == "").then(pl.lit("")).otherwise(as_text)


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else _letters(place // 26 - 1) + chr(65 + place % 26)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _package(sheets: list[Sheet], created: date) -> dict[str, str]:
    """The parts of a workbook other than its sheets."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPES}.worksheet+xml"/>' for n in numbers
    )
    names = "".join(
        f'<sheet name="{_escaped(s.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in zip(numbers, sheets, strict=True)
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{PACKAGE_TYPES}.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{PACKAGE_TYPES}.core-properties+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created:%Y-%m-%d}T00:00:00Z</dcterms:created>'
        "</cp:coreProperties>",
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>',
    }
