"""A comparison with a constant has ways of its own; they say what comparing with any value says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.types import NumberType, Unit
from stepladder_engine.calendars.zone import HOUR, MINUTE, Zone
from stepladder_engine.expressions.compile import Compiler
from stepladder_engine.expressions.view import Happened, View

ZONE = Zone("Europe/Sofia")
START = 1_772_316_000_000_000
"""2026-02-28 22:00 UTC: a month later the clocks change."""
NUMBER = NumberType()
SUBJECTS = (
    *(e.Elapsed(unit, e.Anchor.LAST_EVENT, "visit") for unit in Unit),
    e.Elapsed(Unit.DAY, e.Anchor.FIRST_EVENT, "visit"),
    e.History(e.Aggregate.COUNT, "visit", None, None, None, NUMBER),
    e.History(e.Aggregate.COUNT, "visit", "amount", None, None, NUMBER),
)
BOUNDS = st.one_of(st.integers(-3, 100), st.sampled_from((Decimal("2.5"), Decimal("-0.5"), Decimal("30.01"))))
MOMENTS = st.integers(0, 90 * 24 * 4).map(lambda quarter: START + quarter * 15 * MINUTE)


def compared(word: str, subject: e.Expression, bound: e.Expression, *, mirrored: bool) -> e.Expression:
    sides = (bound, subject) if mirrored else (subject, bound)
    return e.Comparison(word, *sides)


@st.composite
def views(draw: st.DrawFn) -> View:
    view = View({})
    for moment in sorted(draw(st.lists(MOMENTS, max_size=4))):
        fields = draw(st.sampled_from(({}, {"amount": Decimal(3)})))
        view.history.setdefault("visit", []).append(Happened(moment, fields))
    latest = max((happened.time for happened in view.history.get("visit", ())), default=START)
    view.now = latest + draw(st.integers(0, 100 * 24 * 60)) * MINUTE
    return view


@given(
    st.sampled_from(SUBJECTS),
    st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
    BOUNDS,
    views(),
    st.booleans(),
)
def test_a_constant_is_compared_as_any_value_is(
    subject: Any, word: str, bound: Any, view: View, mirrored: bool
) -> None:
    constant = e.Literal(Decimal(bound), NUMBER)
    computed = e.Arithmetic("+", constant, e.Literal(Decimal(0), NUMBER), NUMBER)
    compiler = Compiler(ZONE, {}, {})
    short = compiler.compile(compared(word, subject, constant, mirrored=mirrored))
    long = compiler.compile(compared(word, subject, computed, mirrored=mirrored))
    assert short(view) == long(view)


@given(st.sampled_from(SUBJECTS), st.sampled_from(("<", "<=", ">", ">=")), BOUNDS, views(), st.booleans())
def test_a_comparison_with_a_constant_changes_when_it_says_and_not_before(
    subject: Any, word: str, bound: Any, view: View, mirrored: bool
) -> None:
    expression = compared(word, subject, e.Literal(Decimal(bound), NUMBER), mirrored=mirrored)
    compiler = Compiler(ZONE, {}, {})
    holds, next_change = compiler.compile(expression), compiler.next_change(expression)
    before, now = holds(view), view.now
    moment = None if next_change is None else next_change(view)
    view.now = (now + 4000 * 24 * HOUR if moment is None else moment) - 1
    assert holds(view) == before
    if moment is not None:
        assert moment > now
        view.now = moment
        assert holds(view) is not before
