"""What has been seen is never called impossible, and every example client is what is claimed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.analysis.solver import Answer, Solver, Truth
from stepladder_dsl.analysis.solver.quick import QuickAnswers
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.zone import HOUR, Zone
from stepladder_engine.expressions.compile import Compiler
from stepladder_engine.expressions.view import Happened, View

NUMBERS = (
    "budget",
    "points",
    "grade",
    "spent",
    "recent",
    "terms.share",
    "count of purchase",
    "count of visit in last 3 days",
    "(count of purchase where goods = parts)",
    "(count of purchase in last 2 weeks where amount > 20)",
    "(count of purchase where amount > budget)",
    "count of purchase in first 3 days",
    "sum of purchase.amount in last 1 month",
    "(sum of purchase.amount where goods = bicycle)",
    "average of purchase.amount",
    "min of purchase.amount",
    "max of purchase.amount in last 30 days",
    "first purchase.amount",
    "last purchase.amount",
    "points / 4",
    "spent / 3",
    "spent / points",
    "points * 2 - 3",
    "-grade",
    "(if may then points else grade)",
)
TIMES = (
    "days since last purchase",
    "days since first purchase",
    "weeks since last visit",
    "months since last purchase",
    "years since first visit",
    "hours since last visit",
    "minutes since first purchase",
    "days since born",
    "months since born",
)
OF_EVENT = ("amount", "amount - spent")
PLAIN = (
    "may",
    "good",
    "budget is known",
    "channel = social",
    "channel in (social, press)",
    'name = "Anna"',
    'name < "B"',
    "lock in wishes",
    "lights in perks",
    "only is known",
    'only = "low"',
    'terms.word = "good"',
    "patience = 1 day",
    'known_by = "K1"',
    "last purchase.goods = parts",
    "first purchase.note is known",
    "born < 2000-01-01",
    "1 = 1",
)
PLAIN_OF_EVENT = ("goods = parts", "note is known", "last purchase.note = note")
COMPARE = ("=", "!=", "<", "<=", ">", ">=")
SMALL = (0, 1, 2, 3, 5, 10, 20, 100)
NOW = 1_789_462_800_000_000
"""2026-09-15 12:00 in Sofia."""
ZONE = Zone("Europe/Sofia")


@st.composite
def conditions(draw: st.DrawFn, *, of_event: bool) -> str:
    """Give a condition; one on an event may speak of its fields."""
    numbers = NUMBERS + OF_EVENT if of_event else NUMBERS
    plain = PLAIN + PLAIN_OF_EVENT if of_event else PLAIN
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("plain", "number", "number", "numbers", "between", "time")))
        small, operator = draw(st.sampled_from(SMALL)), draw(st.sampled_from(COMPARE))
        match kind:
            case "plain":
                part = draw(st.sampled_from(plain))
            case "number":
                part = f"{draw(st.sampled_from(numbers))} {operator} {small}"
            case "time":
                part = f"{draw(st.sampled_from(TIMES))} {operator} {small}"
            case "between":
                part = f"{draw(st.sampled_from(numbers))} between {small} and {draw(st.sampled_from(SMALL))}"
            case _:
                part = f"points {operator} {draw(st.sampled_from(('recent', 'terms.share', 'grade')))}"
        parts.append(f"not ({part})" if draw(st.booleans()) else part)
    return draw(st.sampled_from((" and ", " or "))).join(parts)


def perhaps(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((None, *values))


RECORDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(("Anna", "Zoe")),
        "budget": perhaps(*map(Decimal, ("0", "5", "20.5"))),
        "points": perhaps(*map(Decimal, ("-1", "0", "3", "5", "10"))),
        "grade": st.sampled_from([Decimal(2), Decimal(3), Decimal(20)]),
        "born": perhaps(date(1999, 2, 28), date(2026, 9, 14), date(2026, 9, 20)),
        "channel": st.sampled_from(("social", "press", "friend")),
        "may": st.booleans(),
        "known_by": perhaps("K1", "K2"),
        "wishes": perhaps(("lock",), ("lights", "lock")),
        "patience": perhaps(Duration(1, Unit.DAY), Duration(24, Unit.HOUR)),
    }
)
PURCHASES = st.fixed_dictionaries(
    {
        "goods": st.sampled_from(("bicycle", "parts")),
        "amount": st.sampled_from([Decimal(2), Decimal("19.99"), Decimal(100)]),
        "note": perhaps("", "soon"),
    }
)
AGES = st.one_of(st.integers(1, 200), st.integers(0, 1_500).map(lambda days: days * 24)).map(
    lambda hours: hours * HOUR
)


@st.composite
def views(draw: st.DrawFn, *, of_event: bool) -> View:
    """Give a record with a history, which ends with the event at hand if there is one."""
    view = View({name: value for name, value in draw(RECORDS).items() if value is not None})
    view.now = NOW
    for kind, fields in (("visit", st.just({})), ("purchase", PURCHASES)):
        ages = sorted(draw(st.lists(AGES, max_size=4, unique=True)), reverse=True)
        ages += [0] if of_event and kind == "purchase" else []
        events = [Happened(NOW - age, known(draw(fields))) for age in ages]
        if events:
            view.history[kind] = events
    if of_event:
        view.event = view.history["purchase"][-1].fields
    view.stage = {"sale": "choosing"}
    view.reached = {"sale": {"choosing"}}
    return view


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


@lru_cache(maxsize=1_000)
def asked(
    questions: ModuleType, texts: tuple[str, ...], event: str | None
) -> tuple[Spec, list[e.Expression]]:
    found: tuple[Spec, list[e.Expression]] = questions.asked(*texts, event=event)
    return found


def seen(value: Any) -> Truth:
    return Truth.UNKNOWN if value is None else Truth.TRUE if value else Truth.FALSE


@settings(max_examples=75)
@given(data=st.data(), of_event=st.booleans())
def test_what_has_been_seen_is_not_impossible(
    questions: ModuleType, data: st.DataObject, of_event: bool
) -> None:
    texts = tuple(data.draw(st.lists(conditions(of_event=of_event), min_size=1, max_size=3)))
    event = "purchase" if of_event else None
    spec, guards = asked(questions, texts, event)
    compiler = Compiler(ZONE, spec.lets, spec.decisions)
    evaluated = [compiler.compile(guard) for guard in guards]
    solver = Solver(spec)
    for view in data.draw(st.lists(views(of_event=of_event), min_size=1, max_size=3)):
        claims = [(guard, seen(value(view))) for guard, value in zip(guards, evaluated, strict=True)]
        verdict = solver.possible("client", claims, event)
        assert verdict.answer is not Answer.IMPOSSIBLE, (texts, view.fields, view.history, claims)
        if verdict.answer is Answer.POSSIBLE:
            assert list(verdict.truths) == [truth for _, truth in claims]
            questions.replayed(spec, verdict, guards)


@settings(max_examples=100)
@given(data=st.data(), of_event=st.booleans())
def test_a_client_is_what_is_claimed_of_it(
    questions: ModuleType, data: st.DataObject, of_event: bool
) -> None:
    texts = tuple(data.draw(st.lists(conditions(of_event=of_event), min_size=1, max_size=3)))
    event = "purchase" if of_event else None
    spec, guards = asked(questions, texts, event)
    claims = [(guard, data.draw(st.sampled_from(Truth))) for guard in guards]
    verdict = Solver(spec).possible("client", claims, event)
    if verdict.answer is Answer.POSSIBLE:
        questions.replayed(spec, verdict, guards)


def test_the_moment_of_the_properties_is_a_noon() -> None:
    assert ZONE.text(NOW) == "2026-09-15T12:00:00+03:00"
    assert ZONE.day(NOW - int(timedelta(days=1) / timedelta(microseconds=1))) == date(2026, 9, 14)


PLACES = (
    "now in choosing",
    "now in bought",
    "now in choosing or now in bought",
    "reached bought",
    "hours in stage >= 3",
    "days since last purchase < 3",
    "points < grade",
    "budget > spent",
)
STAGES = ((), (("sale", "choosing"),), (("sale", "choosing"), ("sale", "bought")), (("claims", "taken"),))


class Slow:
    """Answers nothing at once, so that the solver is asked."""

    def answer(self, *_asked: Any) -> None:
        return None

    def nothing_against(self, *_asked: Any) -> bool:
        return False


@settings(max_examples=200)
@given(data=st.data(), of_event=st.booleans(), stages=st.sampled_from(STAGES))
def test_what_is_free_without_a_solver_is_not_impossible_with_one(
    questions: ModuleType, data: st.DataObject, of_event: bool, stages: Sequence[tuple[str, str]]
) -> None:
    one = st.one_of(conditions(of_event=of_event), st.sampled_from(PLACES))
    joined = st.lists(one, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([" and ".join(f"({part})" for part in parts), parts[0]])
    )
    event = "purchase" if of_event else None
    spec, guards = asked(questions, tuple(data.draw(st.lists(joined, min_size=1, max_size=2))), event)
    claims = [(guard, data.draw(st.sampled_from(Truth))) for guard in guards]
    solver = Solver(spec)
    if QuickAnswers(spec, solver.influence).nothing_against("client", claims, event, stages):
        solver.__dict__["_quick"] = Slow()
        assert not solver.impossible("client", claims, event, stages)
