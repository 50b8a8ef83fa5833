"""The catalogue of metrics as a page for people: each definition in full, and what became of the programme's wishes.

Written from the seeds of the dbt project with `python -m cls_pipeline.warehouse.catalogue`; nothing is said of a metric
here that does not stand there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cls_pipeline.settings import get_settings

Row = Mapping[str, str]

OUTCOMES: Final = {
    "1": "Easier and quicker access to the right support",
    "2": "More local solutions, and more use of them",
    "3": "People reach their goals and live better",
    "4": "Support without seams",
    "5": "Staff are empowered and confident",
    "6": "Better use of resources",
}
OWNERS: Final = {"programme": "the programme's", "national": "national", "ours": "ours"}
#: Series that stand beside each figure of a survey; they are told of in a sentence instead of a section each.
BESIDE: Final = ("_base", "_margin_of_error")
INTRODUCTION: Final = """# Metrics

What every figure of a release means, and what became of each measure that the programme used or wished for. This page
is written by `python -m cls_pipeline.warehouse.catalogue` from `metric_definition.csv`, `metric_comparability.csv` and
`wished_metric.csv` in `dbt_project/seeds/`; change those, not this page. The same definitions stand in `dim_metric` of
a release.

How far nations may be compared: *full*, the same rule on the same record; *limited*, the same rule on what is recorded
differently, so compare within a nation; *none*, one nation's or one site's own measure."""
WISHES: Final = """## What the programme used or wished for

Every measure of the programme's list, in our words: the metrics that answer it, and what they leave open or why there
is none."""


def render(definitions: Sequence[Row], comparability: Sequence[Row], wishes: Sequence[Row]) -> str:
    """The page as Markdown.

    Args:
        definitions: rows of `metric_definition.csv`.
        comparability: rows of `metric_comparability.csv`.
        wishes: rows of `wished_metric.csv`.
    """
    judged = {row["metric_id"]: row for row in comparability}
    parts = [INTRODUCTION, _contents()]
    parts += ["## Counted from the sites' records"]
    parts += list(_records([row for row in definitions if row["source_kind"] == "records"], judged))
    parts += [
        "## Printed by publishers",
        *_published([row for row in definitions if row["source_kind"] == "published"]),
    ]
    parts += [WISHES, _tally(wishes), _wishes(wishes)]
    return "\n\n".join(parts) + "\n"


def read_seed(folder: Path, name: str) -> list[Row]:
    """The rows of a seed by column."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page(dbt_dir: Path) -> str:
    """The page as the seeds of a dbt project have it."""
    seeds = dbt_dir / "seeds"
    return render(*(read_seed(seeds, name) for name in ("metric_definition", "metric_comparability", "wished_metric")))


def _contents() -> str:
    headings = ("Counted from the sites' records", "Printed by publishers", "What the programme used or wished for")
    return "\n".join(f"- [{name}](#{name.lower().replace(' ', '-').replace(chr(39), '')})" for name in headings)


def _records(definitions: Sequence[Row], judged: Mapping[str, Row]) -> Iterator[str]:
    for outcome, heading in OUTCOMES.items():
        of_outcome = [row for row in definitions if row["outcome"].split(";")[0] == outcome]
        if of_outcome:
            yield f"### Outcome {outcome}: {heading}"
        for row in of_outcome:
            yield f"#### {row['name']}\n\n{_line(row['definition'])}\n\n{_facts(row, judged)}"


def _facts(row: Row, judged: Mapping[str, Row]) -> str:
    comparable = judged.get(row["metric_id"])
    nations = f"{row['nations']}; " + (
        f"{comparable['comparability']}: {_line(comparable['comparability_reason'])}"
        if comparable
        else "comparability not judged"
    )
    since, until = row["valid_from"], row["valid_until"]
    facts = (
        ("metric", f"`{row['metric_id']}`, version {row['definition_version']}" + _dates(since, until)),
        ("numerator", row["numerator"]),
        ("denominator", row["denominator"]),
        ("unit; better is", f"{row['unit']}; {row['direction']}"),
        ("outcome; question", f"{row['outcome']}; {row['question']}"),
        ("nations; comparable", nations),
        ("whose definition", OWNERS.get(row["owner"], row["owner"])),
        ("source", row["source"]),
    )
    return _table(("", ""), ((name, value) for name, value in facts if value))


def _published(definitions: Sequence[Row]) -> Iterator[str]:
    yield (
        "Real figures, unchanged, under their publishers' own definitions. A series whose id ends in `_base` or"
        " `_margin_of_error` stands beside the survey figure of the same name: how many answered, and how far it may be"
        " off."
    )
    columns = (
        "metric",
        "version",
        "name",
        "definition",
        "unit",
        "better is",
        "outcome",
        "question",
        "nations",
        "source",
    )
    yield _table(
        columns,
        (
            (
                f"`{row['metric_id']}`",
                row["definition_version"] + _dates(row["valid_from"], row["valid_until"]),
                *(row[name] for name in ("name", "definition", "unit", "direction", "outcome", "question", "nations")),
                row["source"],
            )
            for row in definitions
            if not row["metric_id"].endswith(BESIDE)
        ),
    )


def _tally(wishes: Sequence[Row]) -> str:
    standings = [row["standing"] for row in wishes]
    counts = ", ".join(f"{standings.count(one)} {one}" for one in dict.fromkeys(sorted(standings)))
    return f"Of {len(wishes)} measures: {counts}."


def _wishes(wishes: Sequence[Row]) -> str:
    return _table(
        ("no.", "measure", "standing", "answered by", "what stands in the way"),
        (
            (
                row["wish_no"],
                row["wish"],
                row["standing"],
                ", ".join(f"`{metric}`" for metric in row["answered_by"].split()),
                row["stands_in_the_way"],
            )
            for row in wishes
        ),
    )


def _dates(since: str, until: str) -> str:
    told = [f"from {since}"] * bool(since) + [f"until {until}"] * bool(until)
    return f", {' '.join(told)}" if told else ""


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_line(cell).replace('|', '&#124;') for cell in line)} |" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    """Writes the page."""
    settings = get_settings()
    target = settings.dbt_dir.parent / "docs" / "metrics.md"
    target.write_text(page(settings.dbt_dir), encoding="utf-8")


if __name__ == "__main__":
    main()
