"""Whatever numbers come, a value lies within the range that is claimed of it."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stepladder_dsl.analysis.amounts import COUNTED, POINT_ZERO, SHARE, UNBOUND, Amounts, Range
from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source

numbers = st.integers(-60, 60).map(lambda number: Decimal(number) / 4)
bounds = st.tuples(numbers, numbers, numbers).map(sorted)
ranges = bounds.map(lambda three: (three[1], Range(three[0], three[2])))
half_open = bounds.map(lambda three: (three[1], Range(least=three[0])))
open_below = bounds.map(lambda three: (three[1], Range(most=three[2])))
values = ranges | half_open | open_below

SPEC = """\
spec shop
    currency EUR
record client
    budget money >= 100 <= 500
    rebate number >= 0 <= 1
    touched number >= 0
event purchase for client
    amount money > 0
    score number >= 0 <= 10
decide percent for client
    first match
    | budget || share |
    | > 300  || 15%   |
    | -      || 5%    |
decide bonus for client
    collect sum
    | budget || euros |
    | > 300  || 10    |
    | > 200  || 5     |
process sale for client
    stage one
        on purchase go to one
            set touched = -5
let value for client = {value}
"""


def lies_in(value: Decimal, claimed: Range) -> bool:
    return claimed.least <= value <= claimed.most


@given(values, values)
@example((Decimal(-1), Range(Decimal(-2), Decimal(0))), (Decimal(1), Range(Decimal(0))))
@example((Decimal(2), Range(Decimal(1), Decimal(2))), (Decimal(3), Range(Decimal(0), Decimal(3))))
def test_what_is_calculated_lies_in_the_range_calculated(
    left: tuple[Decimal, Range], right: tuple[Decimal, Range]
) -> None:
    (one, of_one), (two, of_two) = left, right
    assert lies_in(one + two, of_one + of_two)
    assert lies_in(one - two, of_one + -of_two)
    assert lies_in(one * two, of_one * of_two)
    assert lies_in(one, of_one | of_two)
    if two:
        quotient = Context(prec=28, rounding=ROUND_HALF_EVEN).divide(one, two)
        assert lies_in(quotient, of_one / of_two)


def range_of(value: str) -> Range:
    compiled = compile_text(Source("shop.ladder", SPEC.format(value=value)), lint=False)
    assert compiled.spec is not None
    assert not compiled.errors
    return Amounts(compiled.spec).of(compiled.spec.lets["value"].value, "client")


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("19.90 + 5", "24.90", "24.90"),
        ("budget - 50", "50", "450"),
        ("budget * percent", "5", "75"),
        ("bonus", "0", "15"),
        ("-budget / 2", "-250", "-50"),
        ("average of purchase.score", "0", "10"),
        ("if budget > 200 then 3 else 7", "3", "7"),
        ("budget / 50 - budget / 50", "0", "0"),
    ],
)
def test_a_value_has_the_narrowest_bounds_that_the_text_tells(value: str, least: str, most: str) -> None:
    assert range_of(value) == Range(Decimal(least), Decimal(most))


@pytest.mark.parametrize(
    ("value", "claimed"),
    [
        ("count of purchase", COUNTED),
        ("sum of purchase.amount", COUNTED),
        ("days since last purchase", COUNTED),
        ("(count of purchase where amount > 5) / count of purchase", SHARE),
        ("(count of purchase) / (count of purchase where amount > 5)", COUNTED),
        ("touched", UNBOUND),
        ("rebate / (rebate - 1)", Range(most=Decimal(0))),
        ("0 * (1 / (rebate - 0.5))", POINT_ZERO),
        ("1 / (rebate - 0.5)", UNBOUND),
    ],
)
def test_a_value_without_a_bound_has_none(value: str, claimed: Range) -> None:
    assert range_of(value) == claimed
