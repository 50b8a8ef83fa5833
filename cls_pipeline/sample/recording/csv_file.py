"""A table of text as the bytes of a CSV file in a layout's encoding, delimiter and titles."""

from __future__ import annotations

import gzip
import io

import polars as pl

from cls_pipeline.registry import FileFormat

#: Windows code pages come with Windows line ends.
WINDOWS = "cp1252"


def csv_bytes(table: pl.DataFrame, layout: FileFormat, titles: list[str]) -> bytes:
    """The file's bytes; the same for the same table on any machine."""
    line_end = "\r\n" if layout.encoding == WINDOWS else "\n"
    buffer = io.BytesIO()
    for title in titles[: layout.title_rows]:
        buffer.write((title + line_end).encode("utf-8"))
    nothing_unquoted = table.with_columns(pl.when(pl.all() != "").then(pl.all()))
    nothing_unquoted.write_csv(buffer, separator=layout.delimiter, line_terminator=line_end, quote_style="necessary")
    content = buffer.getvalue()
    if layout.encoding != "utf-8":
        content = content.decode("utf-8").encode(layout.encoding)
    return gzip.compress(content, compresslevel=6, mtime=0) if layout.compression == "gzip" else content
