"""`cls ui`: the Dagster UI over this home, whole for one person, or in the parts that a server runs as services."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

# Pages, and never the daemon, may be reached by others; a proxy that signs people in stands before them.
LOOPBACK = "127.0.0.1"
ENGINEERS_PORT = 3000
READERS_PORT = 3001


def ui(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port on 127.0.0.1; 3000, or 3001 with --read-only.")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Only pages, from which nothing can be run.")] = False,
    pages: Annotated[bool, typer.Option("--pages", help="Only pages; the daemon is a service of its own.")] = False,
    daemon: Annotated[bool, typer.Option("--daemon", help="Only schedule, sensors and queued runs, no pages.")] = False,
    path_prefix: Annotated[str, typer.Option(help="The path under which a proxy offers the pages.")] = "",
) -> None:
    """Open the Dagster UI on 127.0.0.1 over the same state; it also runs the schedule and the sensors."""
    from cls_pipeline.orchestration.instance import instance_environment, prepare_instance
    from cls_pipeline.settings import PROJECT_ROOT, get_settings

    if daemon and (read_only or pages or port is not None):
        raise typer.BadParameter("--daemon has no pages: it goes without --read-only, --pages and --port.")
    if path_prefix and not (read_only or pages):
        raise typer.BadParameter("--path-prefix goes with --pages or --read-only.")
    settings = get_settings()
    prepare_instance(settings)
    workspace = PROJECT_ROOT / "workspace.yaml"
    where = ["-w", str(workspace)] if workspace.exists() else ["-m", "cls_pipeline.definitions"]
    served = port or (READERS_PORT if read_only else ENGINEERS_PORT)
    command = [sys.executable, "-m", *_part(read_only, pages, daemon, served, path_prefix), *where]
    told = "The daemon runs over" if daemon else f"http://{LOOPBACK}:{served}{path_prefix} shows"
    typer.echo(f"{told} {settings.home}. Stop with Ctrl+C.", err=True)
    sys.stderr.flush()
    os.execvpe(command[0], command, {**os.environ, **instance_environment(settings)})


def _part(read_only: bool, pages: bool, daemon: bool, port: int, path_prefix: str) -> list[str]:
    if daemon:
        return ["dagster._daemon", "run"]
    address = ["-h", LOOPBACK, "-p", str(port)]
    if not (read_only or pages):
        return ["dagster", "dev", *address]
    prefix = ["--path-prefix", path_prefix] if path_prefix else []
    return ["dagster_webserver", *address, *prefix, *(["--read-only"] if read_only else [])]
