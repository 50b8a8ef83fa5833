"""The size of a step where the old and the new system report the same months: the best evidence there is.

The rule of the link is the ratio splice (on the scale of `scale`: a ratio for counts and money, odds for per cent, a
difference for scores): all that the old system reported is moved by what the two differ while they run side by side.
It rests on the old system having counted in its own way from its first day. A mixed splice, which lets the correction
fade into the past (de la Fuente, A mixed splicing procedure for economic time series, BBVA Research WP 13/02, 2013), is
for an error that grew with time; a system's way of counting does not.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy.stats import t as student

from cls_pipeline.evidence.scale import Scale, to_scale
from cls_pipeline.evidence.step import CONFIDENCE, Step, with_interval
from cls_pipeline.evidence.wander import Numbers

# Two months have one difference between them and an interval thirteen times as wide as their distance.
OVERLAP_MONTHS: Final = 3
# From so many months on, neighbours may be seen to resemble each other.
HAC_MONTHS: Final = 12


def step_in_overlap(old: pl.DataFrame, new: pl.DataFrame, scale: Scale) -> Step:
    """The new system's level against the old one's, from months that both report.

    Args:
        old, new: one site and metric: `month` and `value` in the metric's unit; months with only one value don't count.

    Returns:
        Method `overlap` with Student's interval, from twelve months on with a variance that allows for autocorrelation
        (Newey and West, Econometrica 55, 1987; lags by 4 (n/100)^(2/9)); `thin` below three months. `months_before`
        and `months_after` are both the months of overlap.
    """
    both = old.join(new, on="month", suffix="_new").drop_nulls(["value", "value_new"]).sort("month")
    count = both.height
    if count < OVERLAP_MONTHS:
        note = f"{count} months of overlap, {OVERLAP_MONTHS} needed"
        return Step("thin", months_before=count, months_after=count, note=note)
    before, after = (to_scale(both[name].to_numpy().astype(float), scale) for name in ("value", "value_new"))
    shift, error = _mean(after - before)
    half = float(student.ppf(0.5 + CONFIDENCE / 2, count - 1)) * error
    counts = Step("overlap", months_before=count, months_after=count)
    return with_interval(counts, shift, half, float(before.mean()), scale)


def preferred(overlap: Step, peers: Step) -> Step:
    """The measurement that counts: the overlap where there is one, the peers otherwise."""
    return peers if overlap.method == "thin" else overlap


def _mean(differences: Numbers) -> tuple[float, float]:
    """Mean and its standard error."""
    count = len(differences)
    if count < HAC_MONTHS or np.ptp(differences) == 0:
        return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(count))
    # Half a second to import, which a build without an overlap as long as this need not wait for.
    from statsmodels.regression.linear_model import OLS

    lags = int(4 * (count / 100) ** (2 / 9))
    options = {"maxlags": lags, "use_correction": True}
    fit = OLS(differences, np.ones(count)).fit(cov_type="HAC", cov_kwds=options)
    return float(fit.params[0]), float(fit.bse[0])
