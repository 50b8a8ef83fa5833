"""Joins that numbers state: a shared national id, a legacy id, a merge; each with the odds that it is right.

Whether joins can stand together is decided in `clusters.py`.

A number is not proof: about one legacy id in three hundred is somebody else's. So what the two records say otherwise
is weighed by Bayes' rule, as in Fellegi and Sunter (1969): the odds of the number being right, times for each
observation its probability if right over its probability if wrong. The rates are stated here, not learnt: a handful of
errors at one site says little, and a link must not change because a neighbour's record did.
"""

from __future__ import annotations

import polars as pl

from cls_pipeline.identity.dated import shared_by

#: Odds that a number is right before anything else is looked at. A legacy id is wrong once in 300 (the rate planted in
#: crosswalks by the programme's simulation), each entry of a national id once in 1,000 (assumed), so one of two once in
#: 500. Two records of one numbering with one national id are two entries of one person only four times as often as one
#: is wrong (assumed).
PRIOR = {"national_id": 499.0, "legacy_id": 299.0, "national_id_twice": 4.0}

#: Probability if right over probability if wrong: (values agree, values differ). Two strangers share a birth month
#: once in 300 to 500, a sex once in two, a district once in seven; one in a hundred records of one person has another
#: birth month, one in two hundred another sex, and one in seven people has moved. Assumed, to the nearest round number.
BIRTH, SEX, DISTRICT = (300.0, 0.01), (2.0, 0.01), (6.0, 0.18)
#: A shared event: the chance is one half if right, below one in five hundred if wrong.
EVENT = 250.0

#: Where the two numbers mean two people, either the legacy id is wrong or the national id: for a join by one of them to
#: be right, the other must be wrong.
ELSEWHERE = {"national_id": 1 / 300, "legacy_id": 1 / 500}

#: Of two people of one numbering who claim one legacy id, one must be so many times as likely, or neither is believed.
MARGIN = 10.0

#: A stated join stands from this probability on; below it, it is refused, and must be found by other evidence.
ENOUGH = 0.99


def stated_joins(people: pl.DataFrame, events: pl.DataFrame, merges: pl.DataFrame) -> pl.DataFrame:
    """Every pair of records that a number joins.

    Args:
        people: as `prepare` gives them.
        events: as `prepare_events` gives them.
        merges: numbering, from_person_id, to_person_id.

    Returns:
        a, b (records), method (`merge`, `both`, `national_id`, `legacy_id`), confidence (the probability that the
        join is right) and reason: why it is refused, null where it may stand.
    """
    claims = _claims(people, merges)
    legacy = claims.select(
        a=pl.min_horizontal("record", "target"), b=pl.max_horizontal("record", "target"), legacy=pl.lit(True)
    ).unique(["a", "b"])
    national = _national(people)
    pairs = national.join(legacy, on=["a", "b"], how="full", coalesce=True)
    by_national, by_legacy = pl.col("national").fill_null(False), pl.col("legacy").fill_null(False)
    pairs = pairs.with_columns(
        pl.when(by_national & by_legacy).then(pl.lit("both"))
        .when(by_national).then(pl.lit("national_id")).otherwise(pl.lit("legacy_id")).alias("method")
    )  # fmt: skip
    merged = _merged(people, merges)
    weighed = _weigh(_with_elsewhere(pairs.select("a", "b", "method"), claims, national, people), people, events)
    weighed = _without_rivals(weighed, people, merged)
    return pl.concat([merged, weighed]).sort("a", "b", "method")


def _national(people: pl.DataFrame) -> pl.DataFrame:
    numbered = people.filter(pl.col("national_id").is_not_null()).select("record", "national_id")
    pairs = numbered.join(numbered, on="national_id").filter(pl.col("record") < pl.col("record_right"))
    return pairs.select(a="record", b="record_right", national=pl.lit(True))


def _claims(people: pl.DataFrame, merges: pl.DataFrame) -> pl.DataFrame:
    """Whom each legacy id means: record, target, within (its numbering).

    A number that was merged into another since stands for that other.
    """
    numbers = people.select("numbering", "person_id", pl.col("record").alias("target"))
    gone = merges.join(
        numbers, left_on=["numbering", "from_person_id"], right_on=["numbering", "person_id"], how="anti"
    )
    renamed = gone.join(numbers, left_on=["numbering", "to_person_id"], right_on=["numbering", "person_id"])
    known = pl.concat([numbers, renamed.select("numbering", pl.col("from_person_id").alias("person_id"), "target")])
    known = known.sort("target").unique(["numbering", "person_id"], keep="first", maintain_order=True)
    claims = people.filter(pl.col("legacy_person_id").is_not_null()).join(
        known, left_on=["legacy_numbering", "legacy_person_id"], right_on=["numbering", "person_id"]
    )
    claims = claims.filter(pl.col("record") != pl.col("target"))
    return claims.select("record", "target", within="legacy_numbering")


def _with_elsewhere(
    pairs: pl.DataFrame, claims: pl.DataFrame, national: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Adds `elsewhere`: the other number of one of the two means somebody else in the numbering of the other."""
    numbering = people.select(target="record", within="numbering")
    by_legacy = claims.select("record", "within", kind=pl.lit("legacy_id"))
    both = pl.concat([national.select(record="a", target="b"), national.select(record="b", target="a")])
    by_national = both.join(numbering, on="target").select("record", "within", kind=pl.lit("national_id"))
    meant = pl.concat([by_legacy, by_national]).unique()
    # A pair joined by one kind of number only is not what the other kind means.
    other_kind = pl.when(pl.col("method") == "legacy_id").then(pl.lit("national_id")).otherwise(pl.lit("legacy_id"))
    single = pairs.filter(pl.col("method") != "both").with_columns(kind=other_kind)
    found = [
        single.join(numbering, left_on=other, right_on="target").join(
            meant, left_on=[one, "within", "kind"], right_on=["record", "within", "kind"], how="semi"
        )
        for one, other in (("a", "b"), ("b", "a"))
    ]
    elsewhere = pl.concat(found).select("a", "b", elsewhere=pl.lit(True)).unique()
    pairs = pairs.join(elsewhere, on=["a", "b"], how="left", maintain_order="left")
    return pairs.with_columns(pl.col("elsewhere").fill_null(False))


def _merged(people: pl.DataFrame, merges: pl.DataFrame) -> pl.DataFrame:
    """The site's own word on its own numbers stands as it is."""
    numbers = people.select("numbering", "person_id", "record")
    joined = merges.join(numbers, left_on=["numbering", "from_person_id"], right_on=["numbering", "person_id"]).join(
        numbers, left_on=["numbering", "to_person_id"], right_on=["numbering", "person_id"], suffix="_to"
    )
    return joined.filter(pl.col("record") != pl.col("record_to")).select(
        a=pl.min_horizontal("record", "record_to"),
        b=pl.max_horizontal("record", "record_to"),
        method=pl.lit("merge"),
        confidence=pl.lit(1.0),
        reason=pl.lit(None, pl.String),
    ).unique(["a", "b"])  # fmt: skip


def _weigh(pairs: pl.DataFrame, people: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    about = people.select("record", "numbering", "national_id", "born", "sex", "postcode_district")
    pairs = pairs.join(about, left_on="a", right_on="record", maintain_order="left")
    pairs = pairs.join(about, left_on="b", right_on="record", suffix="_b", maintain_order="left")
    twice = pl.col("numbering") == pl.col("numbering_b")
    national = pl.when(twice).then(PRIOR["national_id_twice"]).otherwise(PRIOR["national_id"])
    prior = (
        pl.when(pl.col("method") == "both").then(national * PRIOR["legacy_id"])
        .when(pl.col("method") == "national_id").then(national).otherwise(PRIOR["legacy_id"])
    )  # fmt: skip
    wrong = pl.when(pl.col("method") == "legacy_id").then(ELSEWHERE["legacy_id"]).otherwise(ELSEWHERE["national_id"])
    prior = prior * pl.when(pl.col("elsewhere")).then(wrong).otherwise(1.0)
    pairs = pairs.with_columns(
        odds=prior * _times("born", BIRTH) * _times("sex", SEX) * _times("postcode_district", DISTRICT)
    )
    # Events are counted where they can decide: for most pairs all is said.
    doubtful = pl.col("odds") < ENOUGH / (1 - ENOUGH)
    sure, unsure = pairs.filter(~doubtful), pairs.filter(doubtful)
    counted = unsure.with_columns(shared_by(unsure, events))
    pairs = pl.concat([sure.with_columns(shared=pl.lit(0, pl.UInt32)), counted])
    odds = pl.col("odds") * pl.when(pl.col("shared") > 0).then(EVENT).otherwise(1.0)
    pairs = pairs.with_columns(confidence=odds / (1 + odds))
    return pairs.select("a", "b", "method", "confidence", _reason(pl.col("confidence") < ENOUGH).alias("reason"))


def _without_rivals(joins: pl.DataFrame, people: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """Refuses legacy ids that two people of one numbering claim about equally well.

    No rivals are people whom the site merged, or who were born in one month and are of one sex: that is somebody whom
    the new system holds twice, and one of the two may have the number.
    """
    stands = joins.filter((pl.col("method") == "legacy_id") & pl.col("reason").is_null())
    about, odds = people.select("record", "numbering", "born", "sex"), pl.col("confidence") / (1 - pl.col("confidence"))
    claims = stands.select("a", "b", odds=odds)
    both = pl.concat([claims.select(of="a", by="b", odds="odds"), claims.select(of="b", by="a", odds="odds")])
    both = both.join(about, left_on="by", right_on="record")
    twice = ((pl.col("born") == pl.col("born_other")) & (pl.col("sex") == pl.col("sex_other"))).fill_null(False)
    rival = both.join(both, on=["of", "numbering"], suffix="_other").filter(
        (pl.col("by") != pl.col("by_other")) & (pl.col("odds") < pl.col("odds_other") * MARGIN) & ~twice
    )
    one = pl.concat([merged.select("a", "b"), merged.select(a="b", b="a")])
    rival = rival.join(one, left_on=["by", "by_other"], right_on=["a", "b"], how="anti")
    lost = rival.select(
        a=pl.min_horizontal("of", "by"), b=pl.max_horizontal("of", "by"), lost=pl.lit("claimed by two people alike")
    ).unique(["a", "b"])
    joins = joins.join(lost, on=["a", "b"], how="left", maintain_order="left")
    return joins.with_columns(reason=pl.coalesce("reason", "lost")).drop("lost")


def _times(column: str, weights: tuple[float, float]) -> pl.Expr:
    agrees = pl.col(column) == pl.col(f"{column}_b")
    return pl.when(agrees).then(weights[0]).when(~agrees).then(weights[1]).otherwise(1.0)


def _reason(unlikely: pl.Expr) -> pl.Expr:
    """Why a pair is refused: the contradictions that can refuse by themselves first."""
    differs = {name: (pl.col(name) != pl.col(f"{name}_b")).fill_null(False) for name in ("national_id", "born", "sex")}
    return (
        pl.when(differs["national_id"]).then(pl.lit("national ids differ"))
        .when(differs["born"] & differs["sex"]).then(pl.lit("birth month and sex differ"))
        .when(unlikely & differs["born"]).then(pl.lit("birth month differs and nothing else speaks for it"))
        .when(unlikely & differs["sex"]).then(pl.lit("sex differs and nothing else speaks for it"))
        .when(unlikely).then(pl.lit("too little speaks for it"))
    )  # fmt: skip
