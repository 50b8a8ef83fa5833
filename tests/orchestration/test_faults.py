"""A fault of the platform is told with where it arose and without what a record holds."""

from __future__ import annotations

import polars as pl
import pytest

from cls_pipeline.orchestration.faults import summary, trace

NAME = "Mrs Jones"
NUMBER = "AB123456C"


def test_a_librarys_message_is_withheld() -> None:
    with pytest.raises(pl.exceptions.PolarsError) as raised:
        pl.Series([NAME]).cast(pl.Int64)
    told = trace(raised.value)
    assert NAME not in told
    assert "test_faults.py" in told


def test_the_value_is_withheld_from_the_cause_too() -> None:
    try:
        try:
            int(NUMBER)
        except ValueError as error:
            raise OSError(28, "No space left on device") from error
    except OSError as error:
        told = trace(error)
    assert NUMBER not in told
    assert "ValueError" in told


def test_a_full_disk_is_told_as_it_is() -> None:
    assert summary(OSError(28, "No space left on device")) == "OSError: [Errno 28] No space left on device"
