"""Two releases side by side: what became of each figure, by how much, and what may have moved it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from cls_pipeline.warehouse.difference import Difference, as_csv, difference
from tests.publishing.releases import Row, SmallRelease, delivery, figure, metric

HASHES = {"limit": "7", "project": "aa", "program": "bb"}


def compared(folder: Path, before: SmallRelease, after: SmallRelease) -> Difference:
    return difference(before.write(folder / "before.duckdb"), after.write(folder / "after.duckdb"))


def one(folder: Path, before: Row | None, after: Row | None, **held: Any) -> Difference:
    """Of two releases with one figure at most, and the same else."""
    old, new = ([row] if row else [] for row in (before, after))
    return compared(folder, SmallRelease(figures=old, **held), SmallRelease(figures=new, **held))


def known(month: int, value: float | None, *flags: str, **more: Any) -> Row:
    return figure("ashby", "requests", month, value, *flags, **more)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (known(1, 10.0), known(1, 12.0), "moved"),
        (known(1, 10.0, numerator=20), known(1, 10.0, numerator=30), "moved"),
        (known(1, 10.0), known(1, None, "suppressed"), "withheld"),
        (known(1, None, "suppressed"), known(1, 10.0), "shown"),
        (known(1, 10.0), known(1, None, "missing"), "emptied"),
        (known(1, None, "missing"), known(1, 10.0), "filled"),
        (known(1, 10.0), None, "gone"),
        (None, known(1, 10.0), "new"),
        (known(1, 10.0), known(1, 10.0, "restated"), "flags"),
        (known(1, 10.0, "break", "linked"), known(1, 10.0, "linked", "break"), None),
        (known(1, 0.1 + 0.2), known(1, 0.3), None),
        (known(1, None, "suppressed"), known(1, None, "suppressed"), None),
    ],
)
def test_what_became_of_a_figure_is_told_in_a_word(
    tmp_path: Path, before: Row | None, after: Row | None, change: str | None
) -> None:
    found = one(tmp_path, before, after)
    assert found.figures["change"].to_list() == ([change] if change else [])
    assert found.same == (0 if change else 1)


def test_a_figure_that_moved_says_by_how_much(tmp_path: Path) -> None:
    found = one(tmp_path, known(1, 10.0), known(1, 12.0)).figures
    assert found.select("before", "after", "moved_by", "moved_share").rows() == [(10.0, 12.0, 2.0, 0.2)]


def test_a_withheld_figure_is_told_without_a_number(tmp_path: Path) -> None:
    found = one(tmp_path, None, known(1, None, "suppressed")).figures
    assert found.select("before", "after", "moved_by", "moved_share").rows() == [(None, None, None, None)]


def test_versions_and_breakdowns_are_figures_of_their_own(tmp_path: Path) -> None:
    found = one(tmp_path, known(1, 10.0), known(1, 12.0, definition_version=2)).figures
    assert found.select("change", "definition_version").rows() == [("gone", 1), ("new", 2)]


def reasons(found: Difference) -> dict[str, str]:
    return dict(found.figures.select("site_id", "because").rows())


def test_deliveries_are_the_reason_at_their_own_site_alone(tmp_path: Path) -> None:
    figures = [[figure(site, "requests", 1, value) for site in ("ashby", "brook")] for value in (10.0, 11.0)]
    old = SmallRelease(figures=figures[0], deliveries=[delivery("d1", "ashby"), delivery("d9", "brook")])
    new = SmallRelease(
        figures=figures[1],
        deliveries=[
            delivery("d1", "ashby", in_force=False),
            delivery("d2", "ashby", as_of="2020-07-31"),
            delivery("d3", "ashby", as_of="2020-08-31", status="refused", in_force=False),
            delivery("d9", "brook"),
        ],
    )
    assert reasons(compared(tmp_path, old, new)) == {
        "ashby": "delivery d2 of cases, as of 2020-07-31 (new);"
        " delivery d1 of cases, as of 2020-06-30 (no longer in force)",
        "brook": "perhaps the SQL or the program, which one of the releases does not tell",
    }


def test_a_delivery_that_was_read_anew_is_a_reason(tmp_path: Path) -> None:
    old = SmallRelease(figures=[known(1, 10.0)], deliveries=[delivery("d1", "ashby")])
    new = SmallRelease(figures=[known(1, 11.0)], deliveries=[delivery("d1", "ashby", load_id="other")])
    assert reasons(compared(tmp_path, old, new))["ashby"].endswith("(read anew by other maps or rules)")


def test_a_publication_is_the_reason_of_the_figures_that_it_gives(tmp_path: Path) -> None:
    published = [metric("requests", source_kind="published")]
    old = SmallRelease(metrics=published, figures=[known(1, 10.0, system_id="book")])
    new = SmallRelease(
        metrics=published,
        figures=[known(1, 11.0, system_id="book")],
        deliveries=[delivery("p1", "publisher", system_id="book"), delivery("d1", "ashby")],
    )
    assert reasons(compared(tmp_path, old, new)) == {"ashby": "delivery p1 of book, as of 2020-06-30 (new)"}


def test_a_definition_that_was_changed_is_a_reason_and_says_what_of_it(tmp_path: Path) -> None:
    old = SmallRelease(figures=[known(1, 10.0)])
    new = SmallRelease(figures=[known(1, 11.0)], metrics=[metric("requests", definition="Else.", unit="people")])
    found = compared(tmp_path, old, new)
    assert found.definitions.rows() == [("requests", 1, "told otherwise: definition, unit")]
    assert reasons(found) == {"ashby": "definition: told otherwise: definition, unit"}


def test_a_link_is_the_reason_where_what_was_recorded_is_the_same(tmp_path: Path) -> None:
    found = one(tmp_path, known(1, 10.0), known(1, 12.0, value_raw=10.0))
    assert reasons(found) == {"ashby": "linked otherwise, as recorded it is the same"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"limit": "10"}, "the limit below which numbers are small (7 before, 10 now)"),
        ({"rounding": "5"}, "what counts are rounded to the nearest of (1 before, 5 now)"),
        ({"project": "cc"}, "the SQL that counts and links figures"),
        ({"program": "cc"}, "the program that writes a release"),
        ({}, "nothing that the releases tell"),
    ],
)
def test_what_moves_any_figure_is_the_reason_where_nothing_else_is(
    tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    old = SmallRelease(figures=[known(1, 10.0)], release={"made_by": HASHES})
    new = SmallRelease(figures=[known(1, 11.0)], release={"made_by": HASHES | changed})
    assert reasons(compared(tmp_path, old, new)) == {"ashby": told}


def test_the_csv_has_a_line_for_every_figure_that_differs(tmp_path: Path) -> None:
    found = one(tmp_path, known(1, 10.0, "break", "linked"), known(1, 12.0))
    (told,) = csv.DictReader(as_csv(found.figures).splitlines())
    assert (told["change"], told["before"], told["after"]) == ("moved", "10.0", "12.0")
    assert (told["flags_before"], told["flags_after"]) == ("break;linked", "")
