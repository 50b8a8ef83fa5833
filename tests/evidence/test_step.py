"""The size of a step at a known break, on series whose truth is known. Tuned on seeds below 1000."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from cls_pipeline.evidence.peers import Panel, panel_of
from cls_pipeline.evidence.step import Step, placebos_of, step_at

from .simulated import MONTHS, Sites, breaks, counted, frame, name, stepped

BREAKS = {site: 18 + 3 * site for site in range(27)}


def panel(values: np.ndarray, declared: dict[int, int]) -> Panel:
    return panel_of(frame(values), breaks(declared), "log")


def measured(sites: Sites, size: float, seed: int) -> list[Step]:
    """Every site steps by `size` at its own month, a month in seven with no peer's break near."""
    values = counted(stepped(sites.expected(), {site: (at, size) for site, at in BREAKS.items()}), seed)
    whole = panel(values, BREAKS)
    placebos = placebos_of(whole)
    return [step_at(whole, name(site), MONTHS[at], placebos=placebos) for site, at in BREAKS.items()]


@pytest.mark.parametrize("size", [0, 0.05, -0.3])
@pytest.mark.parametrize("level", [50.0, 2000.0])
def test_the_interval_holds_the_true_size_nineteen_times_of_twenty(size: float, level: float) -> None:
    steps = [step for seed in (5001, 5002, 5003) for step in measured(Sites((level,) * 27, seed), size, seed)]
    held = [step.size_low <= size <= step.size_high for step in steps if step.size_low is not None and step.size_high]
    assert len(held) == 81
    # Of 81 at 95 %, fewer than 72 come by chance once in four hundred.
    assert sum(held) >= 72


def test_measurements_are_not_biased_by_the_programmes_ramp() -> None:
    steps = [step for seed in (5004, 5005, 5006) for step in measured(Sites((2000.0,) * 27, seed, -0.35), 0.05, seed)]
    shifts = np.array([step.shift for step in steps], dtype=float)
    assert np.log1p(0.05) == pytest.approx(shifts.mean(), abs=3 * shifts.std() / np.sqrt(len(shifts)))


def test_a_real_change_that_starts_with_the_new_system_stays_in_the_series() -> None:
    """The programme starts on the day of the cutover and takes 35 % off in 18 months; nothing steps."""
    months = np.arange(len(MONTHS))
    found = []
    for seed in range(5010, 5020):
        expected = Sites((5000.0,) * 27, seed, ramp=0.0).expected()
        expected[3] *= np.exp(np.log(0.65) * np.clip((months - 60) / 18, 0, 1))
        step = step_at(panel(counted(expected, seed), {3: 60}), name(3), MONTHS[60])
        assert step.shift is not None
        found.append(step.shift)
    # The ramp takes 24 % in the first year; a level before and after without a slope would show 12 %.
    assert abs(np.mean(found)) < 0.02


def test_a_shock_shared_by_all_is_no_step() -> None:
    sites = Sites((5000.0,) * 27, 5021, ramp=0.0, shared_step=0.3)
    step = step_at(panel(counted(sites.expected(), 5021), {3: 70}), name(3), MONTHS[70])
    assert step.size_low is not None and step.size_high is not None
    assert step.size_low <= 0 <= step.size_high < 0.1


def test_a_step_of_a_peer_at_its_own_break_is_not_the_sites() -> None:
    expected = stepped(Sites((5000.0,) * 8, 5022, ramp=0.0).expected(), {1: (66, 1.0), 2: (54, -0.5)})
    step = step_at(panel(counted(expected, 5022), {0: 60, 1: 66, 2: 54}), name(0), MONTHS[60])
    assert step.size_low is not None and step.size_high is not None
    assert step.size_low <= 0 <= step.size_high < 0.1


def test_noisier_series_have_wider_intervals() -> None:
    few, many = (measured(Sites((level,) * 27, 5023), 0.1, 5023) for level in (50.0, 5000.0))
    widths = [[step.high - step.low for step in steps if step.high and step.low] for steps in (few, many)]
    assert np.median(widths[0]) > 4 * np.median(widths[1])


@pytest.mark.parametrize(
    ("at", "sites", "declared", "said"),
    [
        (8, 8, {}, "8 months before, 9 needed"),
        (115, 8, {}, "5 months after, 6 needed"),
        (60, 5, {}, "4 peers, 5 needed"),
        (60, 8, {1: 58, 2: 61, 3: 60}, "4 peers, 5 needed"),
        (60, 8, {0: 52}, "8 months before, 9 needed"),
        (60, 8, {0: 64}, "4 months after, 6 needed"),
    ],
)
def test_thin_evidence_gives_no_size(at: int, sites: int, declared: dict[int, int], said: str) -> None:
    values = counted(Sites((500.0,) * sites, 5024).expected(), 5024)
    step = step_at(panel(values, {0: at, **declared} if 0 not in declared else declared), name(0), MONTHS[at])
    assert (step.method, step.size, step.note) == ("thin", None, said)


def test_months_of_settling_are_left_out() -> None:
    expected = stepped(Sites((5000.0,) * 12, 5025, ramp=0.0).expected(), {0: (60, 0.1)})
    expected[0, 60:62] *= 0.3
    whole = panel(counted(expected, 5025), {0: 60})
    assert step_at(whole, name(0), MONTHS[60], settle=2).shift == pytest.approx(np.log(1.1), abs=0.05)


def test_months_without_a_value_are_left_out() -> None:
    values = counted(stepped(Sites((5000.0,) * 12, 5026, ramp=0.0).expected(), {0: (60, 0.1)}), 5026)
    values[0, [55, 62, 63]] = np.nan
    values[4, 40:80] = np.nan
    step = step_at(panel(values, {0: 60}), name(0), MONTHS[60])
    assert (step.months_before, step.months_after, step.peers) == (11, 10, 10)
    assert step.shift == pytest.approx(np.log(1.1), abs=0.05)


def test_a_month_twice_is_a_mistake() -> None:
    twice = pl.concat([frame(np.ones((2, 120))), frame(np.ones((1, 120))).head(1)])
    with pytest.raises(ValueError, match="site_00 has the month 2016-01-01 twice"):
        panel_of(twice, breaks({}), "log")


def test_no_rows_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        panel_of(frame(np.ones((1, 120))).clear(), breaks({}), "log")


def test_a_break_outside_the_panel_is_thin() -> None:
    whole = panel(counted(Sites((500.0,) * 8, 5027).expected(), 5027), {})
    step = step_at(whole, name(0), date(2015, 1, 1))
    assert (step.method, step.note) == ("thin", "the break lies outside the months reported")
