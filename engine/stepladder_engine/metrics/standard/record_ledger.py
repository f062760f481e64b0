"""The answers from whole records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from stepladder_dsl.model.spec import Process
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.expressions.view import View
from stepladder_engine.metrics.standard.carrier import Column, scale_of, scaled
from stepladder_engine.metrics.standard.ledger import Bought, Coded, Ledger, Paid, Pattern, Steps, Work
from stepladder_engine.metrics.standard.lists import Lists
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity

_STEPS = frozenset(("start", "move"))


class RecordLedger(Ledger):
    """Asks whole records."""

    carrier = Lists()

    def __init__(self, result: RunResult) -> None:
        """Take the records as a run has left them."""
        self.result = result
        self.program = result.program
        self.as_of = result.as_of

    @cached_property
    def _of_kind(self) -> Mapping[str, list[Entity]]:
        found: dict[str, list[Entity]] = {name: [] for name in self.spec.records}
        for entity in self.result.entities:
            found[entity.kind].append(entity)
        return found

    def entities(self, kind: str) -> list[Entity]:
        """Give the records of a kind."""
        return self._of_kind[kind]

    def _day(self, moment: Instant) -> int:
        return self.program.zone.day(moment).toordinal()

    def keys(self, kind: str) -> Sequence[str]:
        """Give the keys of the records of a kind."""
        return [entity.key for entity in self.entities(kind)]

    def field(self, kind: str, name: str) -> Coded:
        """Give a field of all records of a kind."""
        return coded((entity.view.fields.get(name) for entity in self.entities(kind)), self.carrier.of)

    def rows(self, kind: str) -> Iterator[tuple[Instant | None, Mapping[str, Any]]]:
        """Yield when each record of a kind appeared, with its fields."""
        for entity in self.entities(kind):
            yield entity.since, entity.view.fields

    def bought(self, kind: str, amounts: Mapping[str, str | None]) -> Bought:
        """Give all events of some kinds."""
        found = [
            (place, happened.time, None if money is None else happened.fields.get(money))
            for place, entity in enumerate(self.entities(kind))
            for event, money in amounts.items()
            for happened in entity.view.history.get(event, ())
        ]
        found.sort(key=lambda row: row[:2])
        known = [amount is not None for _, _, amount in found]
        scale = scale_of(amount for _, _, amount in found if amount is not None)
        numbers = iter(scaled([amount for _, _, amount in found if amount is not None], scale))
        of = self.carrier.of
        return Bought(
            of(place for place, _, _ in found),
            of(self._day(time) for _, time, _ in found),
            of(next(numbers) if there else 0 for there in known),
            self.carrier.truths(known),
            scale,
        )

    def paid(self, kind: str, patterns: Mapping[str, Pattern], first_day: int) -> Paid:
        """Give the events of some kinds from a day on that have an amount and fit."""
        found = []
        for event, pattern in patterns.items():
            fits = self.fitting(pattern)
            found += [
                (place, happened.fields[pattern.money])
                for place, entity in enumerate(self.entities(kind))
                for happened in entity.view.history.get(event, ())
                if self._day(happened.time) >= first_day and fits(happened.fields)
            ]
        return paid_of(found, self.carrier.of)

    def fitting(self, pattern: Pattern) -> Callable[[Mapping[str, Any]], bool]:
        """Give a function that says of the fields of an event whether it is asked for."""
        guards = [self.program.compiler.condition(guard) for guard in pattern.guards]
        view = View({})

        def fits(fields: Mapping[str, Any]) -> bool:
            view.event = fields
            return fields.get(pattern.money) is not None and any(guard(view) is True for guard in guards)

        return fits

    def steps(self, process: Process) -> Steps:
        """Give the steps of all cases of a process."""
        places = {name: place for place, name in enumerate(process.stages)} | {None: -1}
        found = [
            (
                place,
                places[entry.stage],
                places[entry.to_stage],
                self._day(entry.time),
                entry.time,
                entry.line,
            )
            for place, entity in enumerate(self.entities(process.record))
            for entry in entity.journal
            if entry.process == process.name and entry.to_stage is not None and entry.kind in _STEPS
        ]
        return Steps(*(self.carrier.of(row[column] for row in found) for column in range(6)))

    def stage(self, process: Process) -> Column:
        """Give the stage in which each case of a process stands."""
        places = {name: place for place, name in enumerate(process.stages)}
        cases = self.entities(process.record)
        return self.carrier.of(places[entity.position(process.name).stage.stage.name] for entity in cases)

    def work(self) -> Work:
        """Count the tasks and the open cases."""
        result = self.result
        found = Work(Counter(), Counter())
        for entity in result.entities:
            for task in entity.tasks:
                if result.raised(task):
                    escalated = result.escalated_to(task)
                    found.tasks[escalated[1] if escalated else task.role, result.status(task)] += 1
            for position in entity.positions:
                if not position.ended:
                    found.cases[position.stage.stage.owner, result.forgotten(entity, position)] += 1
        return found


def coded(values: Iterable[Any], column: Callable[[Iterable[int]], Column]) -> Coded:
    """Give values as places among the different ones."""
    places: dict[Any, int] = {}
    codes = [-1 if value is None else places.setdefault(value, len(places)) for value in values]
    return Coded(column(codes), list(places))


def paid_of(found: Sequence[tuple[int, Any]], column: Callable[[Iterable[int]], Column]) -> Paid:
    """Give payments as columns."""
    scale = scale_of(amount for _, amount in found)
    amounts = scaled([amount for _, amount in found], scale)
    return Paid(column(place for place, _ in found), column(amounts), scale)
