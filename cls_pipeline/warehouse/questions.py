"""A wide table for each evaluation question: a row per site and period, a column per headline figure.

Turned from the released `metric_series`, in which small numbers are withheld already, and described from `dim_metric`.
Breakdowns and areas stay in `metric_series`; a metric that is only told by breakdown has no column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from cls_pipeline.briefing.questions import WORDS, evaluation
from cls_pipeline.warehouse.catalogue import BESIDE
from cls_pipeline.warehouse.comments import Comments
from cls_pipeline.warehouse.sql import quoted

#: What the programme's questions are titled, by the number in `dim_metric.question`.
QUESTIONS: Final = {str(question.number): question.title for question in evaluation().questions}
#: What the tables are made by, beside what they are made of.
QUESTION_SOURCES: Final = (Path(__file__), WORDS)
_KEY: Final = {
    "site_id": "The site, or for a comparator council its code in the council register.",
    "grain": "`month`, `quarter` or `year` (from April).",
    "period_start": "First day of the period.",
    "period_end": "Last day of the period.",
}
_FLAGS: Final = (
    "What to know of the row's figures, by the name of their column: the flags of `metric_series`. A figure without a"
    " value and without a flag here has no row in `metric_series` for the period."
)
#: Names the column of a metric, over `dim_metric`.
COLUMN_NAME: Final = (
    "metric_id || case when count(*) over (partition by metric_id) > 1 then '_v' || definition_version else '' end"
)
_HEADLINES: Final = f"""
    select column_name, metric_id, definition_version, metric.* exclude (metric_id, definition_version)
    from release_file.marts.metric_series as series
    inner join
        (
            select *, {COLUMN_NAME} as column_name
            from release_file.marts.dim_metric
        ) as metric using (metric_id, definition_version)
    where series.area = 'all' and series.breakdown = 'all'
    group by all
    order by metric.source_kind desc, metric_id, definition_version
"""


@dataclass(frozen=True)
class Headline:
    """A metric in one version, and the column that it fills."""

    column: str
    metric_id: str
    version: int
    questions: frozenset[str]
    told: str


def table_of(question: str) -> str:
    """The name of a question's table."""
    return f"question_{question}"


QUESTION_TABLES: Final = tuple(map(table_of, QUESTIONS))


def write_questions(con: duckdb.DuckDBPyConnection) -> Comments:
    """Writes a table for each question into the database attached as `release_file`; returns what describes them.

    Columns: `site_id`, `grain`, `period_start`, `period_end`, one of type double per headline figure, `flags`.
    """
    headlines, comments = _headlines(con), Comments({}, {})
    for question, words in QUESTIONS.items():
        table, own = table_of(question), [item for item in headlines if question in item.questions]
        con.execute(f"create table release_file.marts.{table} as {_wide(own)}")
        comments.tables[table] = (
            f"Question {question}: {words.rstrip('?')}. **Grain:** one site or council, grain and period. **Steps:**"
            " take the whole-site figures of the metrics of this question from `metric_series`; give each a column."
            " Months, quarters and years are rows of their own: filter `grain`."
        )
        for name, text in {**_KEY, **{item.column: item.told for item in own}, "flags": _FLAGS}.items():
            comments.columns[table, name] = text
    return comments


def _wide(headlines: Iterable[Headline]) -> str:
    """The query of a table. Every metric is named, so that the columns do not hang on which sites have figures."""
    names = {(item.metric_id, item.version): item.column for item in headlines}
    key = ", ".join(_KEY)
    if not names:
        empty = "null::varchar as site_id, null::varchar as grain, null::date as period_start, null::date as period_end"
        return f"select {empty}, null::map(varchar, varchar[]) as flags limit 0"
    pairs = ", ".join(f"({quoted(metric)}, {version}, {quoted(name)})" for (metric, version), name in names.items())
    columns = ", ".join(quoted(name) for name in names.values())
    return f"""
        with
            headline (metric_id, definition_version, column_name) as (values {pairs}),
            figure as (
                select {key}, column_name, value, series.flags
                from release_file.marts.metric_series as series
                inner join headline using (metric_id, definition_version)
                where area = 'all' and breakdown = 'all'
            ),
            told as (
                select {key}, map_from_entries(list((column_name, flags) order by column_name)
                    filter (where flags <> [])) as flags
                from figure
                group by {key}
            ),
            wide as (
                pivot (select {key}, column_name, value from figure)
                on column_name in ({columns}) using any_value(value) group by {key}
            )
        select wide.*, coalesce(told.flags, map {{}}) as flags
        from wide
        inner join told using ({key})
        order by {key}
    """


def _headlines(con: duckdb.DuckDBPyConnection) -> list[Headline]:
    answer = con.execute(_HEADLINES)
    names = [column[0] for column in answer.description or []]
    found = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return [
        Headline(
            row["column_name"],
            row["metric_id"],
            row["definition_version"],
            frozenset((row["question"] or "").split(";")),
            f"{row['name']}. {row['definition']} **Unit:** {row['unit']}. **Better is:** {row['direction']}."
            f" **Between nations:** {row['comparability']}. Metric `{row['metric_id']}`, version"
            f" {row['definition_version']}; the value, linked where a link is measured.",
        )
        for row in found
        if not row["metric_id"].endswith(BESIDE)
    ]
