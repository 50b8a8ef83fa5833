"""How good links are: pairs of records of two numberings, against the truth."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Score:
    """Pairs across numberings: true ones, linked ones, and those that are both."""

    true: int
    linked: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def pairs(frame: pl.DataFrame, same: str) -> pl.DataFrame:
    """The pairs of people of two numberings that share a value: n_a, p_a, n_b, p_b."""
    part = frame.select("numbering", "person_id", same)
    both = part.join(part, on=same).filter(pl.col("numbering") < pl.col("numbering_right"))
    return both.select(n_a="numbering", p_a="person_id", n_b="numbering_right", p_b="person_id_right")


def score(links: pl.DataFrame, truth: pl.DataFrame, within: pl.DataFrame | None = None) -> Score:
    """Links against the truth, of all pairs or of those `within`."""
    linked, true = pairs(links, "person_key"), pairs(truth, "person")
    if within is not None:
        linked, true = (frame.join(within, on=frame.columns, how="semi") for frame in (linked, true))
    return Score(true.height, linked.height, linked.join(true, on=linked.columns, how="semi").height)
