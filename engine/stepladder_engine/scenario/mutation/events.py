"""Events that could happen in a scenario besides: of which a change speaks, with values like others have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import ChoiceType, MoneyType, NumberType, YesNoType
from stepladder_dsl.record import Record

_KNOWN = 8
"""How many other happenings of an event lend their values."""
_VARIED = 2
"""How many of them are varied besides."""


def further_stories(
    spec: m.Spec, scenario: m.Scenario, pieces: tuple[Any, ...]
) -> Iterator[tuple[int, m.Scenario]]:
    """Yield scenarios with one more event, and at which step it stands; later ones first.

    The events are those of which pieces of the model speak, and their numbers those
    with which the pieces compare.
    """
    kinds, numbers = _spoken_of(pieces)
    cases = {
        (step.case.record, step.case.key): step.case for step in scenario.steps if isinstance(step, m.Happens)
    }
    cases |= {(given.record, given.key): m.Case(given.record, given.key) for given in scenario.given}
    for place, moment in reversed(list(_gaps(scenario))):
        for event in (spec.events[kind] for kind in kinds):
            for case in (case for case in cases.values() if case.record == event.record):
                for values in _values(spec, event, numbers):
                    happens = m.Happens(moment, event.name, case, values)
                    steps = (*scenario.steps[:place], happens, *scenario.steps[place:])
                    yield place, replace(scenario, steps=steps)


def _spoken_of(pieces: tuple[Any, ...]) -> tuple[list[str], list[Decimal]]:
    """Give the events and the numbers in pieces of the model, each once."""
    kinds: dict[str, None] = {}
    numbers: dict[Decimal, None] = {}
    for piece in pieces:
        for part in _parts(piece):
            event = getattr(part, "event", None)
            kinds |= {
                name: None for name in (event, getattr(part, "since_event", None)) if isinstance(name, str)
            }
            if isinstance(part, e.Elapsed) and part.anchor in {e.Anchor.LAST_EVENT, e.Anchor.FIRST_EVENT}:
                kinds[part.name] = None
            if isinstance(part, e.Literal) and isinstance(part.value, Decimal):
                numbers[part.value] = None
    return list(kinds), list(numbers)


def _parts(piece: Any) -> Iterator[Any]:
    match piece:
        case tuple():
            for item in piece:
                yield from _parts(item)
        case Record():
            yield piece
            for part in fields(piece):  # type: ignore[arg-type]  # only `record` makes subclasses into dataclasses
                yield from _parts(getattr(piece, part.name))


def _gaps(scenario: m.Scenario) -> Iterator[tuple[int, datetime]]:
    """Yield the places at which something more could happen, and when."""
    own = [(place, step) for place, step in enumerate(scenario.steps) if isinstance(step, m.Happens | m.At)]
    for (_, before), (place, after) in pairwise(own):
        moment = _soon_after(before)
        if moment < after.time:
            yield place, moment
    if own:
        yield len(scenario.steps), _soon_after(own[-1][1])


def _soon_after(step: m.Happens | m.At) -> datetime:
    """Give five minutes after a step, and ten o'clock on the next morning after a whole day."""
    if isinstance(step, m.At) and step.date_only:
        return datetime.combine(step.time.date() + timedelta(days=1), time(10))
    return step.time + timedelta(minutes=5)


def _values(spec: m.Spec, event: m.Event, numbers: list[Decimal]) -> Iterator[Mapping[str, Any]]:
    """Yield values for an event: those that it has elsewhere, and others in one field at a time."""
    seen: list[Mapping[str, Any]] = []
    known = _elsewhere(spec, event)
    varied = (values for template in known[:_VARIED] for values in _varied(event, template, numbers))
    for values in (*known, *varied):
        if values not in seen:
            seen.append(values)
            yield values


def _elsewhere(spec: m.Spec, event: m.Event) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for scenario in spec.scenarios:
        for step in scenario.steps:
            if isinstance(step, m.Happens) and step.event == event.name and step.values not in found:
                found.append(step.values)
    return found[:_KNOWN]


def _varied(event: m.Event, values: Mapping[str, Any], numbers: list[Decimal]) -> Iterator[Mapping[str, Any]]:
    for name, field in event.fields.items():
        match field.type:
            case ChoiceType(choices):
                others: list[Any] = list(choices)
            case NumberType() | MoneyType():
                others = [*numbers, *(number - 1 for number in numbers), *(number + 1 for number in numbers)]
            case YesNoType():
                others = [True, False]
            case _:
                others = []
        for other in others:
            if values.get(name) is not None and _allowed(other, field):
                yield {**values, name: other}


def _allowed(value: Any, field: m.Field) -> bool:
    """Say whether a number keeps the limits of a field."""
    compare = {">=": Decimal.__ge__, ">": Decimal.__gt__, "<=": Decimal.__le__, "<": Decimal.__lt__}
    return not isinstance(value, Decimal) or all(
        compare[limit.operator](value, limit.value) for limit in field.limits if limit.operator in compare
    )
