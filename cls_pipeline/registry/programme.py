"""The programme at a site: its areas, the day on which it began in each, and which of them is the innovation area.

How a site's systems are laid out belongs in `system.py`; what is counted by area, in the dbt project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

from pydantic import Field, model_validator

from cls_pipeline.registry.source import Strict
from cls_pipeline.registry.text import fold

#: What a figure's area is called where it is none of a site's own.
RESERVED: Final = ("all", "rest", "unknown")


class ProgrammeArea(Strict):
    """An area of a site and the first day of the programme there.

    `name` is the name under which its figures stand, and itself one of its spellings. `spellings` are others, by the
    system that sends them, as two systems may mean two areas by one text. Case and blanks make no difference.
    """

    name: str = Field(min_length=1)
    start: date
    innovation: bool = False
    spellings: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Programme(Strict):
    """Where and when a site began; `illustrative` where the areas and days are those of the simulated programme."""

    assignment: Literal["illustrative", "sourced"]
    areas: tuple[ProgrammeArea, ...] = Field(min_length=1)

    def spellings(self) -> Iterator[tuple[str | None, str, str]]:
        """System (None: all), folded spelling, area."""
        for area in self.areas:
            yield None, fold(area.name), area.name
            for system, texts in area.spellings.items():
                yield from ((system, fold(text), area.name) for text in texts)

    @model_validator(mode="after")
    def _is_told_apart(self) -> Programme:
        found = sum(area.innovation for area in self.areas)
        if found != 1:
            raise ValueError(f"exactly one area with 'innovation: true' is expected, found {found}")
        taken = [area.name for area in self.areas if fold(area.name) in RESERVED]
        if taken:
            raise ValueError(f"an area can't be called {taken[0]!r}: a release uses the name otherwise")
        means = Counter(spelling[:2] for spelling in self.spellings())
        twice = [text for (_, text), times in means.items() if times > 1]
        if twice:
            raise ValueError(f"{twice[0]!r} stands for more than one area, or twice for one, in the same system")
        return self
