"""Tables of one site and month as a warehouse has them, drawn at random: bands of age, areas, requests and outcomes."""

from __future__ import annotations

from datetime import date
from itertools import product

import polars as pl
from hypothesis import strategies as st

RELATIONS = pl.DataFrame(
    {
        "relation": ["outcomes", "outcomes"],
        "role": ["whole", "part"],
        "metric_id": ["received", "resolved"],
        "field": ["numerator", "denominator"],
    }
)
FATES = ("resolved", "other", "none")
Kind = tuple[str, str, str]
#: Counts as they are: mostly few, sometimes many, often nought.
COUNT = st.one_of(st.just(0), st.integers(1, 7), st.integers(8, 15), st.integers(16, 200))


@st.composite
def people(draw: st.DrawFn) -> dict[Kind, int]:
    """How many people there are by area, band and what became of their request."""
    areas = ["x", "y", "elsewhere"][: draw(st.integers(1, 3))]
    bands = ["18", "65", "85", "unknown"][: draw(st.integers(1, 4))]
    return {kind: draw(COUNT) for kind in product(areas, bands, FATES)}


def counted(kinds: dict[Kind, int], area: str, band: str) -> list[tuple[str, str, tuple[str, ...], int]]:
    """The counts told at one place: metric, field, the kinds that they count, and how many these are."""
    here = [kind for kind in kinds if area in ("all", kind[0]) and band in ("all", kind[1])]
    fates = {
        ("received", "numerator"): FATES,
        ("resolved", "numerator"): FATES[:1],
        ("resolved", "denominator"): FATES[:2],
        ("resolved", "complement"): FATES[1:2],
        ("none", "numerator"): FATES[2:],
    }
    return [
        (
            metric,
            name,
            tuple("/".join(kind) for kind in here if kind[2] in wanted),
            sum(kinds[k] for k in here if k[2] in wanted),
        )
        for (metric, name), wanted in fates.items()
    ]


def places(kinds: dict[Kind, int], *, crossed: bool) -> list[tuple[str, str]]:
    """Areas and bands of which there are figures: the whole, each by itself, and where crossed each with each.

    Nobody lives in an area called `elsewhere` that has figures: it is what is left over.
    """
    areas = sorted({area for area, _, _ in kinds} - {"elsewhere"})
    bands = sorted({band for _, band, _ in kinds})
    found = [("all", "all"), *(("all", band) for band in bands), *((area, "all") for area in areas)]
    return [*found, *product(areas, bands)] if crossed else found


def figures(kinds: dict[Kind, int], *, crossed: bool) -> pl.DataFrame:
    """The figures at those places, as `withheld_figures` takes them."""
    rows = []
    for area, band in places(kinds, crossed=crossed):
        counts = {(metric, name): value for metric, name, _, value in counted(kinds, area, band)}
        rows.append((area, band, "received", "requests", counts["received", "numerator"], None))
        if counts["resolved", "denominator"]:
            share = counts["resolved", "numerator"], counts["resolved", "denominator"]
            rows.append((area, band, "resolved", "percent", *share))
    schema = {"area": pl.String, "breakdown_value": pl.String, "metric_id": pl.String, "unit": pl.String}
    frame = pl.DataFrame(rows, schema=schema | {"numerator": pl.Float64, "denominator": pl.Float64}, orient="row")
    return as_figures(frame.with_columns(breakdown=_breakdown()))


def _breakdown() -> pl.Expr:
    return pl.when(pl.col("breakdown_value") == "all").then(pl.lit("all")).otherwise(pl.lit("age_band"))


def as_figures(frame: pl.DataFrame) -> pl.DataFrame:
    """Fills in what a table does not say: one site and month, no words, nothing released before."""
    given = {
        "site_id": pl.lit("s"),
        "area": pl.lit("all"),
        "grain": pl.lit("month"),
        "period_start": pl.lit(date(2020, 4, 1)),
        "breakdown": pl.lit("all"),
        "breakdown_value": pl.lit("all"),
        "definition_version": pl.lit(1),
        "unit": pl.lit("people"),
        "numerator": pl.lit(None, dtype=pl.Float64),
        "denominator": pl.lit(None, dtype=pl.Float64),
        "numerator_words": pl.lit(None, dtype=pl.String),
        "denominator_words": pl.lit(None, dtype=pl.String),
        "was_told": pl.lit(False),
        "was_withheld": pl.lit(False),
        "hid_numerator": pl.lit(False),
        "hid_denominator": pl.lit(False),
        "hid_complement": pl.lit(False),
    }
    missing = [value.alias(name) for name, value in given.items() if name not in frame.columns]
    return frame.with_columns(missing).with_columns(pl.int_range(pl.len()).alias("row"))
