"""Pieces of a model -> words: how a single part of a spec stands in a text of any human language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import Enum
from typing import Any, get_args

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.model.print_spec import POLICIES, _Printer, words_of
from stepladder_dsl.syntax.lexer import quote

_EXPRESSIONS = get_args(e.Expression)
_TYPES = get_args(t.Type)
_EXPECTATIONS = get_args(m.Expectation)
_EFFECTS = get_args(m.Effect)
_TRIGGERS = get_args(m.Trigger)
_ANCHORS = get_args(m.FollowUpAnchor)


class Pieces(_Printer):
    """Writes pieces of one spec in one language."""

    def __init__(self, spec: m.Spec, language: str) -> None:
        """Take the spec, whose calendars and tables say what has to be named."""
        super().__init__(words_of(spec, language))

    def block(self, thing: Any, place: tuple[Any, ...] = ()) -> list[str]:
        """Give the lines of a declaration; `place` is what it stands in."""
        match thing:
            case m.Phase():
                process = next(one for one in place if isinstance(one, m.Process))
                return list(self.phase(thing, process))
            case m.Transition():
                return list(self.transition(thing))
            case m.Field():
                return [self.field(thing)]
            case _:
                methods = {
                    m.Calendar: self.calendar,
                    m.Role: self.role,
                    m.Record: self.record,
                    m.Event: self.event,
                    m.Let: self.let,
                    m.Decision: self.decision,
                    m.Process: self.process,
                    m.Stage: self.stage,
                    m.Offer: self.offer,
                    m.FollowUp: self.follow_up,
                    m.Metric: self.metric,
                    m.Scenario: self.scenario,
                }
                write: Any = methods.get(type(thing))
                return [] if write is None else list(write(thing))

    def piece(self, value: Any) -> str:
        """Write any piece on one line."""
        w = self.w
        match value:
            case None:
                return "-"
            case m.Scenario(title=title):
                return quote(title)
            case m.Decision(rows=(row,)) if value.inputs:
                return self._row(value, row)
            case m.Let() | m.Field() | m.Declared():
                return self.named(value)
            case m.Transition():
                return next(iter(self.transition(value)))
            case m.StageLimit():
                return self.stage_limit(value).removeprefix(w("LIMIT")).strip()
            case m.EventPattern(event=event, guard=guard):
                return w.guarded(event, guard)
            case m.Cap():
                return self.cap(value, "CONTACTS")
            case m.Escalation():
                return f"{value.role} {w('AFTER')} {w.duration(value.after)}"
            case m.ContactHours():
                return w.listed(self._contact_hours(value))
            case m.Limit():
                return self.limit(value)
            case m.Grouping(values=values):
                return w.listed(map(w.named, values))
            case m.Given() | m.Happens() | m.At():
                return self._step(value)
            case m.HitPolicy():
                return w(POLICIES[value])
            case t.Duration():
                return w.duration(value)
            case Enum():
                return w(value.name)
            case Mapping():
                return w.listed(f"{self.piece(name)}: {self.piece(part)}" for name, part in value.items())
            case tuple():
                return self._several(value)
            case str():
                return value
            case _:
                return self._other(value)

    def _other(self, value: Any) -> str:
        w = self.w
        if isinstance(value, _EXPRESSIONS):
            return w.expression(value)
        if isinstance(value, _EFFECTS):
            return self.effect(value)
        if isinstance(value, _TRIGGERS):
            return self.trigger(value) or w("WHEN")
        if isinstance(value, _ANCHORS):
            return self.anchor(value, "").strip()
        if isinstance(value, _EXPECTATIONS):
            return self._step(value)
        if isinstance(value, _TYPES):
            return self.type(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return w.number(value)
        return w.value(value)

    def named(self, thing: Any) -> str:
        """Write the name of something declared, and its title."""
        title = getattr(thing, "title", None)
        return thing.name if title is None else f"{thing.name} {quote(title)}"

    def way(self, way: m.Transition) -> str:
        """Write what a way waits for and where it leads, without its condition where that is not all."""
        bare = way if isinstance(way.trigger, m.Always) else replace(way, guard=None)
        return self.piece(bare)

    def values(self, values: Mapping[str, Any], fields: Mapping[str, m.Field]) -> str:
        """Write values of fields."""
        typed = {
            name: e.Literal(value, fields[name].type) for name, value in values.items() if name in fields
        }
        return self.w.assignments(typed).strip()

    def hours(self, hours: m.Hours) -> str:
        """Write hours of a day."""
        return self._hours(hours)

    def days(self, days: Iterable[int]) -> str:
        """Write days of the week."""
        return self.w.listed(self._days(day, day) for day in days)

    def week(self, week: Mapping[int, m.Hours]) -> str:
        """Write the opening hours of a week."""
        return self.w.listed(self._week(week))

    def goal(self, target: m.Target, *, percent: bool) -> str:
        """Write what a figure should reach, without the word for it."""
        return self.target(target, percent=percent).removeprefix(self.w("TARGET")).strip()

    def message(self, parts: Iterable[Any]) -> str:
        """Write a text to say."""
        return self.w.message(parts)

    def _row(self, table: m.Decision, row: m.DecisionRow) -> str:
        cells = self._cells(table, row)
        count = len(table.inputs)
        return f"| {' | '.join(cells[:count])} || {' | '.join(cells[count:])} |"

    def _step(self, step: Any) -> str:
        given = m.Given("", "", {})
        if isinstance(step, m.Given):
            return f"{self.w('GIVEN')} {step.record}{self.w.assignments(step.values)}"
        return self.step(step, (given,))

    def _several(self, values: tuple[Any, ...]) -> str:
        """Write several pieces; dates and hours as a calendar has them."""
        match values:
            case (date() as first, date() as last, *hours):
                text = self._dates(first, last)
                return " ".join([text, *(self.hours(one) for one in hours if one)])
            case (int(), int()) if not any(isinstance(one, bool) for one in values):
                return self.hours((values,))
            case (str(), str() | None) if values[1] is None:
                return str(values[0])
            case _:
                return self.w.listed(map(self.piece, values)) or "-"
