"""Two texts that a person would call the same are the same."""

from __future__ import annotations

import pytest

from cls_pipeline.conform import translate
from cls_pipeline.registry import text


@pytest.mark.parametrize("given", ["2 Advice", " 2  advice ", "2\tADVICE", "2\u00a0Advice\n"])
def test_case_and_white_space_do_not_tell_texts_apart(given: str) -> None:
    assert text.fold(given) == "2 advice"


def test_texts_are_compared_alike_on_loading_and_on_translating() -> None:
    assert translate.fold is text.fold
