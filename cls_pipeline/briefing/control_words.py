"""Says in words what a control chart shows: which months stand out, on which side, by which rule, and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from cls_pipeline.briefing.control import MONTH, Control, ControlPoint, Phase
from cls_pipeline.briefing.wording import amount, listed, period, plural, with_unit

# The rules of NHS Making Data Count, the broadest first, as words that follow "above the mean" or "below the mean".
RULES = {
    "run_of_7": "seven months or more in a row",
    "trend_of_7": "part of seven or more that rise or fall each time",
    "two_of_three": "two of three near a limit",
}
MEANINGS = {"improvement": "better", "concern": "worse", "neither": "neither better nor worse"}
COMMON = "nothing unusual"
# As many spells as a reader may follow; the table has all.
TOLD = 2


def state(chart: Control) -> str:
    """The newest month in a few words: `worse: above the mean since May 2026`, or that nothing is unusual."""
    spell = _current(chart)
    if spell is None:
        return COMMON
    since = "" if len(spell) == 1 else f" since {period(spell[0].start, MONTH)}"
    return f"{MEANINGS[spell[-1].meaning or 'neither']}: {_where(spell)}{since}"


def sign(chart: Control) -> str:
    """What the newest month's sign is drawn by: its meaning, or `common`."""
    return chart.newest.meaning or "common"


def meaning(chart: Control) -> str:
    """The newest month in a word or two: `worse`, or that nothing is unusual."""
    return MEANINGS.get(chart.newest.meaning or "", COMMON)


def newest_month(teams: Mapping[str, Sequence[Control]]) -> date:
    """The newest month that any team tells."""
    return max(chart.newest.start for charts in teams.values() for chart in charts)


def told(chart: Control, digits: int) -> str:
    """The whole chart for who does not see it: level and limits, how much stands out, the newest spells, the breaks."""
    parts = [_level(chart, digits), _count(chart), *_spells(chart), *_few(chart.phases[-1]), *_breaks(chart)]
    return " ".join(part for part in parts if part)


def _level(chart: Control, digits: int) -> str:
    newest, unit = chart.newest, chart.metric.unit
    stands = f"{period(newest.start, MONTH)}: {with_unit(newest.value, unit, digits)}"
    mean = f"mean {amount(newest.mean, unit, digits)}"
    if newest.low is None or newest.high is None:
        return f"{stands}; {mean}, no limits from one month."
    limits = f"limits {amount(newest.low, unit, digits)} to {amount(newest.high, unit, digits)}"
    since = f" since {period(chart.phases[-1].points[0].start, MONTH)}"
    return f"{stands}; {mean}, {limits}{since}."


def _count(chart: Control) -> str:
    out, of = sum(bool(point.signals) for point in chart.points), len(chart.points)
    if not out:
        return f"None of {plural(of, MONTH)} stands out."
    moves = " Most do, so its level moves over time and the limits suit it badly." if out > of / 2 else ""
    return f"{out} of {plural(of, MONTH)} {'stand' if out > 1 else 'stands'} out.{moves}"


def _spells(chart: Control) -> list[str]:
    spells = chart.spells[::-1]
    said = [f"{_span(spell)}: {_where(spell)}{_why(spell)}{_better(spell)}." for spell in spells[:TOLD]]
    if rest := len(spells) - TOLD if len(spells) > TOLD else 0:
        said.append(f"{plural(rest, 'earlier spell')} in the table.")
    return said


def _current(chart: Control) -> list[ControlPoint] | None:
    """The spell that the newest month is part of."""
    return chart.spells[-1] if chart.newest.signals else None


def _span(spell: Sequence[ControlPoint]) -> str:
    first, last = spell[0].start, spell[-1].start
    return period(last, MONTH) if first == last else f"{period(first, MONTH)} to {period(last, MONTH)}"


def _where(spell: Sequence[ControlPoint]) -> str:
    beyond = [point for point in spell if "outside_limits" in point.signals]
    if len(beyond) == len(spell):
        return "above the upper limit" if spell[0].side == "above" else "below the lower limit"
    return f"{spell[0].side} the mean"


def _why(spell: Sequence[ControlPoint]) -> str:
    counted = Counter(rule for point in spell for rule in point.signals)
    beyond = counted["outside_limits"]
    # What is said of a long run is not said again of two of its months.
    said = [words for rule, words in RULES.items() if counted[rule]][:1]
    if 0 < beyond < len(spell):
        said.append(f"{beyond} of {len(spell)} beyond the limit")
    return f", {listed(said)}" if said else ""


def _better(spell: Sequence[ControlPoint]) -> str:
    return f" ({MEANINGS[spell[-1].meaning or 'neither']})"


def _few(phase: Phase) -> list[str]:
    return [f"Limits from {plural(len(phase.points), MONTH)} only: read them with care."] if phase.newest.is_few else []


def _breaks(chart: Control) -> list[str]:
    return [
        f"Limits anew from {period(phase.points[0].start, MONTH)}" + (f": {phase.begun}." if phase.begun else ".")
        for phase in chart.phases[1:]
    ]
