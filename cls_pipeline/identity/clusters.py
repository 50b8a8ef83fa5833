"""Joins become persons: transitively, strongest first, and never against what a person can be.

A cluster holds at most one person of each numbering, unless the site itself says that two are one (a merge), both carry
one national id, or evidence says that somebody was registered twice. It holds no two national ids, and no two records
that differ both in birth month and in sex.
What evidence proposes belongs in `stated.py` and `likeness.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

STRENGTH = ("merge", "both", "national_id", "legacy_id", "probabilistic", "twice", "demographic")

TAKEN = "another person of the same numbering is already linked on stronger evidence"
NATIONAL = "national ids differ"
PERSON = "birth month and sex differ"


@dataclass
class Clusters:
    """The persons so far. Grows by `join` only; `edges` are the joins that made it: a, b, method, confidence."""

    numbering: list[str]
    national: list[str | None]
    born: list[int | None]
    sex: list[str | None]
    head: list[int] = field(init=False)
    members: dict[int, list[int]] = field(init=False, default_factory=dict)
    edges: list[tuple[int, int, str, float]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.head = list(range(len(self.numbering)))

    def of(self, record: int) -> list[int]:
        """All records of the person of this record."""
        head = self.head[record]
        return self.members.get(head, [head])

    def join(self, a: int, b: int, method: str, confidence: float) -> str | None:
        """Makes the persons of two records one; or says why they cannot be."""
        if self.head[a] == self.head[b]:
            return None
        ours, theirs = self.of(a), self.of(b)
        if method != "merge":
            reason = self._contradiction(ours, theirs, may_be_twice=method == "twice")
            if reason:
                return reason
        head = min(self.head[a], self.head[b])
        for old in (self.head[a], self.head[b]):
            self.members.pop(old, None)
        self.members[head] = sorted(ours + theirs)
        for record in self.members[head]:
            self.head[record] = head
        self.edges.append((a, b, method, confidence))
        return None

    def _contradiction(self, ours: list[int], theirs: list[int], may_be_twice: bool) -> str | None:
        national = {self.national[r] for r in ours} - {None}, {self.national[r] for r in theirs} - {None}
        if all(national) and national[0].isdisjoint(national[1]):
            return NATIONAL
        for one in ours:
            for two in theirs:
                same_number = self.national[one] is not None and self.national[one] == self.national[two]
                if self.numbering[one] == self.numbering[two] and not same_number and not may_be_twice:
                    return TAKEN
                if self._differ(self.born[one], self.born[two]) and self._differ(self.sex[one], self.sex[two]):
                    return PERSON
        return None

    @staticmethod
    def _differ(one: int | str | None, two: int | str | None) -> bool:
        return one is not None and two is not None and one != two


def new_clusters(people: pl.DataFrame) -> Clusters:
    """Everybody by themselves; people as `prepare` gives them."""
    return Clusters(*(people[name].to_list() for name in ("numbering", "national_id", "born", "sex")))


def join_all(clusters: Clusters, joins: pl.DataFrame) -> pl.DataFrame:
    """Makes the joins that can be made, the site's own merges first, then strongest first.

    Args:
        clusters: grows.
        joins: a, b, method, confidence, reason (those with a reason are refused already).

    Returns:
        The refused joins: a, b, method, confidence, reason.
    """
    strength = pl.col("method").replace_strict({m: n for n, m in enumerate(STRENGTH)}, return_dtype=pl.Int32)
    may_stand = pl.col("reason").is_null()
    ordered = joins.filter(may_stand).sort(pl.col("method") != "merge", -pl.col("confidence"), strength, "a", "b")
    refused = []
    for a, b, method, confidence, _ in ordered.iter_rows():
        reason = clusters.join(a, b, method, confidence)
        if reason:
            refused.append((a, b, method, confidence, reason))
    return pl.concat([joins.filter(~may_stand), pl.DataFrame(refused, schema=joins.schema, orient="row")])
