"""Searches for breaks, kept from night to night: the same series, read by the same code, show the same.

A result is a Parquet file named by a hash of all that it rests on: every value that goes in, this package's code and
the libraries it counts with. So nothing has to be told when a result is out of date, and a night on which nothing of a
metric has changed searches nothing; nor does it load the libraries. A site stands as a peer in every other site's
search, so one changed value means a new search of its metric at all sites. The searches themselves are elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import polars as pl

#: A database's sums differ in their last digits with the order in which it adds up.
DIGITS: Final = 12
#: Libraries whose next version may count differently.
LIBRARIES: Final = ("numpy", "scipy", "statsmodels", "polars")


def kept(folder: Path, name: str, inputs: Sequence[pl.DataFrame], search: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """What a search shows: read where it was kept, else searched for and kept in place of what was there before.

    Args:
        folder: where results are kept; made if it is not there.
        name: of the search, as a part of a file's name. No two may write under one name at a time.
        inputs: all that the search reads; the order of rows does not matter.
    """
    path = folder / f"{name}.{_key(inputs)}.parquet"
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        # Not there, or damaged.
        found = search()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name}.*"):
        old.unlink()
    aside = folder / f"{name}.part"
    found.write_parquet(aside)
    aside.replace(path)
    return found


def kept_breaks(series: pl.DataFrame, cutovers: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """As `followed.breaks_of` on values of twelve digits, each metric by itself."""
    series = _settled(series)

    def search(metric: str) -> pl.DataFrame:
        of_metric = series.filter(pl.col("metric_id") == metric).select(
            "site_id", "metric_id", "month", "value", "unit"
        )
        changes = cutovers.filter(pl.col("metric_id") == metric)
        return kept(folder, f"break-{metric}", [of_metric, changes], lambda: _breaks(of_metric, changes))

    metrics = series["metric_id"].unique().sort().to_list()
    return pl.concat(search(metric) for metric in metrics) if metrics else _breaks(series, cutovers)


def kept_absences(daily: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """As `code_absence.absences`."""

    def search() -> pl.DataFrame:
        from cls_pipeline.evidence.code_absence import absences

        return absences(daily)

    return kept(folder, "code-absence", [daily], search)


def kept_links(series: pl.DataFrame, breaks: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """As `followed.linked_values` on values of twelve digits."""
    series = _settled(series)

    def search() -> pl.DataFrame:
        from cls_pipeline.evidence.followed import linked_values

        return linked_values(series, breaks)

    return kept(folder, "link", [series, breaks], search)


def kept_contributions(
    series: pl.DataFrame, programme: pl.DataFrame, breaks: pl.DataFrame, sites: pl.DataFrame, folder: Path
) -> pl.DataFrame:
    """As `contribution.contributions`, on values of twelve digits.

    Args:
        series: as there, with `unit`, `comparability` and `is_published` of the metric.
        programme: `sender_id`, `area`, `start_date`, `is_innovation`.
        breaks: all breaks with their `verdict`; those that a link carries, or nothing needs to carry, are left out.
        sites: `site_id` and `nation`.
    """
    metrics = series.select("metric_id", "unit", "comparability", "is_published").unique().sort("metric_id")
    series = _settled(series.drop("unit", "comparability", "is_published"))
    programme = programme.select("area", "start_date", "is_innovation", site_id="sender_id")
    uncarried = breaks.filter(~pl.col("verdict").is_in(["linked", "continuous"]))
    uncarried = uncarried.select("site_id", "metric_id", "break_date")
    inputs = [series, programme, uncarried, sites.select("site_id", "nation"), metrics]

    def search() -> pl.DataFrame:
        from cls_pipeline.evidence.contribution import contributions

        return contributions(*inputs)

    return kept(folder, "contribution", inputs, search)


def kept_comparison(shares: pl.DataFrame, programme: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """As `group_comparison.compare_groups`; a site begins with the first of its areas in `programme`."""
    starts = programme.group_by(site_id="sender_id").agg(pl.min("start_date"))

    def search() -> pl.DataFrame:
        from cls_pipeline.evidence.group_comparison import compare_groups

        return compare_groups(shares, starts)

    return kept(folder, "signposting-comparison", [shares, starts], search)


def _settled(series: pl.DataFrame) -> pl.DataFrame:
    return series.with_columns(pl.col("value").cast(pl.Float64).round_sig_figs(DIGITS))


def _breaks(series: pl.DataFrame, cutovers: pl.DataFrame) -> pl.DataFrame:
    from cls_pipeline.evidence.followed import breaks_of

    return breaks_of(series, cutovers)


def _key(inputs: Sequence[pl.DataFrame]) -> str:
    digest = hashlib.sha256(_method().encode())
    for frame in inputs:
        digest.update(str(frame.schema).encode())
        # As text, in which floats are whole: how a frame lies in memory depends on how it came about.
        digest.update(frame.sort(frame.columns).write_csv(null_value="\\N").encode())
    return digest.hexdigest()[:32]


@cache
def _method() -> str:
    """A hash of how results come about."""
    digest = hashlib.sha256("".join(f"{name} {version(name)}\n" for name in LIBRARIES).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
