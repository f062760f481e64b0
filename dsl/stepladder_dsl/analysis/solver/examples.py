"""Clients as scenarios that can be run, with what is expected of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from stepladder_dsl.analysis.samples import SAMPLES
from stepladder_dsl.analysis.solver.answers import Client, Truth
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.record import Record

_Part = TypeVar("_Part")

FRESH = {
    "en": ("Anna", "Boris", "Clara"),
    "ru": ("Анна", "Борис", "Вера"),
    "bg": ("Ана", "Борис", "Вера"),
    "fa": ("آنا", "بهرام", "پری"),
}
"""Texts that stand for any, by language."""
_OTHER_TEXTS = ("+359 888 123 456", "0888123456", "info@example.com", "A1", "AB123", "1", "a", "")
_NUMBERS = tuple(map(Decimal, ("100", "10", "1", "0", "5", "50", "500", "1000", "-1", "0.5")))
_SOME_DAY = date(2026, 1, 15)


def fresh_texts(language: str) -> tuple[str, ...]:
    """Give texts that stand for any text."""
    return (*FRESH.get(language, FRESH["en"]), *_OTHER_TEXTS)


def filled(fields: Mapping[str, m.Field], values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Give values for every field that has to have one, in the order of the declaration."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in values:
            found[name] = values[name]
        elif not field.optional:
            found[name] = _any_value(field, language)
    return found


def _any_value(field: m.Field, language: str) -> Any:
    """Give some value of a field, within its limits where one is found."""
    options = list(_any_values(field.type, language))
    within = (option for option in options if all(_is_within(option, limit) for limit in field.limits))
    return next(within, options[0] if options else None)


def _any_values(kind: t.Type, language: str) -> Iterator[Any]:
    match kind:
        case t.NumberType() | t.MoneyType():
            yield from _NUMBERS
        case t.YesNoType():
            yield from (True, False)
        case t.DateType():
            yield _SOME_DAY
        case t.DurationType():
            yield t.Duration(1, t.Unit.DAY)
        case t.ChoiceType(values=values):
            yield from values
        case t.ListType(element=element):
            yield from ((value,) for value in _any_values(element, language))
        case t.TextType() | t.PersonType() | t.ReferenceType():
            yield from fresh_texts(language)
            yield from SAMPLES


def _is_within(value: Any, limit: m.Limit) -> bool:
    if isinstance(value, t.Duration):
        # Which of two lengths of time is the longer one can depend on the calendar.
        return limit.operator != "!=" or value != limit.value
    match limit.operator:
        case "matches":
            return isinstance(value, str) and re.fullmatch(limit.value, value) is not None
        case "<":
            return bool(value < limit.value)
        case "<=":
            return bool(value <= limit.value)
        case ">":
            return bool(value > limit.value)
        case ">=":
            return bool(value >= limit.value)
        case _:
            return bool(value != limit.value)


def scenario(client: Client, title: str, expected: Iterable[m.Expectation]) -> m.Scenario:
    """Tell of a client as a scenario: what happens, and what is expected at its last moment."""
    steps: list[m.ScenarioStep] = list(client.happened)
    if not client.happened or client.happened[-1].time < client.now:
        steps.append(m.At(client.now))
    return m.Scenario(title, client.given, (*steps, *expected))


def expectations(
    client: Client, conditions: Iterable[tuple[e.Expression, Truth]]
) -> tuple[m.Expectation, ...]:
    """Say of each condition what it is of a client; nothing where a scenario has no words for it."""
    about = client.given[0]
    case = m.Case(about.record, about.key)
    found: list[m.Expectation] = []
    for condition, truth in conditions:
        told = _of_last_event(condition, client)
        if told is None:
            return ()
        match truth:
            case Truth.TRUE:
                found.append(m.ExpectThat(case, told))
            case Truth.UNKNOWN:
                found.append(m.ExpectThat(case, e.IsKnown(told, negated=True)))
            case Truth.FALSE:
                found.append(m.ExpectThat(case, e.Not(told)))
            case Truth.NOT_TRUE:
                either = e.Logical("or", (e.IsKnown(told, negated=True), e.Not(told)))
                found.append(m.ExpectThat(case, either))
    return tuple(found)


def _of_last_event(condition: e.Expression, client: Client) -> e.Expression | None:
    """Speak of the event at hand as the last of its kind; None where the last known value is another's."""
    read = {part.name for part in _own_parts(condition) if isinstance(part, e.EventField)}
    if not read:
        return condition
    of_kind = [one for one in client.happened if one.event == client.event]
    if not of_kind:
        return None
    last, *_ = reversed(of_kind)
    if any(name not in last.values and any(name in one.values for one in of_kind) for name in read):
        return None
    return _replaced(condition)


def _own_parts(expression: e.Expression) -> Iterator[e.Expression]:
    """Yield the parts of a condition but those of a `where`, in which the event is another one."""
    yield expression
    if not isinstance(expression, e.History):
        for child in e.children(expression):
            yield from _own_parts(child)


def _replaced(part: _Part) -> _Part:
    """Put the last value of the history in the place of a field of the event at hand."""
    match part:
        case e.EventField(event, name, kind):
            return cast("_Part", e.History(e.Aggregate.LAST, event, name, None, None, kind))
        case e.History():
            return part
        case tuple():
            return cast("_Part", tuple(_replaced(item) for item in part))
        case Record():
            return type(part)(**{name: _replaced(value) for name, value in vars(part).items()})
        case _:
            return part
