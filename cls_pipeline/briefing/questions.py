"""The evaluation questions and outcomes; their words are `questions.yaml`, for pages, tables and the workbook alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

WORDS = Path(__file__).with_name("questions.yaml")


class Question(BaseModel):
    """One evaluation question. `reach` says how far figures can answer it at all,
    `tables` names marts of a release that are printed with it where they are there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    short: str
    title: str
    asks: list[str]
    reach: str
    shows_history: bool = False
    tables: list[str] = []

    @property
    def page(self) -> str:
        """The file of its page."""
        return f"question-{self.number}.html"


class Evaluation(BaseModel):
    """All that the programme asked: its questions, and the outcomes that it looks for by number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    questions: list[Question]
    outcomes: dict[int, str]


@cache
def evaluation() -> Evaluation:
    """The questions and outcomes as written."""
    return Evaluation.model_validate(yaml.safe_load(WORDS.read_text(encoding="utf-8")))
