"""`cls accounts`: the shell commands that give each sender's folders to a group of the operating system.

It prints and does nothing: only root may, and root should read what it is about to run.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

# A group's name may have 32 characters; the longest sender's id is well below what is left.
GROUP = "cls-{sender}"
ANALYSTS = "cls-analysts"


def accounts(
    owner: Annotated[str, typer.Option(help="The account that runs the pipeline.")] = "cls",
) -> None:
    """Print the commands (for root's shell) by which no sender's account reaches another's files."""
    from cls_pipeline.registry import load_registry
    from cls_pipeline.settings import get_settings

    settings = get_settings()
    senders = load_registry(settings.contracts_dir).senders
    typer.echo("\n".join(commands(senders, settings.home, owner)))


def commands(senders: Iterable[str], home: Path, owner: str) -> Iterator[str]:
    """A line of shell each; running them again changes nothing.

    A site's group may write into `inbox/<site>` and read `returns/<site>`. Folders carry the group's bit (setgid), so
    what is written there later is the group's too. Nobody can list who else there is, and the rest of the home is the
    owner's; analysts have a group that reads releases.
    """
    mine, place = shlex.quote(owner), shlex.quote(str(home))
    yield "set -eu"
    yield (
        f"id -u {mine} >/dev/null 2>&1 || "
        f"useradd --system --user-group --home-dir {place} --shell /usr/sbin/nologin {mine}"
    )
    yield f"install -d -o {mine} -g {mine} -m 0711 {place} {place}/inbox {place}/returns"
    yield f"install -d -o {mine} -g {mine} -m 0700 {place}/dagster"
    yield f"groupadd -f {ANALYSTS}"
    yield f"install -d -o {mine} -g {ANALYSTS} -m 2750 {place}/releases"
    yield f"usermod -aG {ANALYSTS} {mine}"
    for sender in sorted(senders):
        group = GROUP.format(sender=sender)
        inbox, returns = f"{place}/inbox/{sender}", f"{place}/returns/{sender}"
        yield f"groupadd -f {group}"
        # The pipeline reads what the group delivers, and may give its files to the group, only as a member.
        yield f"usermod -aG {group} {mine}"
        yield f"install -d -o {mine} -g {group} -m 2770 {inbox}"
        yield f"install -d -o {mine} -g {group} -m 2750 {returns}"
        # What was there before.
        yield f"chgrp -R {group} {inbox} {returns}"
        yield f"find {inbox} {returns} -type f -exec chmod u+r,g+r,o= {{}} +"
