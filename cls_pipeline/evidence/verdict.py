"""From a measured break to a verdict on it. Measuring is done elsewhere; what a link does to values, in `link`."""

from __future__ import annotations

from typing import Final, Literal

from cls_pipeline.evidence.step import Step

Verdict = Literal["continuous", "linked", "not comparable"]

# A comparable value may err by 3 % in one case of twenty, which is what the programme asks of its published series near
# a cutover. A break that certainly moved the level by less needs no link: the link's own error would be as large.
CONTINUOUS_WITHIN: Final = 0.03
# The same for a link: where the 95 % interval is no wider than 3 % to either side, a linked value keeps the promise.
LINKED_WITHIN: Final = 0.03


def verdict_on(step: Step) -> Verdict:
    """What may be said across a break.

    `continuous`: the interval includes 0 and lies within ±3 % of the level. `linked`: it does not, and reaches no more
    than 3 % to either side of the size. `not comparable`: evidence is thin or the interval wide.
    """
    if step.size is None or step.size_low is None or step.size_high is None:
        return "not comparable"
    if step.size_low <= 0 <= step.size_high and max(-step.size_low, step.size_high) <= CONTINUOUS_WITHIN:
        return "continuous"
    # The interval is of the new level as a share of the old; what is carried to the new level is the old one, so its
    # error is a share of the new.
    half = (step.size_high - step.size_low) / 2 / max(1 + step.size, 1e-9)
    return "linked" if half <= LINKED_WITHIN else "not comparable"
