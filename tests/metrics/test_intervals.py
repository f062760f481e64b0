"""Intervals of shares and means, against the definition of what they approximate."""

from __future__ import annotations

from decimal import Decimal
from math import exp, lgamma, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.metrics.standard.intervals import mean_interval, t_point, wilson_interval
from stepladder_engine.metrics.standard.lists import numbers_of


def share_within(point: float, freedom: int) -> float:
    """Give how much of Student's t lies within ±point: its density added up by Simpson's rule."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    pieces = 4_000
    width = point / pieces

    def density(x: float) -> float:
        return float(scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2))

    inner = sum((4 if place % 2 else 2) * density(place * width) for place in range(1, pieces))
    return 2 * width / 3 * (density(0) + inner + density(point))


@pytest.mark.parametrize("freedom", [*range(1, 34), 60, 200, 5_000])
def test_95_per_cent_of_the_distribution_lie_within_its_point(freedom: int) -> None:
    assert share_within(float(t_point(freedom)), freedom) == pytest.approx(0.95, abs=2e-7)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (10, 10, 0.7225, 1),
    ],
)
def test_wilson_intervals_that_are_known(part: int, whole: int, low: float, high: float) -> None:
    """The first four are method 3 in R. G. Newcombe, Two-sided intervals for a proportion (1998)."""
    found = wilson_interval(part, whole)
    assert found
    assert [float(end) for end in found] == [pytest.approx(end, abs=5e-5) for end in (low, high)]


def test_of_nothing_there_is_no_interval() -> None:
    assert wilson_interval(0, 0) is None
    assert mean_interval(numbers_of([])) is mean_interval(numbers_of([Decimal(5)])) is None


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_lies_in_its_interval_and_the_other_side_mirrors_it(given_: tuple[int, int]) -> None:
    part, whole = given_
    found, other = wilson_interval(part, whole), wilson_interval(whole - part, whole)
    assert found
    assert other
    low, high = found
    assert 0 <= low <= Decimal(part) / whole <= high <= 1
    assert abs(low - (1 - other[1])) < Decimal("1e-20")


AMOUNTS = st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=2, max_size=40)


@given(AMOUNTS, st.decimals(-(10**9), 10**9, places=2))
def test_an_interval_of_a_mean_moves_with_the_values(values: list[Decimal], by: Decimal) -> None:
    before, after = (
        mean_interval(numbers_of(values)),
        mean_interval(numbers_of([value + by for value in values])),
    )
    assert before
    assert after
    for one, other in zip(before, after, strict=True):
        assert abs(one + by - other) < Decimal("1e-9")
