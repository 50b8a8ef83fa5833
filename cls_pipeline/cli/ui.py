"""`cls ui`: the Dagster UI over this home."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer


def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")] = 3000,
) -> None:
    """Open the Dagster UI on 127.0.0.1 over the same state; it also runs the schedule and the sensors."""
    from cls_pipeline.orchestration.instance import instance_environment, prepare_instance
    from cls_pipeline.settings import PROJECT_ROOT, get_settings

    settings = get_settings()
    prepare_instance(settings)
    command = [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port)]
    workspace = PROJECT_ROOT / "workspace.yaml"
    command += ["-w", str(workspace)] if workspace.exists() else ["-m", "cls_pipeline.definitions"]
    typer.echo(f"http://127.0.0.1:{port} shows {settings.home}. Stop with Ctrl+C.", err=True)
    sys.stderr.flush()
    os.execvpe(command[0], command, {**os.environ, **instance_environment(settings)})
