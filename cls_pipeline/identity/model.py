"""The model of likeness in Splink 5's words, on DuckDB: its comparisons, what it learns, and its odds.

What strangers have in common is counted before (`likeness.py`); nothing here decides who is linked.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import duckdb
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

#: How often two records of one person agree or not, level by level, until the data says it better. Assumed.
SAME_BIRTH, SAME_SEX, SAME_DISTRICT, SAME_ETHNICITY = (0.985, 0.005, 0.01), (0.99, 0.01), (0.9, 0.1), (0.93, 0.07)
SAME_EVENTS = (0.15, 0.05, 0.3, 0.2, 0.3)

#: Of strangers who differ in birth month, so many share its year or the month in it: about one in twelve, one in fifty.
PART_OF_BIRTH = 0.1

#: Pairs from which the model learns at most: enough for rates of one in a thousand.
LEARN_FROM = 500_000


@dataclass(frozen=True)
class Chances:
    """What two strangers have in common: the probability of each agreement, and of each level of shared events (0 to
    4, as in `dated.Coincidences`); `people` is the probability that two people, one of each group, are one."""

    people: float
    birth: float
    sex: float
    district: float
    ethnicity: float
    events: list[float]


def splink_odds(
    left: pl.DataFrame, right: pl.DataFrame, marks: pl.DataFrame, pairs: pl.DataFrame, chances: Chances, learn: bool
) -> pl.DataFrame:
    """The odds of each pair to be one person.

    Args:
        left, right: people as `prepare` gives them.
        marks: record, mark (equal for most records with equal events).
        pairs: a (of left), b (of right), shared: the pairs to score.
        chances: of strangers.
        learn: whether there are enough persons in both to learn how often records of one person agree.

    Returns:
        a, b, odds.
    """
    # Imported here: at most sites nobody is left to be found like this, and the import takes a second.
    import duckdb
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect(":memory:") as connection:
        # One thread, so that sums are taken in one order and the same input gives the same odds on any night.
        connection.execute("set threads = 1")
        api = DuckDBAPI(connection)
        partners = pairs.group_by("a").agg(pl.struct(key="b", value="shared").alias("met"))
        inputs = [
            _input(api, connection, "left_people", left, partners, marks),
            _input(api, connection, "right_people", right, partners.clear(), marks),
        ]
        linker = Linker(inputs, _settings(chances), log_level=None, validate_settings=False)
        if learn:
            _learn(linker)
        _block(api, connection, linker, pairs)
        scored = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
        found = scored.select("unique_id_l as a, unique_id_r as b, match_weight").pl()
    odds = (pl.col("match_weight") * pl.lit(2.0).log()).exp()
    return found.select(pl.col("a", "b").cast(pl.UInt32), odds.alias("odds")).sort("a", "b")


def _input(
    api: DuckDBAPI,
    connection: duckdb.DuckDBPyConnection,
    name: str,
    people: pl.DataFrame,
    partners: pl.DataFrame,
    marks: pl.DataFrame,
) -> Any:
    """A table of people for Splink; `met` maps the partners with whom an event is shared to how many."""
    table = people.join(marks, on="record", how="left").join(partners, left_on="record", right_on="a", how="left")
    given = table.select("record", "born", "sex", "postcode_district", "ethnicity", "mark", "met").sort("record")
    connection.register("given", given.to_arrow())
    connection.execute(
        f"create table {name} as select record as unique_id, * exclude (record, met),"
        " map_from_entries(coalesce(met, [])) as met from given"
    )
    connection.unregister("given")
    return api.register(name, dataset_display_name=f"{name}_display")


def _block(api: DuckDBAPI, connection: duckdb.DuckDBPyConnection, linker: Linker, pairs: pl.DataFrame) -> None:
    """Gives Splink the pairs to score, by its own joint names of data set and person."""
    connection.register("given", pairs.select("a", "b").to_arrow())
    connection.execute(
        "create table blocked as select '0' as match_key,"
        " 'left_people_display-__-' || a as join_key_l, 'right_people_display-__-' || b as join_key_r from given"
    )
    connection.unregister("given")
    linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))


def _settings(chances: Chances) -> dict[str, Any]:
    shared = "coalesce(map_extract_value(met_l, unique_id_r), 0)"
    part = "(born_l // 12 = born_r // 12 or born_l % 12 = born_r % 12)"
    differ = 1 - chances.birth
    births = (chances.birth, differ * PART_OF_BIRTH, differ * (1 - PART_OF_BIRTH))
    comparisons = [
        _comparison("born", ["born_l = born_r", part, "else"], SAME_BIRTH, births, "born", "born"),
        _agreement("sex", SAME_SEX, chances.sex),
        _agreement("postcode_district", SAME_DISTRICT, chances.district),
        _agreement("ethnicity", SAME_ETHNICITY, chances.ethnicity),
        _comparison(
            "met", [*(f"{shared} = {n}" for n in (4, 3, 2, 1)), "else"], SAME_EVENTS[::-1], chances.events[::-1]
        ),
    ]
    return {
        "link_type": "link_only",
        "probability_two_random_records_match": chances.people,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
    }


def _agreement(column: str, same: tuple[float, ...], chance: float) -> dict[str, Any]:
    frequency = None if column == "sex" else column
    levels = [f"{column}_l = {column}_r", "else"]
    return _comparison(column, levels, same, (chance, 1 - chance), column, frequency)


def _comparison(
    name: str,
    conditions: list[str],
    same: tuple[float, ...],
    chance: tuple[float, ...] | list[float],
    column: str | None = None,
    frequency: str | None = None,
) -> dict[str, Any]:
    """A comparison in Splink's words: null where either is not known; rare values weigh more where `frequency` says."""
    levels: list[dict[str, Any]] = []
    if column:
        levels.append({"sql_condition": f"{column}_l is null or {column}_r is null", "is_null_level": True})
    for condition, m, u in zip(conditions, same, chance, strict=True):
        # Mistaken birth months are too few to be told from strangers while learning: their rate stays as stated.
        fixed = {"fix_m_probability": name == "born"}
        levels.append({"sql_condition": condition, "m_probability": m, "u_probability": u, **fixed})
    levels[-1]["sql_condition"] = "ELSE"
    if frequency:
        levels[1]["tf_adjustment_column"] = frequency
    for level in levels:
        level["label_for_charts"] = level["sql_condition"]
    return {"output_column_name": name, "comparison_levels": levels}


def _learn(linker: Linker) -> None:
    """Learns how often records of one person agree, by expectation maximisation in two kinds of blocks.

    Among people of one birth month, sex and district (of one birth month, where a system lacks the others): how often
    events are shared and ethnicity agrees. Among people who share an event: how often sex and district agree. `met`
    stands in that rule without effect, because Splink leaves out of learning what a rule names. Where no pair fits a
    rule, nothing is learnt from it and the stated rates stay.
    """
    from splink.internals.exceptions import EMTrainingException

    alike = "l.born = r.born and l.sex = r.sex and l.postcode_district = r.postcode_district"
    for rules in ((alike, "l.born = r.born"), ("l.mark = r.mark and l.met is not null and r.met is not null",)):
        for rule in rules:
            with suppress(EMTrainingException):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    rule, estimate_without_term_frequencies=True, max_pairs=LEARN_FROM
                )
                break
