"""Numbers, periods and lists as English writes them. What is said about a figure is in `sentences`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CAUSES = {
    "source_system": "new local system",
    "definition": "new definition",
    "scope": "new scope",
    "real": "real change",
    "unknown": "unexplained step",
}
VERDICTS = {
    "continuous": "no clear step: read on",
    "linked": "step measured, values linked across it",
    "not comparable": "the two sides cannot be compared",
    "not measured": "step not measured: compare with care",
    "not explained": "a step nothing on record explains; it may be real",
}
NATIONS = {"england": "England", "scotland": "Scotland", "wales": "Wales"}
NO_VALUE = {
    "suppressed": "withheld",
    "missing": "not given by the publisher",
    "not_applicable": "does not apply",
}


def decimals(unit: str, values: Iterable[float]) -> int:
    """Digits after the point that a figure is shown with: one of a percentage, none of counts, else by its size."""
    if unit == "percent":
        return 1
    some = [abs(value) for value in values]
    if all(value == round(value) for value in some) or max(some) >= 1000:
        return 0
    return 1 if max(some) >= 30 else 2


def number(value: float, digits: int) -> str:
    """A number with thousands separated, halves rounded away from nought, as browsers write it too."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:,}".replace("-", "−") if rounded else f"{abs(rounded):,}"


def amount(value: float, unit: str, digits: int) -> str:
    """A number with its sign of unit: `43.0%`, `£135,600`, or `95` where the unit is a word said elsewhere."""
    if unit == "percent":
        return f"{number(value, digits)}%"
    return f"£{number(value, digits)}" if unit.startswith("GBP") else number(value, digits)


def unit_words(unit: str, value: float | None = None) -> str:
    """What stands behind an amount: `requests`, `request` of one, `per week`, or nothing where the sign says it."""
    if value == 1 and " " not in unit:
        return {"people": "person"}.get(unit, unit.removesuffix("s"))
    return "" if unit == "percent" else unit.removeprefix("GBP").strip()


def with_unit(value: float, unit: str, digits: int) -> str:
    """An amount with its unit in words."""
    return f"{amount(value, unit, digits)} {unit_words(unit, value)}".strip()


def period(start: date, grain: str) -> str:
    """`October 2026`, `July to September 2026`, or of a financial year `2025–26`."""
    if grain == "month":
        return f"{start:%B %Y}"
    if grain == "quarter":
        return f"{start:%B} to {start.replace(month=start.month + 2):%B %Y}"
    return f"{start.year}–{(start.year + 1) % 100:02}" if start.month > 1 else f"{start.year}"


def periods(count: int, grain: str) -> str:
    """`1 month`, `3 quarters`."""
    return plural(count, grain)


def day(value: date) -> str:
    """`1 October 2024`."""
    return f"{value.day} {value:%B %Y}"


def short_day(value: date) -> str:
    """`31 Oct 2026`."""
    return f"{value.day} {value:%b %Y}"


def short_month(value: date) -> str:
    """`Oct 2026`."""
    return f"{value:%b %Y}"


def part(value: str) -> str:
    """A part of a breakdown: `18–64`, `65 and over`, `community centre`."""
    if ages := re.fullmatch(r"(\d+)_(\d+|plus)", value):
        first, last = ages.groups()
        return f"{first} and over" if last == "plus" else f"{first}–{last}"
    return value.replace("_", " ")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """`1 site`, `27 sites`."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def listed(words: Sequence[str], most: int | None = None) -> str:
    """`a`, `a and b`, `a, b and c`; the rest are counted where there are more than `most`."""
    if most is not None and len(words) > most + 1:
        words = [*words[:most], f"{len(words) - most} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def percent(share: float) -> str:
    """A share from 0 to 1 as a whole percentage."""
    return f"{number(100 * share, 0)}%"
