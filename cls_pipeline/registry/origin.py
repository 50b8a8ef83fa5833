"""Where records come from: `reported` by a place, or `simulated` under its name. Real places' names stand on both.

A profile with `layout: illustrative` is an invented product, which nobody runs; so what comes through it is simulated.
Nothing else decides. How the simulated programme is made belongs in `sample`, which nothing here may know.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.sender import Sender

Origin = Literal["simulated", "reported", "mixed"]

ILLUSTRATIVE: Final = "illustrative"
INVENTED: Final = "people and events are invented and say nothing about any real place"
#: What a reader must know of a sender's records, in a sentence; nothing where they are reported.
NOTES: Final[dict[Origin, str]] = {
    "simulated": f"Records are simulated: {INVENTED}.",
    "mixed": f"Some records are simulated: in them, {INVENTED}.",
    "reported": "",
}


def origin(layouts: Iterable[str]) -> Origin | None:
    """Where records come from that came through profiles of these layouts; None where there are no records."""
    found = {layout == ILLUSTRATIVE for layout in layouts}
    if not found:
        return None
    return "mixed" if len(found) > 1 else "simulated" if True in found else "reported"


def origin_of(sender: Sender, registry: Registry) -> Origin:
    """Where the records of a sender come from, by the systems that it is registered with, past ones included."""
    return origin(system.layout for system in registry.systems_of(sender)) or "reported"


def shown_name(sender: Sender, registry: Registry) -> str:
    """A sender's name, with a word on its records where they are not all reported."""
    words = {"simulated": " (records simulated)", "mixed": " (records partly simulated)", "reported": ""}
    return sender.name + words[origin_of(sender, registry)]
