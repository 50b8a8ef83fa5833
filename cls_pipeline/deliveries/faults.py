"""The life of a fault: opened, fixed, back again, waived; since when, how often, for how many nights. Pure.

A fault opens on the night on which a load first finds a rule broken in a column of a table of a system, and is fixed on
the night on which no row of it stands any more (`standing`), whichever files the rows came in. Found after that, it has
returned: it keeps the day on which it was first seen, and its nights are counted anew. A waiver silences an open fault
until its day is over; it looses nothing: refused rows stay in quarantine, and a refused delivery cannot be waived.

A night is a day on which something of the fault's system was read, or on which its state changed; nights on which a
sender sent nothing leave no trace.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from cls_pipeline.deliveries.standing import FaultKey, Standing
from cls_pipeline.outcomes import Life, RuleFailure, StandingFault
from cls_pipeline.registry import Waiver
from cls_pipeline.registry.text import fold

State = Literal["open", "returned", "waived", "fixed"]


@dataclass(frozen=True)
class Fault:
    """A fault and its life until now.

    `opened` is the night on which it was found this time, `closed` the one on which it was put right, `last_seen` the
    last on which something was read and it stood. `waiver` is the one that holds or, where the state is not `waived`,
    the one that has ended. `failure`, `delivery_id` and `files` are of the last night on which it stood.
    """

    system_id: str
    entity: str
    failure: RuleFailure
    delivery_id: str
    files: int
    first_seen: date
    opened: date
    last_seen: date
    closed: date | None = None
    times_opened: int = 1
    state: State = "open"
    waiver: Waiver | None = None

    @property
    def key(self) -> FaultKey:
        """What makes it one and the same."""
        failure = self.failure
        return (self.system_id, self.entity, failure.rule_id, failure.source_table, failure.their_column)

    def nights_open(self, today: date) -> int:
        """The nights from the one on which it was found until today, or until the one on which it was put right."""
        return (self.closed - self.opened).days if self.closed else (today - self.opened).days + 1


def judge(
    before: Mapping[FaultKey, Fault],
    standing: Mapping[FaultKey, Standing],
    read: Collection[str],
    waivers: Sequence[Waiver],
    night: date,
) -> dict[FaultKey, Fault]:
    """Every fault after a night.

    Args:
        before: the faults as they were.
        standing: the failures that stand now.
        read: the systems of which something was read tonight.
        waivers: the sender's.
        night: tonight; not before any night that was judged.
    """
    after = {key: fault if key in standing else _closed(fault, night) for key, fault in before.items()}
    for key, found in standing.items():
        fault = after.get(key)
        if fault is None:
            system_id, entity = key[:2]
            fault = Fault(system_id, entity, found.failure, found.delivery_id, found.files, night, night, night)
        elif fault.closed:
            fault = replace(
                fault, opened=night, last_seen=night, closed=None, times_opened=fault.times_opened + 1, waiver=None
            )
        elif fault.system_id in read:
            fault = replace(fault, last_seen=night)
        fault = replace(fault, failure=found.failure, delivery_id=found.delivery_id, files=found.files)
        after[key] = _weighed(fault, waivers, night)
    return after


def _closed(fault: Fault, night: date) -> Fault:
    return fault if fault.closed else replace(fault, closed=night, state="fixed", waiver=None)


def _weighed(fault: Fault, waivers: Sequence[Waiver], night: date) -> Fault:
    """An open fault with the state that the waivers leave it."""
    waiver = waiver_of(fault.entity, fault.failure, waivers)
    if waiver is not None and waiver.in_force(night):
        return replace(fault, state="waived", waiver=waiver)
    return replace(fault, state="open" if fault.times_opened == 1 else "returned", waiver=waiver)


def waiver_of(entity: str, failure: RuleFailure, waivers: Sequence[Waiver]) -> Waiver | None:
    """The waiver of a failure that lasts longest, whether it has ended or not; none of what refuses a delivery."""
    if failure.severity == "refuse_delivery":
        return None
    fitting = [
        waiver
        for waiver in waivers
        if (waiver.entity, waiver.rule) == (entity, failure.rule_id)
        and (waiver.column is None or fold(waiver.column) == fold(failure.their_column))
    ]
    return max(fitting, key=lambda waiver: waiver.until, default=None)


def changed(before: Fault | None, after: Fault) -> bool:
    """Whether a fault began, ended, or changed its state or its waiver."""
    return before is None or any(
        getattr(before, name) != getattr(after, name) for name in ("state", "opened", "closed", "waiver")
    )


def standing_fault(fault: Fault, today: date) -> StandingFault:
    """An open fault as the other rooms are told of it."""
    waived = fault.state == "waived"
    life: Life = "waived" if waived else "returned" if fault.times_opened > 1 else "continuing"
    if life == "continuing" and fault.opened == today:
        life = "new"
    return StandingFault(
        failure=fault.failure,
        first_seen=fault.first_seen,
        last_seen=fault.last_seen,
        nights_open=fault.nights_open(today),
        life=life,
        waiver=fault.waiver if waived else None,
        expired_waiver=None if waived else fault.waiver,
        open_since=fault.opened,
        system_id=fault.system_id,
        files=fault.files,
    )
