"""The catalogue as dbt semantic models and MetricFlow metrics, so that `mf query` asks for figures by name.

Written from the seeds with `python -m cls_pipeline.warehouse.semantic` into the dbt project. The semantic models stand
on `metric_series` and nothing else: MetricFlow gives the figures that a release shows, and adds up only what may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from cls_pipeline.settings import get_settings
from cls_pipeline.warehouse.catalogue import BESIDE, Row, read_seed

Node = dict[str, Any]

FILE: Final = Path("models", "semantic", "metrics.yml")
#: A metric by one of its breakdowns, instead of all together.
BY_PART: Final = "_by_part"
HEADING: Final = "# Made from the seeds by `make docs`; change those, not this file.\n"
#: How many figures an answer is made of, and how many of them are withheld; filtered by metric and version.
BEHIND: Final = {
    "figures_shown": ("Figures that have a value.", "case when value is not null then 1 end"),
    "figures_withheld": ("Figures that are withheld.", "case when list_contains(flags, 'suppressed') then 1 end"),
}
_DIMENSIONS: Final = {
    "metric": "The metric.",
    "version": "The version of its definition.",
    "period": "First day of the period.",
    "grain": "`month`, `quarter` or `year`. A metric told by two of them must be asked for one.",
    "area": "`all`, or an area of the site.",
    "breakdown": "`all`, or the name of the breakdown.",
    "breakdown_value": "The part of the breakdown.",
    "system": "The local system in force.",
}
_OF_SITES: Final = {
    "nation": "`england`, `scotland` or `wales`.",
    "kind": "`site`, or `comparator` for another council.",
    "name": "The site's name.",
}


def semantic_layer(definitions: Sequence[Row], arithmetic: Mapping[str, str]) -> Node:
    """Semantic models and metrics, as dbt reads them.

    The newest version of a definition has the metric's own name, an older one `…_v1`: two versions are two measures.
    A metric from records is there a second time by its parts.

    Args:
        definitions: rows of `metric_definition.csv`.
        arithmetic: how figures of a metric make one, by metric; see `dim_metric`.
    """
    measures: list[Node] = []
    metrics: list[Node] = []
    newest = {row["metric_id"]: int(row["definition_version"]) for row in sorted(definitions, key=_version)}
    for row in definitions:
        if row["metric_id"].endswith(BESIDE):
            continue
        is_old = _version(row) != newest[row["metric_id"]]
        for by_part in (False, True) if row["source_kind"] == "records" else (False,):
            made = _metric(row, is_old, arithmetic.get(row["metric_id"], "none"), by_part)
            measures += made[0]
            metrics += made[1]
    for name, (words, expression) in BEHIND.items():
        measures.append({"name": name, "agg": "count", "expr": expression})
        metrics.append(_simple({"name": name, "label": name, "description": words}, name))
    return {"semantic_models": [_series(measures), _sites()], "metrics": metrics}


def _version(row: Row) -> int:
    return int(row["definition_version"])


def _metric(row: Row, is_old: bool, kind: str, by_part: bool) -> tuple[list[Node], list[Node]]:
    """The measures and metrics of one definition; those that only serve another are not for asking."""
    name = row["metric_id"] + f"_v{row['definition_version']}" * is_old + BY_PART * by_part
    label = row["name"] + f" (version {row['definition_version']})" * is_old + " (by part)" * by_part
    about = {"name": name, "label": label, "description": _words(row, kind, by_part)}

    def measure(suffix: str, expression: str, **more: Any) -> Node:
        where = [f"metric_id = '{row['metric_id']}'", f"definition_version = {row['definition_version']}"]
        where.append("(area <> 'all' or breakdown <> 'all')" if by_part else "area = 'all' and breakdown = 'all'")
        return {
            "name": name + suffix,
            "agg": "sum",
            "expr": f"case when {' and '.join(where)} then {expression} end",
            **more,
        }

    if kind == "sum":
        return [measure("", "value")], [_simple(about, name)]
    if kind == "stock":
        last = {"name": "period", "window_choice": "max", "window_groupings": ["site"]}
        return [measure("", "value", non_additive_dimension=last)], [_simple(about, name)]
    if kind in ("share", "mean"):
        # A linked value is no longer its parts; what is not linked is counted as it was, to the last digit.
        times = "100 * numerator" if kind == "share" else "numerator"
        part = measure("_part", f"case when list_contains(flags, 'linked') then value * denominator else {times} end")
        whole = measure("_whole", "case when value is not null then denominator end")
        of = {"type": "ratio", "type_params": {"numerator": name + "_part", "denominator": name + "_whole"}}
        return [part, whole], [*_serving(name, "_part", "_whole"), about | of]
    # A withheld figure counts: one shown beside it does not speak for both.
    figures = measure("_figures", "1") | {"agg": "count"}
    alone = f"case when {name}_figures = 1 then {name}_total end"
    derived = {"type": "derived", "type_params": {"expr": alone, "metrics": [name + "_total", name + "_figures"]}}
    return [measure("_total", "value"), figures], [*_serving(name, "_total", "_figures"), about | derived]


def _words(row: Row, kind: str, by_part: bool) -> str:
    told = {
        "sum": "Adds up over sites and periods.",
        "stock": "Adds up over sites; of several periods the last one counts.",
        "share": "Of several figures: 100 x sum of numerators / sum of denominators.",
        "mean": "Of several figures: sum of numerators / sum of denominators.",
        "none": "Null unless one site and period is asked for: figures like it cannot be put together.",
    }[kind]
    parts = " Group by breakdown and breakdown value, or by area: parts of different breakdowns overlap." * by_part
    return f"{' '.join(row['definition'].split())} Unit: {row['unit']}. {told}{parts}"


def _simple(about: Node, measure: str) -> Node:
    return about | {"type": "simple", "type_params": {"measure": measure}}


def _serving(name: str, *suffixes: str) -> list[Node]:
    return [
        _simple({"name": name + suffix, "label": name + suffix, "description": f"Serves `{name}`."}, name + suffix)
        for suffix in suffixes
    ]


def _series(measures: Sequence[Node]) -> Node:
    columns = {
        "metric": "metric_id",
        "version": "definition_version",
        "period": "period_start",
        "system": "system_id",
    }
    time = {"type": "time", "type_params": {"time_granularity": "day"}}
    return {
        "name": "series",
        "description": "The figures of metric_series.",
        "model": "ref('metric_series')",
        "defaults": {"agg_time_dimension": "period"},
        "primary_entity": "figure",
        "entities": [{"name": "site", "type": "foreign", "expr": "site_id"}],
        "dimensions": [
            {"name": name, "description": words, "expr": columns.get(name, name)}
            | (time if name == "period" else {"type": "categorical"})
            for name, words in _DIMENSIONS.items()
        ],
        "measures": list(measures),
    }


def _sites() -> Node:
    return {
        "name": "sites",
        "description": "The sites and the councils beside them.",
        "model": "ref('dim_site')",
        "entities": [{"name": "site", "type": "primary", "expr": "site_id"}],
        "dimensions": [
            {"name": name, "description": words, "type": "categorical"} for name, words in _OF_SITES.items()
        ],
    }


def page(dbt_dir: Path) -> str:
    """The file as the seeds of a dbt project have it."""
    seeds = dbt_dir / "seeds"
    kinds = {row["metric_id"]: row["arithmetic"] for row in read_seed(seeds, "metric_arithmetic")}
    made = semantic_layer(read_seed(seeds, "metric_definition"), kinds)
    return HEADING + yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=120)


def main() -> None:
    """Writes the file."""
    dbt_dir = get_settings().dbt_dir
    target = dbt_dir / FILE
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(dbt_dir), encoding="utf-8")


if __name__ == "__main__":
    main()
