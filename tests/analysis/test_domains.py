"""Sets of values, held against looking at every value of a small world one by one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.analysis.domains import Domain, everything, names, remaining, subtracted
from stepladder_dsl.analysis.intervals import CONTINUOUS, DAYS, WHOLE, Interval, Ranges, ranges
from stepladder_dsl.analysis.truths import domain_of, truth_of
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    DateType,
    DurationType,
    NumberType,
    TextType,
    Type,
    YesNoType,
)
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.expressions.compile import Compiler
from stepladder_engine.expressions.view import View

NUMBERS: list[Any] = [Decimal(half) / 2 for half in range(-3, 10)]
BOUNDS = [Decimal(bound) for bound in range(5)]
DATES: list[Any] = [date(2026, 3, day) for day in range(1, 8)]
CHOICES = ("press", "social", "friend")
WORLDS: list[tuple[Type, list[Any], list[Any]]] = [
    (NumberType(), NUMBERS, BOUNDS),
    (DateType(), DATES, DATES[1:6]),
    (ChoiceType(CHOICES), list(CHOICES), [*CHOICES]),
    (TextType(), ["A", "B", "C", "D"], ["A", "B"]),
    (YesNoType(), [True, False], [True, False]),
]
"""A type, all the values that are looked at, and those that stand in conditions."""


def literal(value: Any, kind: Type) -> e.Literal:
    return e.Literal(value, AnyType() if value is None else kind)


@st.composite
def conditions(draw: st.DrawFn, subject: e.Expression, bounds: list[Any], depth: int = 3) -> e.Expression:
    """Draw a condition about one subject."""
    ordered = isinstance(subject.type, NumberType | DateType)
    value = st.sampled_from([*bounds, None]).map(lambda found: literal(found, subject.type))
    kinds = ["compare", "member", "known", "literal"]
    kinds += ["between"] if ordered else []
    kinds += ["not", "and", "or", "if"] if depth else []
    kinds += ["itself"] if isinstance(subject.type, YesNoType) else []
    inner = conditions(subject, bounds, depth - 1) if depth else st.nothing()
    match draw(st.sampled_from(kinds)):
        case "compare":
            operator = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="] if ordered else ["=", "!="]))
            sides = (subject, draw(value))
            return e.Comparison(operator, *(sides if draw(st.booleans()) else reversed(sides)))
        case "member":
            return e.Membership(subject, tuple(draw(st.lists(value, min_size=1, max_size=3))))
        case "known":
            return e.IsKnown(subject, draw(st.booleans()))
        case "between":
            return e.Between(subject, draw(value), draw(value))
        case "not":
            return e.Not(draw(inner))
        case "if":
            return e.Conditional(draw(inner), draw(inner), draw(inner), YesNoType())
        case "and" | "or" as operator:
            return e.Logical(operator, tuple(draw(st.lists(inner, min_size=1, max_size=3))))
        case "itself":
            return subject
        case _:
            return e.Literal(draw(st.sampled_from([True, False, None])), YesNoType())


def evaluated(condition: e.Expression, value: Any) -> Any:
    view = View({"x": value})
    return Compiler(Zone("UTC"), {}, {}).compile(condition)(view)


@pytest.mark.parametrize(("kind", "values", "bounds"), WORLDS, ids=lambda given: type(given).__name__)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_condition_is_true_and_false_for_the_values_for_which_the_executor_says_so(
    kind: Type, values: list[Any], bounds: list[Any], data: st.DataObject
) -> None:
    subject = e.RecordField("x", kind, optional=True)
    condition = data.draw(conditions(subject, bounds))
    truth = truth_of(condition, subject)
    assert truth is not None
    for value in [*values, None]:
        said = True if truth.true.contains(value) else False if truth.false.contains(value) else None
        assert said == evaluated(condition, value), value


@pytest.mark.parametrize(("kind", "values", "bounds"), WORLDS, ids=lambda given: type(given).__name__)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_sets_are_joined_met_and_turned_round_value_by_value(
    kind: Type, values: list[Any], bounds: list[Any], data: st.DataObject
) -> None:
    subject = e.RecordField("x", kind, optional=True)
    one, two = (domain_of(data.draw(conditions(subject, bounds, 1)), subject) for _ in range(2))
    assert one is not None
    assert two is not None
    for value in [*values, None]:
        has_one, has_two = one.contains(value), two.contains(value)
        assert one.union(two).contains(value) == (has_one or has_two)
        assert one.intersection(two).contains(value) == (has_one and has_two)
        assert one.complement().contains(value) != has_one
        assert one.without(two).contains(value) == (has_one and not has_two)
    assert one.complement().complement() == one
    assert one.intersection(one.complement()).is_empty
    assert one.union(two).covers(one)


@pytest.mark.parametrize(("kind", "values", "bounds"), WORLDS, ids=lambda given: type(given).__name__)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_set_that_is_not_empty_gives_an_example_of_itself(
    kind: Type, values: list[Any], bounds: list[Any], data: st.DataObject
) -> None:
    subject = e.RecordField("x", kind, optional=True)
    found = domain_of(data.draw(conditions(subject, bounds)), subject)
    assert found is not None
    if found.is_empty:
        assert not any(found.contains(value) for value in [*values, None])
        with pytest.raises(ValueError, match="no value"):
            found.example()
    else:
        assert found.contains(found.example())


@given(
    st.lists(st.tuples(*[st.integers(-60, 60).map(Decimal)] * 2, *[st.sampled_from([0, 1])] * 2), max_size=4)
)
def test_whole_numbers_between_bounds_are_those_that_can_be_counted(
    bounds: list[tuple[Decimal, Decimal, int, int]],
) -> None:
    tenths = [(low / 10, high / 10, one, two) for low, high, one, two in bounds]
    intervals = [Interval((low, one), (high, two)) for low, high, one, two in tenths]
    found = ranges(intervals, WHOLE)
    for number in map(Decimal, range(-8, 9)):
        expected = any(
            (low < number if one else low <= number) and (number <= high if two else number < high)
            for low, high, one, two in tenths
        )
        assert found.contains(number) == expected
        assert found.complement().contains(number) != expected
    assert found.is_empty or found.contains(found.example())


def test_between_two_neighbouring_whole_numbers_there_is_nothing() -> None:
    gap = [Interval((Decimal(2), 1), (Decimal(3), 0))]
    assert not ranges(gap, CONTINUOUS).is_empty
    assert ranges(gap, WHOLE).is_empty
    assert Ranges(WHOLE).intersection(ranges(gap)).is_empty


def test_the_first_and_the_last_day_of_time_are_ends() -> None:
    subject = e.RecordField("x", DateType())
    for operator, day in (("<", date.min), (">", date.max)):
        found = domain_of(e.Comparison(operator, subject, e.Literal(day, DateType())), subject)
        assert found is not None
        assert found.is_empty
    whole = domain_of(e.Comparison(">=", subject, e.Literal(date.min, DateType())), subject)
    assert whole == Domain(Ranges(DAYS))


def test_what_speaks_of_something_else_cannot_be_said() -> None:
    subject, other = e.RecordField("x", NumberType()), e.RecordField("y", NumberType())
    assert domain_of(e.Comparison(">", subject, other), subject) is None
    assert domain_of(e.Comparison(">", other, e.Literal(Decimal(1), NumberType())), subject) is None
    assert domain_of(e.Comparison(">", subject, subject), subject) is None
    assert everything(AnyType()) is None


def test_constants_are_computed() -> None:
    subject = e.RecordField("x", NumberType())
    two = e.Literal(Decimal(2), NumberType())
    computed = e.Arithmetic("*", two, e.Negate(two, NumberType()), NumberType())
    found = domain_of(e.Comparison("=", subject, computed), subject)
    assert found is not None
    assert (found.example(), found.contains(Decimal(4))) == (Decimal(-4), False)


def test_lengths_of_time_are_compared_as_they_are_written() -> None:
    subject = e.RecordField("x", DurationType())
    assert domain_of(e.IsKnown(subject), subject) == Domain(names((), among=False))


@pytest.mark.parametrize(
    ("low", "high", "example"),
    [
        (None, None, "0"),
        ("0", None, "1"),
        ("300", "500", "400"),
        ("1500", None, "2000"),
        ("9.99", "10", "9.991"),
        ("0", "1", "0.1"),
        ("-5", "-3", "-4"),
        (None, "-7", "-8"),
        ("299", "301", "300"),
    ],
)
def test_examples_are_small_and_round(low: str | None, high: str | None, example: str) -> None:
    interval = Interval(
        *(None if end is None else (Decimal(end), side) for end, side in ((low, 1), (high, 0)))
    )
    assert ranges([interval]).example() == Decimal(example)


def domains_over(bounds: list[Decimal]) -> st.SearchStrategy[Domain]:
    """Small sets of whole numbers and perhaps unknown."""
    chosen = st.sets(st.sampled_from(bounds))
    return st.builds(
        lambda values, unknown: Domain(
            ranges((Interval((value, 0), (value, 1)) for value in values), WHOLE), unknown=unknown
        ),
        chosen,
        st.booleans(),
    )


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(domains_over(BOUNDS[:3]), domains_over(BOUNDS[:3])), max_size=5))
def test_what_is_left_of_a_space_is_what_no_row_holds(rows: list[tuple[Domain, Domain]]) -> None:
    side = Domain(ranges([Interval((Decimal(0), 0), (Decimal(2), 1))], WHOLE), unknown=True)
    left = remaining([(side, side)], rows)
    assert left is not None
    for point in product([*BOUNDS[:3], None], repeat=2):
        held = any(all(map(Domain.contains, row, point)) for row in rows)
        assert sum(all(map(Domain.contains, box, point)) for box in left) == (0 if held else 1)


def test_a_space_that_falls_into_too_many_parts_is_not_said() -> None:
    every = Domain(Ranges())
    points = [Domain(ranges([Interval((value, 0), (value, 1))])) for value in BOUNDS]
    assert len(list(subtracted((every, every), (points[0], points[0])))) == 2
    assert remaining([(every, every)], [(point, point) for point in points], most=3) is None
