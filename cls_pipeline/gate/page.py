"""The gate's page: what was asked, what came of it, and what fails, in plain HTML that opens from disk."""

from __future__ import annotations

import math
from typing import Any, Final

import jinja2

from cls_pipeline.gate.suites import ROOM, Suites
from cls_pipeline.gate.verdict import Judged, Verdict

OUTCOMES: Final = {
    "fails": "✗ Fails",
    "accepted": "✓ Accepted",
    "told": "! To know",
    "holds": "✓ Holds",
}
LIMITS: Final = {"min_value": "at least", "max_value": "at most", "value_set": "one of", "regex": "like"}
ORDER: Final = tuple(OUTCOMES)


def render(verdict: Verdict, suites: Suites) -> str:
    """The page of a verdict. Everything it needs stands in it; nothing is fetched."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOM), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"shown": _shown}
    notable = sorted(
        (one for one in verdict.judged if one.outcome != "holds"), key=lambda one: ORDER.index(one.outcome)
    )
    return environment.get_template("page.html.j2").render(
        verdict=verdict,
        notable=notable,
        suites=[(suite, [one for one in verdict.judged if one.suite == suite]) for suite in suites.suites],
        outcomes=OUTCOMES,
        expected=_expected,
        observed=lambda one: _observed(one, suites),
    )


def _expected(one: Judged) -> str:
    limits = [f"{words} {_shown(one.asked.given[name])}" for name, words in LIMITS.items() if name in one.asked.given]
    column = one.asked.given.get("column") or " and ".join(
        str(one.asked.given[name]) for name in ("column_A", "column_B") if name in one.asked.given
    )
    asked = f"{column}: {', '.join(limits)}" if limits else column or ", ".join(one.asked.given.get("column_list", ()))
    return f"{asked} ({one.asked.type})"


def _observed(one: Judged, suites: Suites) -> str:
    if one.answer.trouble:
        return "could not be asked"
    of = suites.frames[one.asked.frame].of
    if not one.answer.failing:
        return f"all of {one.answer.asked:,} {of}" if one.answer.asked else f"no {of} to ask"
    return f"not so of {one.answer.failing:,} of {one.answer.asked:,} {of}"


def _shown(value: Any) -> str:
    """A value as a reader writes it; nothing for none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value) or "nothing"
    if isinstance(value, float):
        return f"{value:,.6g}"
    return str(value)
