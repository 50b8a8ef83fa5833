"""What the pages say: the release's own numbers, nothing withheld, and nothing that is not there."""

from __future__ import annotations

import json
import re
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cls_pipeline.briefing.data_files import script
from cls_pipeline.briefing.wording import number, part


def asked(released: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect(str(released), read_only=True)) as con:
        return con.execute(sql).fetchall()


def data(briefing: Path, key: str) -> dict[str, Any]:
    """A data file as the page's scripts have it: flags in words."""
    text = (briefing / "data" / f"{key}.js").read_text(encoding="utf-8")
    held: dict[str, Any] = json.loads(text.removeprefix(f'CLS.put("{key}",').removesuffix(");\n"))
    for series in held.get("series", ()):
        series["flags"] = [None if at is None else held["flagged"][at] for at in series["flags"]]
    return held


def words(briefing: Path, page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", (briefing / page).read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", unescape(text))


def test_there_is_a_page_for_each_question_and_site_and_no_other(briefing: Path) -> None:
    questions = {f"question-{number}.html" for number in range(1, 8)}
    sites = {f"site-{site}.html" for site in ("ash", "birch", "cedar", "dee")}
    assert {page.name for page in briefing.glob("*.html")} == questions | sites | {"index.html"}


@pytest.mark.parametrize("metric", ["asked", "helped"])
def test_embedded_figures_are_the_releases_to_the_last_digit(released: Path, briefing: Path, metric: str) -> None:
    embedded = data(briefing, metric)
    found = {
        (series["site"], start): tuple(series.get(name, series["value"])[i] for name in ("value", "raw"))
        for series in embedded["series"]
        for i, start in enumerate(embedded["periods"])
        if series["flags"][i] is not None
    }
    rows = asked(
        released,
        "select site_id, strftime(period_start, '%Y-%m-%d'), value, value_raw from marts.metric_series"
        f" where metric_id = '{metric}' and breakdown = 'all' and site_id <> 'xx1' and grain = 'month'",
    )
    assert found == {(site, start): (value, raw) for site, start, value, raw in rows}


def test_two_versions_of_a_definition_are_two_series_and_each_is_defined(briefing: Path) -> None:
    told = [(s["site"], s["version"], s["value"]) for s in data(briefing, "revised")["series"] if s["site"] == "ash"]
    assert told == [("ash", 1, [7.25, 7.5, None]), ("ash", 2, [None, 3.5, 90.125])]
    text = words(briefing, "question-4.html")
    assert "Figures by another version of the definition are a line of their own, named." in text
    assert "Defined anew." in text
    assert "Version 1 Defined so. Its figures are a line of their own." in text


def test_a_sites_words_say_since_when_the_newest_definition_tells(briefing: Path) -> None:
    said = "All this by definition 2, from 2022–23 on; what is told by definition 1 is a line of its own."
    assert f"Between 3.5% and 90.1% over 2 years shown. {said}" in words(briefing, "site-ash.html")


def test_a_metric_told_by_month_and_by_year_is_shown_by_both(briefing: Path) -> None:
    assert "By year. 2023–24. England: 600.5 at Ash to 600.5 at Birch." in words(briefing, "question-6.html")
    assert {s["site"]: s["value"] for s in data(briefing, "asked--year")["series"]} == {
        "ash": [600.5],
        "birch": [600.5],
    }


def test_a_figure_that_qualifies_another_stands_beside_it(briefing: Path) -> None:
    page = (briefing / "question-4.html").read_text(encoding="utf-8")
    assert page.count('data-figure="helped_base"') == 1
    assert 'id="helped_base"' not in page


@pytest.mark.parametrize(("key", "origin"), [("revised", "published"), ("helped", "simulated")])
def test_each_chart_says_whether_it_is_published_or_simulated(briefing: Path, key: str, origin: str) -> None:
    page = (briefing / "question-4.html").read_text(encoding="utf-8")
    (unit,) = re.findall(rf'data-figure="{key}">\s*<p class="scale-line"><span class="unit-line">(.*?)</p>', page)
    assert f">{origin}</span>" in unit


def test_a_table_shows_the_newest_figure_of_each_site_to_the_last_digit_shown(released: Path, briefing: Path) -> None:
    text = words(briefing, "question-4.html")
    rows = asked(
        released,
        "select s.name, value, denominator from marts.metric_series join marts.dim_site as s using (site_id)"
        " where metric_id = 'helped' and breakdown = 'all' and period_start = '2025-06-01' and kind = 'site'",
    )
    assert len(rows) == 4
    assert all(f"{site} {number(value, 1)}% {of:.0f} " in text for site, value, of in rows)


def test_what_is_withheld_is_in_no_file(released: Path, briefing: Path) -> None:
    hidden = [
        (start, series["value"][i], series.get("raw", series["value"])[i], series["numerator"][i])
        for series in data(briefing, "helped")["series"]
        if series["site"] == "birch"
        for i, start in enumerate(data(briefing, "helped")["periods"])
        if series["flags"][i] == "suppressed"
    ]
    assert hidden == [(start, None, None, None) for start in ("2024-03-01", "2024-04-01")]


def test_councils_outside_the_programme_are_on_no_page(briefing: Path) -> None:
    assert not [file.name for file in briefing.rglob("*.*") if "Elsewhere" in file.read_text(encoding="utf-8")]


def test_nations_stand_apart_where_the_measure_is_not_the_same(briefing: Path) -> None:
    england = "England: 83 people at the middle of 3 sites, from 69 at Ash to 83 at Cedar."
    assert f"June 2025. {england} Wales: 69 people at Dee, the one site shown." in words(briefing, "question-6.html")


def test_nations_stand_together_where_it_is_the_same(briefing: Path) -> None:
    # 39 of 69 twice, 53 of 83 twice: 56.52 % and 63.86 %.
    assert "All nations: 60.2% at the middle of 4 sites, from 56.5% at Ash to 63.9% at Cedar." in words(
        briefing, "question-4.html"
    )


def test_a_year_earlier_is_not_compared_across_a_break(briefing: Path) -> None:
    assert "A year earlier: nothing that can be compared." in words(briefing, "site-ash.html")


def test_a_page_of_simulated_records_says_so(briefing: Path) -> None:
    pages = list(briefing.glob("*.html"))
    assert all("Simulated records." in page.read_text(encoding="utf-8") for page in pages)


def test_a_question_without_figures_says_so(briefing: Path) -> None:
    assert "No figure in this release speaks to this question." in words(briefing, "question-3.html")


def test_a_measure_that_nobody_delivered_is_named(briefing: Path) -> None:
    assert "1 measure without figures in this release" in words(briefing, "question-4.html")


def test_names_are_text_and_never_markup(briefing: Path) -> None:
    assert "Birch &lt;b&gt;Council&lt;/b&gt;" in (briefing / "site-birch.html").read_text(encoding="utf-8")


def test_data_cannot_end_its_script() -> None:
    assert "</script" not in script("x", {"note": "</script><script>"})


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0.125, 2, "0.13"),
        (28.5, 0, "29"),
        (1.005, 2, "1.01"),
        (-0.5, 0, "−1"),
        (-0.04, 1, "0.0"),
        (135600.2, 0, "135,600"),
    ],
)
def test_numbers_are_rounded_as_browsers_round_them(value: float, digits: int, said: str) -> None:
    assert number(value, digits) == said


def test_parts_of_a_breakdown_are_words() -> None:
    assert [part(value) for value in ("18_64", "65_plus", "local_area_coordination")] == [
        "18–64",
        "65 and over",
        "local area coordination",
    ]
