"""Which values are worth trying: those on both sides of every bound that a spec asks about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from stepladder_dsl.analysis.samples import SAMPLES
from stepladder_dsl.analysis.situations.clock import UndecidedError
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

_TODAY = date(2026, 3, 2)
_FIRST_NAMES = {"ru": "Анна", "bg": "Анна", "fa": "سارا"}
_TEXTS = ("A", "1", "0888123456", "A1", "a@b.bg", "AB", *SAMPLES)
_MOST_VARIANTS = 8
_MOST_TRIED = 16
_MOST_VALUES = 5
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    "=": lambda value, bound: value == bound,
    "!=": lambda value, bound: value != bound,
    "matches": lambda value, bound: re.fullmatch(bound, value) is not None,
}


class Choices:
    """The values with which records appear and events happen in the stories of one kind of record."""

    def __init__(self, spec: m.Spec, record: str) -> None:
        """Collect what the guards and conditions about the record compare."""
        self.spec = spec
        self.asked: dict[tuple[str | None, str], list[Any]] = {}
        """(event, or None for the record; field) -> the values it is compared with."""
        self.events: list[str] = []
        """The events that do something, in the order of the text."""
        named = set()
        for expression in guards_of(spec, record):
            for part in self._unfolded(expression):
                self._note(part)
                if isinstance(part, e.History) or (isinstance(part, e.Elapsed) and part.name in spec.events):
                    named.add(part.event if isinstance(part, e.History) else part.name)
        named |= _triggers(spec, record)
        self.events = [event.name for event in spec.events_of(record) if event.name in named]

    def records(self, record: str) -> list[dict[str, Any]]:
        """Give the ways in which the record may appear, the plainest first."""
        return self._variants(None, self.spec.records[record].fields)

    def happenings(self, event: str) -> list[dict[str, Any]]:
        """Give the ways in which an event may happen, the plainest first."""
        return self._variants(event, self.spec.events[event].fields)

    def _variants(self, event: str | None, fields: Mapping[str, m.Field]) -> list[dict[str, Any]]:
        """Combine the values of the fields; each is tried with each other where there are few."""
        options = {name: self._options(event, known) for name, known in fields.items()}
        if prod(len(values) for values in options.values()) <= _MOST_VARIANTS:
            found = [dict(zip(options, values, strict=True)) for values in product(*options.values())]
        else:
            # Each value is at least once beside the plainest of the others.
            plain = {name: values[0] for name, values in options.items()}
            single = [plain | {name: value} for name, values in options.items() for value in values[1:]]
            found = [plain, *single]
        return [
            {name: value for name, value in one.items() if value is not None} for one in found[:_MOST_TRIED]
        ]

    def _options(self, event: str | None, known: m.Field) -> list[Any]:
        """Give the values of a field that are worth trying, the plainest first; None is no value."""
        asked = self.asked.get((event, known.name))
        if asked is None and known.optional:
            return [None]
        near = [value for bound in asked or [] for value in self._beside(bound, known.type)]
        if asked and isinstance(known.type, t.ChoiceType):
            near += [value for value in known.type.values if value not in near][:1]
        values = dict.fromkeys([*near, *self._plain(known.type)])
        allowed = [value for value in values if _is_allowed(value, known)]
        if asked is None:
            allowed = allowed[:1]
        if known.optional:
            allowed = [None, *allowed]
        if not allowed:
            raise UndecidedError
        return allowed[:_MOST_VALUES]

    @staticmethod
    def _beside(value: Any, kind: t.Type) -> list[Any]:
        """Give a bound and its neighbours on both sides."""
        if isinstance(value, Decimal) and isinstance(kind, t.NumberType | t.MoneyType):
            return [value, value + 1, value - 1]
        return [value] if not isinstance(value, t.Duration) else []

    def _plain(self, kind: t.Type) -> list[Any]:
        """Give values of a type that say nothing special."""
        match kind:
            case t.TextType():
                return [_FIRST_NAMES.get(self.spec.language, "Anna"), *_TEXTS]
            case t.NumberType() | t.MoneyType():
                return [Decimal(number) for number in (1, 100, 10, 5, 0, 1000, -1)]
            case t.YesNoType():
                return [True, False]
            case t.DateType():
                return [_TODAY]
            case t.ChoiceType(values):
                return list(values[:1])
            case t.ReferenceType():
                return ["K1"]
            case t.PersonType():
                return [_FIRST_NAMES.get(self.spec.language, "Anna")]
        return []

    # what is compared

    def _unfolded(self, expression: e.Expression) -> Iterator[e.Expression]:
        """Yield everything inside, also behind the names of values and tables."""
        for part in e.walk(expression):
            yield part
            if isinstance(part, e.LetValue):
                yield from self._unfolded(self.spec.lets[part.name].value)
            if isinstance(part, e.DecisionValue):
                for row in self.spec.decisions[part.decision].rows:
                    for inner in (*row.tests, *row.values):
                        if inner is not None:
                            yield from self._unfolded(inner)

    def _note(self, part: e.Expression) -> None:
        match part:
            case e.Comparison(_, left, right):
                self._compared(left, [right])
                self._compared(right, [left])
            case e.Between(operand, low, high):
                self._compared(operand, [low, high])
            case e.Membership(operand, choices):
                self._compared(operand, choices)
            case e.RecordField(name):
                self.asked.setdefault((None, name), [])
            case e.EventField(event, name):
                self.asked.setdefault((event, name), [])
            case e.History(event=event, field=str(name)):
                self.asked.setdefault((event, name), [])

    def _compared(self, operand: e.Expression, others: Iterable[e.Expression]) -> None:
        while isinstance(operand, e.LetValue):
            operand = self.spec.lets[operand.name].value
        values = [other.value for other in others if isinstance(other, e.Literal) and other.value is not None]
        match operand:
            case e.RecordField(name):
                self.asked.setdefault((None, name), []).extend(values)
            case e.EventField(event, name) | e.History(event=event, field=str(name)):
                self.asked.setdefault((event, name), []).extend(values)


def _is_allowed(value: Any, known: m.Field) -> bool:
    try:
        return all(_HOLDS[limit.operator](value, limit.value) for limit in known.limits)
    except (KeyError, TypeError):
        return False


def guards_of(spec: m.Spec, record: str) -> Iterator[e.Expression]:
    """Yield the conditions by which stories of a kind of record differ."""
    for process in spec.processes_of(record):
        for stage in process.stages.values():
            for way in stage.transitions:
                if way.guard is not None:
                    yield way.guard
                for effect in way.effects:
                    if isinstance(effect, m.SetField):
                        yield effect.value
    for rule in spec.follow_ups.values():
        if rule.record != record:
            continue
        patterns = (*rule.done_on, *rule.cancelled_on)
        guards = [rule.condition, rule.until, *(pattern.guard for pattern in patterns)]
        if isinstance(rule.anchor, m.AfterEvent):
            guards.append(rule.anchor.guard)
        yield from (guard for guard in guards if guard is not None)


def _triggers(spec: m.Spec, record: str) -> set[str]:
    """Give the events that move a case, or start, do or cancel a task."""
    found = set()
    for process in spec.processes_of(record):
        for stage in process.stages.values():
            for way in stage.transitions:
                match way.trigger:
                    case m.OnEvent(event) | m.Silence(event=event):
                        found.add(event)
                    case m.After(since_event=str(event)):
                        found.add(event)
    for rule in spec.follow_ups.values():
        if rule.record == record:
            found |= {pattern.event for pattern in (*rule.done_on, *rule.cancelled_on)}
            if isinstance(rule.anchor, m.AfterEvent | m.AfterSilence):
                found.add(rule.anchor.event)
    return found
