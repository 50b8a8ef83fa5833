"""When a change is worth a word, and when an alarm: every limit with its reason. Only a sender's own threshold for a
fall stands elsewhere, in its file (`alarm_fall`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, sqrt
from statistics import median
from typing import Final

#: A count below this moves by more than a twentieth through chance alone, and says nothing.
COUNTED_FROM: Final = 100
#: So rare a code can be absent by chance.
COMMON: Final = 0.01
#: So many rows of a code are expected at least before its absence means something: e^-10 is 1 in 20,000.
EXPECTED: Final = 10
#: A difference of two shares, as Cohen's h: 0.2 is the least that Cohen calls an effect; half of it is told.
TOLD_H, ALARM_H = 0.1, 0.2
#: Near nought and one, where h is sensitive, so much of a share is needed beside it.
ALARM_POINTS: Final = 0.02
#: Dozens of shares are compared at a time; so many standard errors do not come about by chance.
ERRORS: Final = 4
#: How many deliveries are recent, and of how many one can tell what is usual.
RECENT, USUAL_FROM = 12, 5
#: Of a modified z-score, as Iglewicz and Hoaglin (1993) advise.
ODD_SCORE: Final = 3.5


def fell(before: float, now: float, limit: float, *, other_records: bool = False) -> bool:
    """Whether a count fell by more than a share of it, and is not too small to say.

    Where the two count other records, as two spans of twelve months do in part, also by more than chance would have
    it: by three standard errors of the difference of their roots, each of which has a variance of a quarter (Bartlett
    1936).
    """
    if other_records and sqrt(before) - sqrt(now) <= 3 * sqrt(1 / 2):
        return False
    return before >= COUNTED_FROM and now < before * (1 - limit)


def unusually_few(now: int, recent: Sequence[int], limit: float) -> bool:
    """Whether a count of what came anew is oddly low beside those of recent deliveries.

    Lower than each of them (a night after a holiday may be empty), by more than the limit below their median, and with
    a modified z-score beyond 3.5. Roots of counts are compared: the standard deviation of a Poisson count's root is
    one half whatever its mean (Bartlett 1936), and no spread is taken to be smaller.
    """
    if len(recent) < USUAL_FROM or now >= min(recent):
        return False
    roots = [sqrt(count) for count in recent]
    middle = median(roots)
    spread = max(1.4826 * median(abs(root - middle) for root in roots), 0.5)
    return now < median(recent) * (1 - limit) and (sqrt(now) - middle) / spread < -ODD_SCORE


def effect(share: float, other: float) -> float:
    """Cohen's h, the difference of two shares on a scale on which their spread does not depend on them (Cohen 1988)."""
    return abs(2 * asin(sqrt(share)) - 2 * asin(sqrt(other)))


def beyond_chance(size: float, rows: int, other_rows: int) -> bool:
    """Whether an effect between two sets of different records is too large for chance; h has variance 1/n in each."""
    return size > ERRORS * sqrt(1 / rows + 1 / other_rows)
