"""Asks a release's metrics through MetricFlow, without the `mf` program: that looks for updates on the network.

Whether figures may be put together is judged in `pooling`; the metrics are written by `semantic`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cls_pipeline.publishing.metricflow import DATABASE, FOLDER
from cls_pipeline.warehouse.semantic import BEHIND, BY_PART
from cls_pipeline.warehouse.shelf import RELEASE_FILE

if TYPE_CHECKING:
    from metricflow.engine.metricflow_engine import MetricFlowEngine

#: What one may group by, and what MetricFlow calls it.
GROUPS: Final = {
    "month": "metric_time__month",
    "quarter": "metric_time__quarter",
    "year": "metric_time__year",
    "site": "site",
    "nation": "site__nation",
    "area": "figure__area",
    "system": "figure__system",
    "breakdown": "figure__breakdown_value",
}
QUOTE: Final = "'"
NEWEST: Final = "select metric_id, max(definition_version) from marts.dim_metric group by all"
#: Groups of which figures are parts.
_PARTS: Final = ("area", "breakdown")


class QuestionError(ValueError):
    """A question that cannot be asked; the message says why."""


@dataclass(frozen=True)
class Question:
    """Which figures, and put together by what.

    metrics: by their ids in `dim_metric`.
    by: keys of `GROUPS`, in the order of the answer's columns.
    breakdown: the breakdown whose parts are wanted, where `by` names `breakdown`.
    since, until: between which days the periods begin.
    """

    metrics: Sequence[str]
    by: Sequence[str]
    site: str | None = None
    nation: str | None = None
    breakdown: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def names(self) -> list[str]:
        """The metrics as MetricFlow knows them."""
        return [metric + BY_PART * any(part in self.by for part in _PARTS) for metric in self.metrics]

    def where(self) -> list[str]:
        """The filters as MetricFlow reads them."""
        told = {
            "Entity('site')": self.site,
            "Dimension('site__nation')": self.nation,
            "Dimension('figure__breakdown')": self.breakdown or "all" * ("area" in self.by),
            "Dimension('figure__area')": "all" * ("breakdown" in self.by and "area" not in self.by),
        }
        return _equal(told)

    def of_figures(self, metric: str, version: int) -> list[str]:
        """The filters that leave the figures behind an answer of one metric."""
        told = {"Dimension('figure__metric')": metric, "Dimension('figure__version')": str(version)}
        if not any(part in self.by for part in _PARTS):
            told |= {"Dimension('figure__area')": "all", "Dimension('figure__breakdown')": "all"}
        return [*self.where(), *_equal(told)]


def _equal(told: Mapping[str, str | None]) -> list[str]:
    return [f"{{{{ {name} }}}} = '{value.replace(QUOTE, 2 * QUOTE)}'" for name, value in told.items() if value]


@dataclass(frozen=True)
class Answer:
    """Columns, and rows in the order of the groups.

    behind: for each row and metric how many figures it is made of, and how many more are withheld.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    behind: Sequence[Sequence[tuple[int, int]]]


def ask(project: Path, question: Question) -> Answer:
    """The figures, one row for each combination of the groups.

    Args:
        project: the folder `metricflow` of a release.
        question: what is asked.

    Raises:
        QuestionError: MetricFlow does not know a metric, or cannot group it so.
    """
    with _copied(project) as folder:
        # Imported here: it costs two seconds.
        from dbt_metricflow.cli.cli_configuration import CLIConfiguration
        from metricflow_semantics.errors.error_classes import InformativeUserError

        metricflow = CLIConfiguration()
        metricflow.setup(dbt_profiles_path=folder, dbt_project_path=folder, configure_file_logging=False)
        size = len(question.by)
        try:
            newest = {str(name): int(str(version)) for name, version in metricflow.sql_client.query(NEWEST).rows}
            rows = _query(metricflow.mf, question, question.names(), question.where())
            behind = []
            for metric in question.metrics:
                where = question.of_figures(*_version(metric, newest))
                found = _query(metricflow.mf, question, list(BEHIND), where)
                behind.append({tuple(row[:size]): (int(row[size]), int(row[size + 1])) for row in found})
        except InformativeUserError as error:
            raise QuestionError(str(error)) from error
        finally:
            metricflow.sql_client.close()
    told = [(row, [of_metric.get(tuple(row[:size]), (0, 0)) for of_metric in behind]) for row in rows]
    # MetricFlow has a row wherever any metric has one.
    asked = [(row, counts) for row, counts in told if any(map(sum, counts))]
    return Answer([*question.by, *question.metrics], [row for row, _ in asked], [counts for _, counts in asked])


def _query(engine: MetricFlowEngine, question: Question, names: Sequence[str], where: Sequence[str]) -> list[list[Any]]:
    """One row for each combination of the groups: these, then the metrics."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    groups = [GROUPS[name] for name in question.by]
    found = engine.query(
        MetricFlowQueryRequest.create(
            metric_names=names,
            group_by_names=groups,
            order_by_names=groups,
            where_constraints=where,
            time_constraint_start=question.since,
            time_constraint_end=question.until,
        )
    ).result_df
    assert found is not None
    # MetricFlow orders the columns as it pleases.
    places = [found.column_name_index(name) for name in (*groups, *names)]
    return [[row[place] for place in places] for row in found.rows]


def _version(metric: str, newest: Mapping[str, int]) -> tuple[str, int]:
    """The metric and the version of its definition that a name of MetricFlow means."""
    name, _, version = metric.rpartition("_v")
    return (metric, newest[metric]) if metric in newest else (name, int(version))


@contextmanager
def _copied(project: Path) -> Iterator[Path]:
    """A copy of the project, for dbt writes its log into it; the database by its whole path."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(project, Path(scratch, FOLDER)))
        profile = folder / "profiles.yml"
        told = profile.read_text(encoding="utf-8").replace(DATABASE, str(project.parent / RELEASE_FILE))
        profile.unlink()
        profile.write_text(told, encoding="utf-8")
        yield folder
