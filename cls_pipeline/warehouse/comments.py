"""The descriptions of the dbt project as comments in a release, so that a table explains itself wherever it is opened.

The words stand in the YAML beside each model. Only those of the table `release`, which no model makes, stand here, and
what every table says of a release whose records are simulated; those of tables that are made from the release itself
stand where these are made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from cls_pipeline.disclosure.rounding import UNROUNDED, rounding_in_words
from cls_pipeline.registry.origin import Origin
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import dbt_target
from cls_pipeline.warehouse.sql import quoted

RELEASE_TABLE = "Which release this is. **Grain:** one row."
RELEASE_COLUMNS = {
    "release_id": ("varchar", "Name of the release: when it was made (UTC), and the start of `content`."),
    "created_at": ("timestamp", "When it was made (UTC)."),
    "software_version": ("varchar", "Version of cls-pipeline that made it."),
    "content": ("varchar", "Hash of all that it was made of; two releases with the same hash say the same."),
    "rows": ("map(varchar, bigint)", "Rows of each table."),
    "small_number": (
        "integer",
        "Counts of people from 1 up to this are withheld, and what would give them away; 0 withholds nothing.",
    ),
    "rounded_to": (
        "integer",
        "Counts from sites' records that are not withheld are rounded to the nearest of this, and what is worked out of"
        " them is worked out of the rounded ones; 1 where they are not rounded.",
    ),
    "suppressed": ("bigint", "Figures from sites' records that are withheld because they count few people."),
    "records_origin": (
        "varchar",
        "Where the sites' records come from: `simulated` (all came through invented systems; people and events are "
        "invented too, though names of real places are used), `reported` (none did), `mixed` (see "
        "`dim_site.is_simulated`); null where no site has records. Figures with `dim_metric.source_kind` `published` "
        "are real either way.",
    ),
    "made_by": (
        "map(varchar, varchar)",
        "What it was made by, to tell two releases apart: `limit` below which numbers are small, what counts are "
        "rounded to (`rounding`), and marks of the SQL (`project`) and of the `program` that wrote it.",
    ),
}
# Said at the end of the comment of every table: one that is opened alone must not be taken for the places it names.
NOTES: dict[Origin | None, str] = {
    "simulated": " **Sites' records in this release are simulated** and say nothing about any real place;"
    " published figures are real.",
    "mixed": " **Records of some sites in this release are simulated** and say nothing about those places: see"
    " `dim_site.is_simulated`; published figures are real.",
}


class CommentError(RuntimeError):
    """A table or column that would be released has no description; the message says where to write it."""


@dataclass(frozen=True)
class Comments:
    """The description of each table, and of each column by table and name."""

    tables: dict[str, str]
    columns: dict[tuple[str, str], str]


def read_comments(settings: Settings, marts: Sequence[str]) -> Comments:
    """The descriptions of the marts, from dbt's manifest.

    Raises:
        CommentError: the project was never parsed, or a mart has no description.
    """
    manifest = dbt_target(settings) / "manifest.json"
    if not manifest.exists():
        raise CommentError(f"There is no {manifest}, in which dbt writes the descriptions. Run `cls nightly` first.")
    nodes = {n["name"]: n for n in json.loads(manifest.read_text())["nodes"].values() if n["resource_type"] == "model"}
    comments = Comments({}, {})
    for mart in marts:
        node = nodes.get(mart, {})
        if not node.get("description", "").strip():
            raise CommentError(f"The mart {mart} has no description. Write one in dbt_project/models/marts/{mart}.yml.")
        comments.tables[mart] = " ".join(node["description"].split())
        for name, column in node["columns"].items():
            comments.columns[mart, name] = " ".join(column["description"].split())
    return comments


def describe(
    con: duckdb.DuckDBPyConnection, told: Sequence[Comments], records_origin: Origin | None, base: int
) -> None:
    """Puts a comment on every table and column of the database attached as `release_file`.

    Where records are simulated, every table says so, and where counts are rounded, every table that holds any.

    Args:
        con: where the database is attached.
        told: what describes the tables; those of the table `release` are known here.
        records_origin: where the sites' records come from.
        base: what counts are rounded to the nearest of.

    Raises:
        CommentError: a column of a table has no description.
    """
    tables = {"release": RELEASE_TABLE}
    columns = {("release", name): text for name, (_, text) in RELEASE_COLUMNS.items()}
    for comments in told:
        tables |= comments.tables
        columns |= comments.columns
    found = con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'release_file' order by all"
    ).fetchall()
    for table, text in tables.items():
        is_rounded = base > 1 and table != "release" and table not in UNROUNDED
        note = NOTES.get(records_origin, "") + (f" {rounding_in_words(base)}" if is_rounded else "")
        con.execute(f"comment on table release_file.marts.{table} is {quoted(text + note)}")
    for table, column in found:
        text = columns.get((table, column), "")
        if not text:
            raise CommentError(
                f"The column {column} of the mart {table} has no description. "
                f"Write one in dbt_project/models/marts/{table}.yml."
            )
        con.execute(f'comment on column release_file.marts.{table}."{column}" is {quoted(text)}')
