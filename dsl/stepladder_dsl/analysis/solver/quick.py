"""Answers without a solver: where conditions speak of one field only, sets of its values decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from stepladder_dsl.analysis.domains import Domain, everything
from stepladder_dsl.analysis.full_domains import FullDomains
from stepladder_dsl.analysis.solver.answers import NOW, Answer, Client, Truth, Verdict
from stepladder_dsl.analysis.solver.examples import filled
from stepladder_dsl.analysis.solver.footprint import footprint
from stepladder_dsl.analysis.solver.free import Asked, FreeTruths
from stepladder_dsl.analysis.solver.influence import Influence
from stepladder_dsl.analysis.truths import truth_of
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t


class QuickAnswers:
    """Looks at conditions about one thing; what it cannot decide it leaves to the solver."""

    def __init__(self, spec: m.Spec, influence: Influence) -> None:
        """Take the spec, and what it does to records itself."""
        self.spec = spec
        self.influence = influence
        self.full = FullDomains(spec)
        self._subjects: dict[int, tuple[e.Expression, frozenset[e.Expression]]] = {}
        self._free: dict[Any, FreeTruths] = {}

    def answer(self, record: str, conditions: Asked, event: str | None) -> Verdict | None:
        """Give an answer, or None."""
        found = self._values(record, conditions)
        if found is None:
            return None
        subject, domain = found
        if domain.is_empty:
            return Verdict(Answer.IMPOSSIBLE)
        client = self._client(subject, domain, record, event)
        if client is None:
            return None
        value = _value_in(client, subject)
        truths = [truth_of(condition, subject) for condition, _ in conditions]
        return Verdict(
            Answer.POSSIBLE,
            client,
            tuple(_truth_at(value, one.true, one.false) for one in truths if one is not None),
        )

    def nothing_against(
        self, record: str, conditions: Asked, event: str | None, stages: Sequence[tuple[str, str]] = ()
    ) -> bool:
        """Say whether a solver could not prove the conditions impossible: what they speak of is free."""
        place = (record, event, tuple(stages))
        if place not in self._free:
            self._free[place] = FreeTruths(
                self.spec,
                event,
                stages,
                lambda asked: self._values(record, asked),
                lambda subject: self.full.of(subject, record),
            )
        return self._free[place].allow(conditions)

    def _values(self, record: str, conditions: Asked) -> tuple[e.Expression, Domain] | None:
        """Give the one thing that conditions speak of, and its values for which they are as asked."""
        subjects = {subject for condition, _ in conditions for subject in self._subjects_of(condition)}
        if len(subjects) != 1:
            return None
        (subject,) = subjects
        domain = self.full.of(subject, record)
        every = everything(subject.type)
        if domain is None or every is None:
            return None
        for condition, wanted in conditions:
            found = truth_of(condition, subject)
            if found is None:
                return None
            domain = domain.intersection(_wanted(wanted, found.true, found.false, every))
        return subject, domain

    def _subjects_of(self, condition: e.Expression) -> frozenset[e.Expression]:
        """Give what a condition speaks of, worked out once: each is asked about with many others."""
        if id(condition) not in self._subjects:
            # The condition is kept, so that nothing else gets its identity.
            self._subjects[id(condition)] = (condition, frozenset(_leaves(condition)))
        return self._subjects[id(condition)][1]

    def _client(self, subject: e.Expression, domain: Domain, record: str, event: str | None) -> Client | None:
        """Give a client with one of the values, where it is sure to keep it."""
        match subject:
            case e.RecordField(name):
                field = self.spec.records[record].fields[name]
            case e.EventField(kind, name) if kind == event:
                field = self.spec.events[kind].fields[name]
            case _:
                return None
        disturbing = self.influence.disturbing(record, footprint(self.spec, [subject], event))
        if disturbing is None or event in disturbing or isinstance(field.type, t.DatetimeType | t.ListType):
            return None
        value = domain.example()
        if not _can_be_written(field, value):
            return None
        chosen = {} if value is None else {field.name: value}
        of_record, of_event = (chosen, {}) if isinstance(subject, e.RecordField) else ({}, chosen)
        return self._with(record, event, of_record, of_event)

    def _with(
        self, record: str, event: str | None, of_record: dict[str, Any], of_event: dict[str, Any]
    ) -> Client:
        language = self.spec.language
        given = m.Given(record, record, filled(self.spec.records[record].fields, of_record, language))
        happened: tuple[m.Happens, ...] = ()
        if event is not None:
            values = filled(self.spec.events[event].fields, of_event, language)
            happened = (m.Happens(NOW, event, m.Case(record, record), values),)
        return Client((given,), happened, NOW, event)


def _leaves(condition: e.Expression) -> Iterator[e.Expression]:
    """Yield what a condition speaks of besides constants; a part of the history is one thing."""
    if isinstance(condition, e.Literal):
        return
    parts = () if isinstance(condition, e.History) else e.children(condition)
    if not parts and not isinstance(condition, e.ListOf):
        yield condition
    for part in parts:
        yield from _leaves(part)


def _wanted(wanted: Truth, true: Domain, false: Domain, every: Domain) -> Domain:
    """Give the values for which a condition is so."""
    match wanted:
        case Truth.TRUE:
            return true
        case Truth.FALSE:
            return false
        case Truth.NOT_TRUE:
            return every.without(true)
        case Truth.UNKNOWN:
            return every.without(true).without(false)


def _value_in(client: Client, subject: e.Expression) -> Any:
    """Give the value that a client has been given."""
    if isinstance(subject, e.EventField):
        return client.happened[-1].values.get(subject.name)
    return client.given[0].values.get(subject.name) if isinstance(subject, e.RecordField) else None


def _truth_at(value: Any, true: Domain, false: Domain) -> Truth:
    """Give what a condition is for a value."""
    if true.contains(value):
        return Truth.TRUE
    return Truth.FALSE if false.contains(value) else Truth.UNKNOWN


def _can_be_written(field: m.Field, value: Any) -> bool:
    """Say whether a scenario can give a field the value."""
    if value is None:
        return field.optional
    if isinstance(field.type, t.DurationType):
        return isinstance(value, t.Duration)
    return all(
        re.fullmatch(limit.value, value) is not None
        for limit in field.limits
        if limit.operator == "matches" and isinstance(value, str)
    )
