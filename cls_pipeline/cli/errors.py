"""Errors on the command line are sentences; the traceback is there for whoever asks with `--debug`."""

from __future__ import annotations

from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup
from typer.exceptions import TyperException

PLATFORM_TROUBLE = 1


class NoReleaseError(RuntimeError):
    """There is nothing to ask yet."""


class SentenceGroup(TyperGroup):
    """A command group that tells an exception as a sentence and exits with 1."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            typer.echo(f"cls: {sentence(error)}", err=True)
            raise typer.Exit(PLATFORM_TROUBLE) from error


def sentence(error: Exception) -> str:
    """The error as whoever typed the command should read it."""
    if type(error).__module__.startswith("cls_pipeline"):
        return str(error)
    if isinstance(error, ValidationError):
        return " ".join(f"{_variable(item['loc'])}: {item['msg']}, found {item['input']!r}." for item in error.errors())
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    return f"{error}\n({type(error).__name__}; --debug shows where.)"


def _variable(location: tuple[int | str, ...]) -> str:
    """The environment variable behind a field of the settings."""
    return "_".join(["CLS", *map(str, location)]).upper()
