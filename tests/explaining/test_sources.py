"""Where figures come from, counted by hand: rows by delivery, left out, set right, joined."""

from __future__ import annotations

from cls_pipeline.explaining.sources import Sources

from .conftest import Explained


def sources(explained: Explained, site: str, metric: str, month: str) -> Sources:
    found = explained(site, metric, month).sources
    assert found is not None
    return found


def files(found: Sources) -> dict[str, tuple[int, float | None, float | None]]:
    """Rows, numerator and denominator by delivery."""
    return {item.delivery_id: (item.rows, item.numerator, item.denominator) for item in found.files}


def left_out(found: Sources) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in found.left_out:
        counts[item.reason] = counts.get(item.reason, 0) + item.rows
    return counts


def corrections(found: Sources) -> dict[str, int]:
    return {item.correction: item.rows for item in found.corrections}


def test_requests_are_told_by_delivery_and_copies_by_their_kind(explained: Explained) -> None:
    found = sources(explained, "carr", "requests_received", "2020-03")
    assert files(found) == {"carr_old": (6, 6, None), "carr_new": (1, 1, None)}
    assert left_out(found) == {"copy": 1, "elsewhere": 1, "unlinked": 1}
    assert corrections(found) == {"told_elsewhere": 1}


def test_a_share_leaves_out_what_has_no_outcome(explained: Explained) -> None:
    found = sources(explained, "carr", "requests_resolved_at_first_contact", "2020-03")
    assert files(found) == {"carr_old": (5, 1, 5), "carr_new": (1, 1, 1)}
    assert left_out(found) == {"copy": 1, "elsewhere": 1, "unlinked": 1, "no_outcome": 1}


def test_who_waits_is_told_by_the_first_request_and_ended_waits_by_how_they_ended(explained: Explained) -> None:
    march = sources(explained, "carr", "people_waiting_for_assessment", "2020-03")
    assert files(march) == {"carr_old": (2, 2, None)}
    assert left_out(march) == {"answered": 1, "copy": 1, "elsewhere": 1, "same_wait": 1}
    april = sources(explained, "carr", "people_waiting_for_assessment", "2020-04")
    assert files(april) == {"carr_new": (1, 1, None)}
    assert left_out(april) == {"answered": 1, "copy": 1, "elsewhere": 1, "lost": 1, "gap": 2, "same_wait": 1}


def test_a_median_is_told_by_the_assessments_that_answer(explained: Explained) -> None:
    found = sources(explained, "carr", "median_days_request_to_assessment", "2020-03")
    assert files(found) == {"carr_old": (1, None, 1)}
    assert left_out(found) == {"answers_none": 1}
    assert corrections(found) == {"turned": 1}


def test_people_with_support_are_told_once_and_a_bulk_closure_is_set_right(explained: Explained) -> None:
    march = sources(explained, "carr", "people_with_long_term_support", "2020-03")
    assert files(march) == {"carr_old": (5, 5, None)}
    assert left_out(march) == {"same_person": 1, "other_system": 2, "copy": 1}
    assert corrections(march) == {"reopened": 5}
    april = sources(explained, "carr", "people_with_long_term_support", "2020-04")
    assert files(april) == {"carr_new": (2, 2, None)}
    assert left_out(april) == {"other_system": 6, "copy": 1}
    assert corrections(april) == {}


def test_a_cost_is_told_in_pounds_and_people(explained: Explained) -> None:
    found = sources(explained, "carr", "weekly_cost_open_packages", "2020-03")
    assert files(found) == {"carr_old": (5, 500.5, 5)}
    assert left_out(found) == {"unpriced": 1, "other_system": 3, "copy": 1}


def test_the_finance_system_is_the_source_of_a_cost_where_it_speaks(explained: Explained) -> None:
    found = sources(explained, "brook", "weekly_cost_open_packages", "2020-02")
    assert files(found) == {"fin1": (10, 150, 10)}
    assert left_out(found) == {"unpriced": 1}


def test_what_a_later_delivery_replaced_is_left_out(explained: Explained) -> None:
    found = sources(explained, "brook", "requests_received", "2020-01")
    assert files(found) == {"chg1": (9, 9, None), "chg2": (3, 3, None)}
    assert left_out(found) == {"replaced": 1}


def test_people_behind_a_figure_are_told_by_how_their_numbers_were_joined(explained: Explained) -> None:
    found = sources(explained, "carr", "people_with_long_term_support", "2020-04")
    assert {item.methods: item.people for item in found.joined} == {("self",): 1, ("national_id",): 1}
    found = sources(explained, "carr", "requests_received", "2020-03")
    assert {item.methods: item.people for item in found.joined} == {
        ("national_id",): 1,
        ("legacy_id",): 1,
        ("self",): 2,
    }


def test_a_file_is_told_with_its_system_and_the_day_it_stands_for(explained: Explained) -> None:
    (found,) = sources(explained, "ashby", "requests_received", "2020-01").files
    assert (found.system, found.installation, found.file, str(found.as_of)) == (
        "Oldcase",
        "oldcase",
        "f.csv",
        "2020-03-31",
    )


def test_quarantined_rows_of_the_file_are_told_beside_it(explained: Explained) -> None:
    old, _ = sources(explained, "carr", "requests_received", "2020-03").files
    assert old.quarantined == 3
