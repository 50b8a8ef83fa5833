"""Which figures a page opens with, and in which order the others follow: by rule, from what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cls_pipeline.briefing.readings import Reading

HEADLINES = 4
OWNERS = ("programme", "ours", "national")
# Figures that stand beside another one: ends of its interval, the number behind it, how complete it is.
BESIDE = ("_low", "_high", "_base", "_margin_of_error", "_completeness", "_known", "_with_goals")
# One that is there for its parts has a whole that another figure tells too.
BY = "_by_"


@dataclass(frozen=True)
class Choice:
    """The figures of one page: headlines first, then the rest by outcome; `beside` has what qualifies each, by key."""

    headlines: list[Reading]
    others: list[Reading]
    beside: dict[str, list[Reading]]


def choose(readings: Sequence[Reading], question: int | None = None, most: int = HEADLINES) -> Choice:
    """Of the readings, those of a question (None: of every one), parted into headlines and others.

    Headlines are told at the most sites, whose definition is the programme's before others', one for each outcome
    before a second of any.
    """
    ranked = sorted(
        (r for r in readings if question is None or question in r.figure.metric.questions), key=_rank(question)
    )
    headlines: list[Reading] = []
    for turn in range(most):
        for reading in ranked:
            outcome = reading.figure.metric.outcomes[:1]
            taken = [chosen.figure.metric.outcomes[:1] for chosen in headlines]
            known = {chosen.figure.metric.metric_id for chosen in headlines}
            is_new = reading.figure.metric.metric_id not in known and not is_beside(reading)
            if is_new and len(headlines) < most and taken.count(outcome) == turn:
                headlines.append(reading)
    headlines.sort(key=lambda reading: (reading.figure.metric.outcomes, ranked.index(reading)))
    beside = _beside(ranked)
    taken_up = [id(reading) for some in beside.values() for reading in some] + [id(reading) for reading in headlines]
    others = [reading for reading in ranked if id(reading) not in taken_up]
    others.sort(key=lambda reading: (reading.figure.metric.outcomes[:1], is_beside(reading)))
    return Choice(headlines, others, beside)


def _beside(readings: Sequence[Reading]) -> dict[str, list[Reading]]:
    """Figures that qualify another of these, by the key of that one."""
    keys = {(one.figure.metric.metric_id, one.figure.part): one.figure.key for one in readings}
    held: dict[str, list[Reading]] = {}
    for reading in readings:
        for ending in BESIDE:
            stem, found, _ = reading.figure.metric.metric_id.rpartition(ending)
            if found and (stem, reading.figure.part) in keys and reading.figure.metric.metric_id == stem + ending:
                held.setdefault(keys[stem, reading.figure.part], []).append(reading)
    return held


def is_beside(reading: Reading) -> bool:
    """Whether a figure only qualifies another."""
    metric_id = reading.figure.metric.metric_id
    return metric_id.endswith(BESIDE) or BY in metric_id


def shown_now(reading: Reading) -> int:
    """How many sites show a figure of the newest period."""
    return sum(len(group.shown) for group in reading.groups)


def _rank(question: int | None) -> Callable[[Reading], tuple[Any, ...]]:
    def rank(reading: Reading) -> tuple[Any, ...]:
        metric = reading.figure.metric
        owner = OWNERS.index(metric.owner) if metric.owner in OWNERS else len(OWNERS)
        is_first = question is None or metric.questions[:1] == (question,)
        return (
            is_beside(reading),
            metric.source_kind != "records",
            reading.figure.part is not None,
            not is_first,
            -round(4 * shown_now(reading) / max(1, len(reading.sites))),
            owner,
            -reading.shown,
            reading.figure.key,
        )

    return rank
