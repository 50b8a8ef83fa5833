"""National numbers that follow their rule and can be nobody's."""

from __future__ import annotations

import polars as pl
import pytest

from cls_pipeline.sample.world import World

from .conftest import world_of


def _follows_modulus_11(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(number[9])


@pytest.mark.parametrize("site", ["fife", "york"])
def test_national_numbers_have_their_check_digit(site: str) -> None:
    numbers = world_of(site).frames["person"]["national_id"].drop_nulls()
    assert len(numbers) > 100
    assert all(_follows_modulus_11(number) for number in numbers)
    assert numbers.is_unique().all()


def test_chi_numbers_have_a_day_of_birth_that_no_month_has(fife: World) -> None:
    assert fife.frames["person"]["national_id"].drop_nulls().str.slice(0, 2).cast(pl.Int64).min() > 40


def test_nhs_numbers_are_from_a_range_never_issued() -> None:
    assert world_of("york").frames["person"]["national_id"].drop_nulls().str.starts_with("9").all()


def test_no_two_sites_share_a_national_number() -> None:
    york, leeds = (set(world_of(site).frames["person"]["national_id"].drop_nulls()) for site in ("york", "leeds"))
    assert york.isdisjoint(leeds)
