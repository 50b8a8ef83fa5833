"""One person across the systems of one site: from people and their dated events to links.

Only the order of the steps is here. Evidence is taken in order of strength: what numbers state (`stated.py`), what
dated events tell (`likeness.py`, `assignment.py`), and likeness alone (`lookalikes.py`); `clusters.py` holds what a
person can be, `person_key.py` what they are called. Reading and writing belong to whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import polars as pl

from cls_pipeline.identity.assignment import assign
from cls_pipeline.identity.clusters import Clusters, join_all, new_clusters
from cls_pipeline.identity.dated import prepare_events
from cls_pipeline.identity.likeness import score_pairs
from cls_pipeline.identity.lookalikes import alike_across, alike_within
from cls_pipeline.identity.person_key import own_keys
from cls_pipeline.identity.records import MERGES, MOST_OF_ONE_NUMBER, checked, prepare
from cls_pipeline.identity.stated import stated_joins

LINKS: dict[str, type[pl.DataType]] = {
    "numbering": pl.String,
    "person_id": pl.String,
    "person_key": pl.String,
    "method": pl.String,
    "confidence": pl.Float64,
    "linked_to_numbering": pl.String,
    "linked_to_person_id": pl.String,
    "own_key": pl.String,
    "seniority": pl.Int64,
}


@dataclass(frozen=True)
class Linked:
    """The people of one site and who they are.

    `links`: a row for everybody, in order of numbering and person_id: person_key (the one person), method (`self` for
    the record that the person is called by; else `merge`, `both`, `national_id`, `legacy_id`, `probabilistic`,
    `twice` or `demographic`), confidence (0 to 1: the probability that this join is right), the record it was joined
    to, and own_key and seniority, which only the next night needs.

    `refused`: joins that were proposed and do not stand: numbering, person_id, other_numbering, other_person_id,
    method, confidence, reason. The other is null where a national id is shared by too many to mean anything.
    """

    links: pl.DataFrame
    refused: pl.DataFrame


def link_people(
    people: pl.DataFrame,
    events: pl.DataFrame,
    previous: pl.DataFrame | None = None,
    merges: pl.DataFrame | None = None,
) -> Linked:
    """Links the people of one site across its numberings.

    Args:
        people: the columns of `records.PEOPLE`, one row for each numbering and person_id.
        events: the columns of `records.EVENTS`.
        previous: the links of last night, for keys and for links on weak evidence; None the first time.
        merges: the columns of `records.MERGES`: people whom the site merged and has not parted since.

    Raises:
        ValueError: a column is missing, or a person stands twice.
    """
    known = prepare(people)
    dated = prepare_events(events, known)
    merged = checked(pl.DataFrame(schema=MERGES) if merges is None else merges, MERGES, "merges")
    clusters = new_clusters(known)
    refused = [join_all(clusters, stated_joins(known, dated, merged))]
    numberings = known["numbering"].unique().sort().to_list()
    before = _linked_before(known, previous)
    for evidence in (_by_events, _twice_by_events, _twice_alike, _alike):
        joins = list(evidence(known, dated, clusters, numberings, before))
        if joins:
            refused.append(join_all(clusters, pl.concat(joins)))
    keys = own_keys(known, previous)
    return Linked(_links(known, clusters, keys), _refused(known, clusters, pl.concat(refused)))


def _linked_before(people: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """Pairs of last night that rest on weak evidence: a, b (a the earlier record), method."""
    links = pl.DataFrame(schema=LINKS) if previous is None else previous
    weak = links.filter(pl.col("method").is_in(["probabilistic", "twice", "demographic"]))
    numbers = people.select("numbering", "person_id", "record")
    pairs = weak.join(numbers, on=["numbering", "person_id"]).join(
        numbers,
        left_on=["linked_to_numbering", "linked_to_person_id"],
        right_on=["numbering", "person_id"],
        suffix="_to",
    )
    return pairs.select(
        a=pl.min_horizontal("record", "record_to"), b=pl.max_horizontal("record", "record_to"), method="method"
    )


def _by_events(
    people: pl.DataFrame, events: pl.DataFrame, clusters: Clusters, numberings: list[str], before: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    before = before.filter(pl.col("method") == "probabilistic")
    for left, right in _unpartnered(people, clusters, numberings):
        likeness = score_pairs(left, right, events)
        yield assign(likeness.scored, likeness.alone, before)


def _twice_by_events(
    people: pl.DataFrame, events: pl.DataFrame, clusters: Clusters, numberings: list[str], before: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """Who shares events with somebody whose partner is another: registered twice, and brought together on the way."""
    before = before.filter(pl.col("method") == "twice")
    placed = _placed(people, clusters)
    for one, other in permutations(numberings, 2):
        ours, theirs = (placed.filter(pl.col("numbering") == n) for n in (one, other))
        alone, taken = ours.join(theirs, on="head", how="anti"), theirs.join(ours, on="head", how="semi")
        likeness = score_pairs(alone, taken, events)
        yield assign(likeness.scored, likeness.alone, before, "twice")


def _twice_alike(
    people: pl.DataFrame, events: pl.DataFrame, clusters: Clusters, numberings: list[str], before: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    before = before.filter(pl.col("method") == "twice")
    for numbering in numberings:
        yield alike_within(people.filter(pl.col("numbering") == numbering), before)


def _alike(
    people: pl.DataFrame, events: pl.DataFrame, clusters: Clusters, numberings: list[str], before: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    before = before.filter(pl.col("method") == "demographic")
    for left, right in _unpartnered(people, clusters, numberings):
        yield alike_across(people, left, right, before)


def _unpartnered(
    people: pl.DataFrame, clusters: Clusters, numberings: list[str]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """For each two numberings, the people of each who have nobody in the other."""
    placed = _placed(people, clusters)
    for one, other in combinations(numberings, 2):
        ours, theirs = (placed.filter(pl.col("numbering") == n) for n in (one, other))
        yield ours.join(theirs, on="head", how="anti"), theirs.join(ours, on="head", how="anti")


def _placed(people: pl.DataFrame, clusters: Clusters) -> pl.DataFrame:
    return people.with_columns(head=pl.Series(clusters.head, dtype=pl.UInt32))


def _links(people: pl.DataFrame, clusters: Clusters, keys: pl.DataFrame) -> pl.DataFrame:
    seniority, own = keys["seniority"].to_list(), keys["own_key"].to_list()
    size = len(own)
    key, method, sure = list(own), ["self"] * size, [1.0] * size
    to: list[int | None] = [None] * size
    near: dict[int, list[tuple[int, str, float]]] = {}
    for a, b, how, confidence in clusters.edges:
        near.setdefault(a, []).append((b, how, confidence))
        near.setdefault(b, []).append((a, how, confidence))
    for members in clusters.members.values():
        first = min(members, key=seniority.__getitem__)
        reached, todo = {first}, [first]
        while todo:
            record = todo.pop()
            for other, how, confidence in near[record]:
                if other not in reached:
                    reached.add(other)
                    todo.append(other)
                    key[other], method[other], sure[other], to[other] = own[first], how, confidence, record
    numbers = people.select("record", linked_to_numbering="numbering", linked_to_person_id="person_id")
    frame = people.select("numbering", "person_id").with_columns(
        pl.Series("person_key", key, dtype=pl.String),
        pl.Series("method", method, dtype=pl.String),
        pl.Series("confidence", sure, dtype=pl.Float64),
        pl.Series("to", to, dtype=pl.UInt32),
        keys["own_key"],
        keys["seniority"],
    )
    return frame.join(numbers, left_on="to", right_on="record", how="left", maintain_order="left").select(list(LINKS))


def _refused(people: pl.DataFrame, clusters: Clusters, refused: pl.DataFrame) -> pl.DataFrame:
    """The refused joins by number, without those of people who turned out to be one all the same."""
    numbers = people.select("record", "numbering", "person_id", "many")
    head = pl.Series("head", clusters.head, dtype=pl.UInt32)
    placed = numbers.with_columns(head)
    pairs = refused.join(placed, left_on="a", right_on="record").join(
        placed, left_on="b", right_on="record", suffix="_other"
    )
    pairs = pairs.filter(pl.col("head") != pl.col("head_other")).select(
        "numbering",
        "person_id",
        other_numbering="numbering_other",
        other_person_id="person_id_other",
        method="method",
        confidence="confidence",
        reason="reason",
    )
    shared = numbers.filter(pl.col("many").is_not_null()).select(
        "numbering",
        "person_id",
        other_numbering=pl.lit(None, pl.String),
        other_person_id=pl.lit(None, pl.String),
        method=pl.lit("national_id"),
        confidence=pl.lit(0.0),
        reason=pl.format(
            "{} people of one numbering share this national id; more than {} are not believed",
            "many",
            pl.lit(MOST_OF_ONE_NUMBER),
        ),
    )
    return pl.concat([pairs, shared]).sort("numbering", "person_id", "other_numbering", "other_person_id", "method")
