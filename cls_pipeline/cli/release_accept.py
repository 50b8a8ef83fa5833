"""`cls release accept`: lets what the gate holds back go out, knowingly and with a reason."""

from __future__ import annotations

from typing import Annotated

import typer


def accept(
    release_id: Annotated[str, typer.Argument(metavar="ID", help="The held release, or the start of its name.")],
    why: Annotated[str, typer.Option("--why", help="Why it is right as it is; told on the page of the release.")],
) -> None:
    """Accept what failed at the gate of a held release, once, and publish.

    Only changes since the last release may be accepted: what is gone, and old figures that moved. The release is made
    anew from the warehouse as it is now; whatever else fails then still holds it back.
    """
    from filelock import FileLock

    from cls_pipeline.cli.console import out, working
    from cls_pipeline.gate.accepted import accept as write_acceptance
    from cls_pipeline.settings import get_settings
    from cls_pipeline.warehouse.release import publish
    from cls_pipeline.warehouse.shelf import HELD

    settings = get_settings()
    acceptance = write_acceptance(settings.releases / HELD, release_id, why)
    out.print(f"{acceptance.words}", markup=False, soft_wrap=True)
    with working("Publishing the release"), FileLock(settings.warehouse / "orchestration.lock"):
        made = publish(settings)
    out.print(f"Release: {made.path}", markup=False, soft_wrap=True)
