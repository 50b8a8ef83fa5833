"""`cls status`: how each sender stands. With `--faults`, every fault: see `faults`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cls_pipeline.cli.faults import STANDING, State, show_faults

if TYPE_CHECKING:
    from rich.table import Table

    from cls_pipeline.registry import Registry
    from cls_pipeline.settings import Settings

COLUMNS = ("site", "system in force", "records", "delivered", "accepted", "quarantined", "refused", "oldest open fault")
NUMBERS = ("delivered", "accepted", "quarantined", "refused")
MAP_ONLY = "* known only from a map: name and system are placeholders"


class NothingLoadedError(RuntimeError):
    """There is no ledger to read."""


class UnknownSenderError(ValueError):
    """A sender was asked for that the registry does not know."""


def status(
    faults: Annotated[
        bool, typer.Option("--faults", help="Show the rules that failed instead: what, where, since when, and state.")
    ] = False,
    site: Annotated[list[str] | None, typer.Option(help="Only of this site or publisher; may be repeated.")] = None,
    state: Annotated[
        list[State] | None,
        typer.Option(help="Only faults in this state; may be repeated. Else all not fixed."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The faults as JSON instead of a table.")] = False,
) -> None:
    """Show for each sender the system in force, where its rows went, and its oldest open fault; or every fault."""
    from cls_pipeline.cli.console import out
    from cls_pipeline.registry import load_registry
    from cls_pipeline.settings import get_settings

    if (state or as_json) and not faults:
        raise typer.BadParameter("--state and --json are for --faults.")
    settings = get_settings()
    if not settings.ledger_path.exists():
        raise NothingLoadedError(f"Nothing was loaded into {settings.home} yet. Is CLS_HOME right? Then: cls nightly")
    registry = load_registry(settings.contracts_dir)
    unknown = sorted(set(site or ()) - set(registry.senders))
    if unknown:
        raise UnknownSenderError(f"There is no sender {', '.join(unknown)} in {registry.folder / 'senders'}.")
    if faults:
        show_faults(settings, registry, site or (), tuple(item.value for item in state or STANDING), as_json)
        return
    out.print(status_table(settings, registry, site or ()))
    out.print()
    next_steps(settings)


def status_table(settings: Settings, registry: Registry, only: Sequence[str] = ()) -> Table:
    """The table of all senders, or of those named; a publisher only once it has delivered."""
    from rich.markup import escape

    from cls_pipeline.cli.console import table
    from cls_pipeline.deliveries.ledger import Ledger
    from cls_pipeline.registry.origin import INVENTED
    from cls_pipeline.status import overview

    made = table(COLUMNS, NUMBERS)
    shown = set()
    for item in overview(registry, Ledger(settings.ledger_path)):
        silent = item.kind == "publisher" and item.as_of is None and not item.platform_fault
        if silent or (only and item.sender_id not in only):
            continue
        shown.add(item.records)
        counts = (item.delivered, item.accepted, item.quarantined, item.refused)
        fault = f"{item.oldest_open_fault} ({item.open_faults} open)" if item.oldest_open_fault else "-"
        made.add_row(
            escape(item.name if item.confirmed else f"{item.name} *"),
            escape(_systems(item.systems)),
            item.records or "-",
            *[f"{count:,}" if item.as_of else "-" for count in counts],
            "[red]platform fault[/red]" if item.platform_fault else fault,
            style="" if item.as_of else "dim",
        )
    notes = [MAP_ONLY] if any(not sender.confirmed for sender in registry.senders.values()) else []
    notes += [f"simulated: {INVENTED}"] if shown & {"simulated", "mixed"} else []
    made.caption = "\n".join(notes) or None
    made.caption_justify = "left"
    return made


def _systems(names: Sequence[str]) -> str:
    """The first system and how many more are in force beside it."""
    return "none" if not names else names[0] if len(names) == 1 else f"{names[0]} + {len(names) - 1}"


def next_steps(settings: Settings, digests: Sequence[str] = ()) -> None:
    """Prints where the release is, and three commands to try."""
    from cls_pipeline.cli.console import out

    current = settings.releases / "current" / "cls.duckdb"
    if not current.exists():
        out.print(f"There is no release in {settings.home} yet. cls nightly makes one.", markup=False, soft_wrap=True)
        return
    out.print(f"Release: {current.resolve()}", markup=False, soft_wrap=True)
    out.print("Try next:")
    told = f"cat {settings.returns}/{digests[0]}/digest_*.md" if digests else "cls doctor"
    cls = _command()
    query = f'{cls} sql "select * from metric_series limit 10"'
    for command in (query, told.replace("cls doctor", f"{cls} doctor"), f"{cls} ui"):
        out.print(f"  {command}", markup=False, soft_wrap=True)


def _command() -> str:
    """How this program can be called from here: by its name, or by where it stands."""
    called = Path(sys.argv[0])
    if called.name != "cls" or shutil.which("cls"):
        return "cls"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
