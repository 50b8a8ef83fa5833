"""Bytes become columns of text; nothing is guessed and nothing is lost.

Encoding, delimiter, header row and sheet come from the profile. A row that does not fit its header is kept with its
row number and text. What the text means belongs in `translate`.
"""

from __future__ import annotations

import gzip
import zlib

from cls_pipeline.conform.csv_table import read_csv
from cls_pipeline.conform.raw_table import RawTable, UnreadableTable
from cls_pipeline.conform.xlsx_table import read_xlsx
from cls_pipeline.registry import FileFormat


def read_table(content: bytes, layout: FileFormat) -> RawTable:
    """The table in a file's bytes.

    Raises:
        UnreadableTable: empty, cut off, of another encoding, with an unclosed quote, without the sheet or the header.
    """
    if not content:
        raise UnreadableTable("file.empty", "The file is empty (0 bytes).", "Export it again and send it again.")
    if layout.compression == "gzip":
        content = _gunzip(content)
    return read_xlsx(content, layout) if layout.kind == "xlsx" else read_csv(content, layout)


def _gunzip(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableTable(
            "file.cut_off",
            "The compressed file is damaged or cut off.",
            "Send the file again; check that it arrived whole.",
        ) from error
