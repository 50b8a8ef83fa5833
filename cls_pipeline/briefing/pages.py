"""Fills the templates: the first page, a page for each question, and one for each site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cls_pipeline.briefing import choice, control, control_words, data_files, estimates, sentences, summary, wording
from cls_pipeline.briefing.figures import Site
from cls_pipeline.briefing.questions import Question, evaluation
from cls_pipeline.briefing.reading import Release, newest_day
from cls_pipeline.briefing.readings import Reading

# The charts of more teams than these are folded away under each team's name.
FEW_TEAMS = 2


def render(
    release: Release, readings: Sequence[Reading], neighbours: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Every page: the name of its file and its text."""
    environment = _environment(release)
    first = environment.get_template("index.html")
    yield (
        "index.html",
        first.render(
            page="index",
            summaries={q.number: summary.of_question(release, readings, q) for q in evaluation().questions},
            lines=[summary.of_site(release, readings, site) for site in release.sites.values()],
            neighbours=neighbours,
        ),
    )
    question_page = environment.get_template("question.html")
    for question in evaluation().questions:
        chosen = choice.choose(readings, question.number)
        yield question.page, question_page.render(**_question(release, readings, question, chosen))
    site_page = environment.get_template("site.html")
    for site in release.sites.values():
        yield site.page, site_page.render(**_site(release, readings, site))


def _environment(release: Release) -> Environment:
    environment = Environment(
        loader=PackageLoader("cls_pipeline.briefing"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    environment.globals.update(
        release=release,
        told=release.told,
        evaluation=evaluation(),
        say=sentences,
        word=wording,
        at_site=summary.at,
        origin=lambda metric, site=None: summary.origin(release, metric, site),
        history_words=summary.history_words,
        parts_key=data_files.parts_key,
        control_key=data_files.control_key,
        watch=control_words,
        team_id=control.team_id,
        FEW_TEAMS=FEW_TEAMS,
        newest_day=newest_day(release),
    )
    return environment


def _question(
    release: Release, readings: Sequence[Reading], question: Question, chosen: choice.Choice
) -> dict[str, Any]:
    with_figures = {reading.figure.metric.metric_id for reading in readings}
    empty = [m for m in release.metrics.values() if question.number in m.questions and m.metric_id not in with_figures]
    estimated = estimates.contributions(release, question)
    return {
        "page": f"question-{question.number}",
        "question": question,
        "chosen": chosen,
        "by_outcome": _by_outcome(chosen.others),
        "short": summary.of_question(release, readings, question),
        "empty": empty,
        "contributions": [one for one in estimated if any(design.shown for design in one[1])],
        "unestimated": [metric.name for metric, designs in estimated if not any(d.shown for d in designs)],
        "printed": estimates.printed(release, question),
        "history": summary.history(release, readings) if question.shows_history else [],
    }


def _site(release: Release, readings: Sequence[Reading], site: Site) -> dict[str, Any]:
    mine = [reading for reading in readings if site.site_id in reading.figure.series]
    chosen = choice.choose(mine, most=12)
    charts = release.control.get(site.site_id, [])
    return {
        "page": "site",
        "site": site,
        "line": summary.of_site(release, readings, site),
        "chosen": chosen,
        "headlines": _by_outcome(chosen.headlines),
        "by_outcome": _by_outcome(chosen.others),
        "breaks": summary.breaks_of(mine, site),
        "currency": release.currency,
        "watched": control.of_wholes(charts, [reading.figure for reading in mine]),
        "teams": control.by_team(charts),
        "digits": {reading.figure.metric.metric_id: reading.digits for reading in readings},
    }


def _by_outcome(readings: Sequence[Reading]) -> list[tuple[int, str, list[Reading]]]:
    """Readings under the first outcome that each speaks to."""
    held: dict[int, list[Reading]] = {}
    for reading in readings:
        held.setdefault(next(iter(reading.figure.metric.outcomes), 0), []).append(reading)
    return [(n, evaluation().outcomes.get(n, "Other figures"), held[n]) for n in sorted(held)]
