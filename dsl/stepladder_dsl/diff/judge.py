"""Whether a condition became wider or narrower: by its form, and with a client who shows it by the solver.

Both conditions are asked of one spec: the new one, in which what the old one computed otherwise
stands beside it under names of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diff.change import Example, How, Key
from stepladder_dsl.diff.meaning import direction, words
from stepladder_dsl.diff.rebuild import Around, Rebuilder, renamed
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

if TYPE_CHECKING:
    from stepladder_dsl.analysis.solver import Solver
    from stepladder_dsl.analysis.solver import Verdict as Answered

_SHOWN = {1: How.WIDER, -1: How.NARROWER, None: None}
_OLD = " (old)"
"""Behind the name of what the old spec computes otherwise; no name in a text can look so."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """In which direction a condition changed (None: nobody knows), with clients that show it."""

    how: How | None
    examples: tuple[Example, ...] = ()


class Judge:
    """Compares conditions of two specs in which the same things have the same names."""

    def __init__(self, old: m.Spec, new: m.Spec) -> None:
        """Take both specs."""
        self.old = old
        self.new = new

    def conditions(self, old: e.Expression, new: e.Expression, record: str, event: str | None) -> Verdict:
        """Say whom a condition lets through now and did not before, or the other way round."""
        from stepladder_dsl.analysis.solver import Answer, Truth

        by_form = Verdict(_SHOWN[direction(old, new)] if not self._computed_otherwise(old) else None)
        before, after = self._asked(old, record, event), self._asked(new, record, event, is_new=True)
        if before is None or after is None:
            return by_form
        more = self._ask(record, event, (after, Truth.TRUE), (before, Truth.NOT_TRUE))
        fewer = self._ask(record, event, (before, Truth.TRUE), (after, Truth.NOT_TRUE))
        examples = self._examples((before, after), more, fewer)
        both = {more.answer, fewer.answer}
        if both == {Answer.IMPOSSIBLE}:
            return Verdict(How.REWRITTEN)
        if Answer.NOT_DECIDED in both:
            return Verdict(by_form.how, examples)
        if both == {Answer.POSSIBLE}:
            return Verdict(How.MIXED, examples)
        return Verdict(How.WIDER if more.answer is Answer.POSSIBLE else How.NARROWER, examples)

    def values(self, old: e.Expression, new: e.Expression, owner: Any) -> Verdict:
        """Say whether two expressions about a record always give the same value."""
        record = getattr(owner, "record", None)
        if not isinstance(record, str) or type(old.type) is not type(new.type):
            return Verdict(None)
        before, after = self._asked(old, record, None), self._asked(new, record, None, is_new=True)
        if before is None or after is None or not self._always_equal(before, after, record):
            return Verdict(None)
        return Verdict(How.REWRITTEN)

    def exclude(self, one: m.Transition, other: m.Transition, record: str) -> bool:
        """Say whether it is proved that two ways are never open at one moment."""
        from stepladder_dsl.analysis.solver import Answer, Truth

        if one.guard is None or other.guard is None:
            return False
        event = one.trigger.event if isinstance(one.trigger, m.OnEvent) else None
        guards = [self._asked(way.guard, record, event, is_new=True) for way in (one, other) if way.guard]
        if None in guards:
            return False
        asked = [(guard, Truth.TRUE) for guard in guards if guard is not None]
        return self._ask(record, event, *asked).answer is Answer.IMPOSSIBLE

    # asking

    def _ask(self, record: str, event: str | None, *conditions: Any) -> Answered:
        return self._solver.possible(record, conditions, event)

    @cached_property
    def _solver(self) -> Solver:
        from stepladder_dsl.analysis.solver import Solver

        return Solver(self._both)

    def _always_equal(self, before: e.Expression, after: e.Expression, record: str) -> bool:
        """Say whether it is proved that two values are equal or unknown together."""
        from stepladder_dsl.analysis.solver import Answer, Truth

        questions: list[tuple[Any, ...]]
        if isinstance(before.type, t.YesNoType):
            questions = [
                ((one, truth), (other, Truth.NOT_TRUE if truth is Truth.TRUE else Truth.TRUE))
                for one, other in ((before, after), (after, before))
                for truth in (Truth.TRUE, Truth.UNKNOWN)
            ]
            questions += [
                ((one, Truth.FALSE), (other, Truth.UNKNOWN))
                for one, other in ((before, after), (after, before))
            ]
        elif isinstance(before.type, t.NumberType | t.MoneyType):
            known, same = e.IsKnown(before), e.IsKnown(after)
            questions = [
                ((e.Comparison("!=", before, after), Truth.TRUE),),
                ((known, Truth.TRUE), (same, Truth.FALSE)),
                ((same, Truth.TRUE), (known, Truth.FALSE)),
            ]
        else:
            return False
        return all(self._ask(record, None, *asked).answer is Answer.IMPOSSIBLE for asked in questions)

    def _examples(self, both: tuple[e.Expression, e.Expression], more: Answered, fewer: Answered) -> Any:
        found = []
        for now, answered in ((True, more), (False, fewer)):
            if answered.client is not None:
                found.append(Example(now, answered.client, tuple(sorted(self._fields(both)))))
        return tuple(found)

    def _fields(self, expressions: tuple[e.Expression, ...]) -> set[str]:
        """Give the fields that conditions look at, also through what they compute: `name` or `event.name`."""
        found = set()
        for expression in expressions:
            for part in self._parts(expression):
                match part:
                    case e.RecordField(name=name) | e.Elapsed(anchor=e.Anchor.FIELD, name=name):
                        found.add(name)
                    case e.EventField(event=event, name=name) | e.History(event=event, field=str() as name):
                        found.add(f"{event}.{name}")
        return found

    def _parts(self, expression: e.Expression) -> Iterator[e.Expression]:
        """Yield everything inside an expression, and inside what it looks at."""
        seen: set[tuple[str, str]] = set()
        waiting = [expression]
        while waiting:
            for part in e.walk(waiting.pop()):
                yield part
                match part:
                    case e.LetValue(name=name) if ("let", name) not in seen:
                        seen.add(("let", name))
                        waiting += [self._both.lets[name].value] if name in self._both.lets else []
                    case e.DecisionValue(decision=name) if ("decision", name) not in seen:
                        seen.add(("decision", name))
                        waiting += _cells(self._both.decisions.get(name))

    # one spec for both

    def _asked(
        self, expression: e.Expression, record: str, event: str | None, *, is_new: bool = False
    ) -> e.Expression | None:
        """Give an expression as it is asked of both specs in one, None where it makes no sense there."""
        spec, names = (self.new, {}) if is_new else (self.old, self._old_names)
        retyped = _Retyper(spec, self._both, names)
        made: e.Expression = retyped.value(expression, Around(record, event or ""))
        fits = all(self._makes_sense(part, record) for part in self._parts(made))
        return made if fits and not retyped.clashes else None

    def _makes_sense(self, part: e.Expression, record: str) -> bool:
        both = self._both
        match part:
            case e.RecordField(name=name):
                return any(name in known.fields for known in both.records.values())
            case (
                e.EventField(event=event)
                | e.History(event=event)
                | e.Elapsed(anchor=e.Anchor.FIRST_EVENT | e.Anchor.LAST_EVENT, name=event)
            ):
                # Of two specs in one, the event may happen to something else than in the other.
                return event in both.events and both.events[event].record == record
            case e.Reached(process=process, stage=stage) | e.NowIn(process=process, stage=stage):
                return process in both.processes and stage in both.processes[process].stages
            case e.Elapsed(anchor=e.Anchor.ENTRY, name=name):
                return name in both.processes
            case e.Population():
                return False
            case _:
                return record in both.records

    @cached_property
    def _old_names(self) -> dict[Key, str]:
        """Give names of their own to the lets and tables that the new spec has not, or computes otherwise."""
        otherwise: dict[Key, str] = {}
        things: dict[Key, Any] = {("let", name): let for name, let in self.old.lets.items()}
        things |= {("decision", name): table for name, table in self.old.decisions.items()}
        news: dict[Key, Any] = {("let", name): let for name, let in self.new.lets.items()}
        news |= {("decision", name): table for name, table in self.new.decisions.items()}
        grows = True
        while grows:
            grows = False
            for key, thing in things.items():
                if key not in otherwise and (
                    key not in news
                    or words(thing) != words(news[key])
                    or any(name in otherwise for name in names_of(thing))
                ):
                    otherwise[key] = f"{key[1]}{_OLD}"
                    grows = True
        return otherwise

    def _computed_otherwise(self, expression: e.Expression) -> bool:
        """Say whether the same words compute something else now."""
        return any(name in self._old_names for name in names_of(expression))

    @cached_property
    def _both(self) -> m.Spec:
        """Give the new spec with what the old one had beside it."""
        old = renamed(self.old, self._old_names)
        records = {
            name: replace(record, fields=_fields_of_both(old.records[name].fields, record.fields))
            if name in old.records
            else record
            for name, record in self.new.records.items()
        }
        events = {
            name: replace(event, fields=_fields_of_both(old.events[name].fields, event.fields))
            if name in old.events
            else event
            for name, event in self.new.events.items()
        }
        mine = {name: let for name, let in old.lets.items() if name.endswith(_OLD)}
        tables = {name: table for name, table in old.decisions.items() if name.endswith(_OLD)}
        return replace(
            self.new,
            records={**{name: one for name, one in old.records.items() if name not in records}, **records},
            events={**{name: one for name, one in old.events.items() if name not in events}, **events},
            lets={**self.new.lets, **mine},
            decisions={**self.new.decisions, **tables},
        )


def names_of(thing: Any) -> Iterator[Key]:
    """Yield the keys of the lets and tables that something looks at."""
    from stepladder_dsl.diff.flows import names_in

    return names_in(thing)


def _cells(table: m.Decision | None) -> list[e.Expression]:
    if table is None:
        return []
    cells = [cell for row in table.rows for cell in (*row.tests, *row.values) if cell is not None]
    return [*table.inputs, *cells]


def _fields_of_both(olds: Mapping[str, m.Field], news: Mapping[str, m.Field]) -> dict[str, m.Field]:
    """Give the fields of both; a choice has the values of both."""
    found = {name: field for name, field in olds.items() if name not in news}
    for name, field in news.items():
        kind = _type_of_both(olds[name].type, field.type) if name in olds else field.type
        found[name] = replace(field, type=kind)
    return found


def _type_of_both(old: t.Type, new: t.Type) -> t.Type:
    match old, new:
        case t.ChoiceType(before), t.ChoiceType(after):
            return t.ChoiceType((*after, *(value for value in before if value not in after)))
        case t.ListType(before), t.ListType(after):
            return t.ListType(_type_of_both(before, after))
        case _:
            return new


class _Retyper(Rebuilder):
    """Makes expressions anew with the types that fields have in both specs together."""

    def __init__(self, spec: m.Spec, both: m.Spec, names: Mapping[Key, str]) -> None:
        super().__init__(spec)
        self.both = both
        self.names = names
        self.clashes = False
        """Whether a field has been something else before."""

    def name(self, key: Key, around: Around) -> str:
        return self.names.get(key, super().name(key, around))

    def value(self, value: Any, around: Around) -> Any:
        made = super().value(value, around)
        match made:
            case e.RecordField(name=name) if around.record in self.both.records:
                return self._retyped(made, self.both.records[around.record].fields.get(name))
            case e.EventField(event=event, name=name) if event in self.both.events:
                return self._retyped(made, self.both.events[event].fields.get(name))
            case _:
                return made

    def _retyped(self, made: Any, field: m.Field | None) -> Any:
        if field is None or type(field.type) is not type(made.type):
            self.clashes = True
            return made
        return replace(made, type=field.type, optional=field.optional)
