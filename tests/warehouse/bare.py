"""Releases of the database alone, for tests that ask nothing of the files beside it: those cost seconds each."""

from __future__ import annotations

from collections.abc import Mapping

from cls_pipeline.publishing.parts import Part
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse import release
from cls_pipeline.warehouse.shelf import Release

NOTHING: Mapping[str, Part] = {}


def publish(settings: Settings, parts: Mapping[str, Part] = NOTHING) -> Release:
    """See `cls_pipeline.warehouse.release.publish`."""
    return release.publish(settings, parts)
