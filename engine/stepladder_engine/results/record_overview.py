"""The answers about stays, tasks and offers from whole records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from stepladder_dsl.model.spec import Process
from stepladder_engine.expressions.tally import total
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.record_ledger import RecordLedger, coded
from stepladder_engine.results.columns import OFFER_STATUSES
from stepladder_engine.results.overview import URGENCY, Later, Made, Missed, Overview, Owing, Planned
from stepladder_engine.runtime.result import ESCALATED, OVERDUE, PLANNED, RunResult
from stepladder_engine.runtime.state import Entity, Task


class RecordOverview(Overview):
    """Asks whole records."""

    def __init__(self, result: RunResult) -> None:
        """Take the records as a run has left them."""
        self.result = result
        self.ledger: RecordLedger = RecordLedger(result)
        self.spec = result.program.spec

    @cached_property
    def _owed(self) -> Mapping[str, list[tuple[int, Entity, Task, str]]]:
        """The tasks that somebody owes, by kind of record."""
        found: dict[str, list[tuple[int, Entity, Task, str]]] = {}
        for kind in self.spec.records:
            found[kind] = [
                (place, entity, task, status)
                for place, entity in enumerate(self.ledger.entities(kind))
                for task in entity.tasks
                if self.result.raised(task) and (status := self.result.status(task)) in URGENCY
            ]
        return found

    def late(self, process: Process) -> Column:
        """Tell which cases of a process have a task that is late."""
        concerned = {None, process.name}
        late = {
            place
            for place, _, task, status in self._owed[process.record]
            if status in {OVERDUE, ESCALATED} and task.process in concerned
        }
        count = len(self.ledger.entities(process.record))
        return self.ledger.carrier.truths(place in late for place in range(count))

    def forgotten(self, process: Process) -> Column:
        """Tell which open cases of a process nobody will be asked to touch."""
        return self.ledger.carrier.truths(
            self.result.forgotten(entity, entity.position(process.name))
            for entity in self.ledger.entities(process.record)
        )

    def offers(self, kind: str) -> Made:
        """Give every offer made to records of a kind."""
        places = {name: place for place, name in enumerate(self.spec.offers)}
        found = [
            (place, places[copy.offer.name], OFFER_STATUSES.index(copy.status))
            for place, entity in enumerate(self.ledger.entities(kind))
            for copy in entity.offers
        ]
        return Made(*(self.ledger.carrier.of(row[column] for row in found) for column in range(3)))

    def offer_income(self) -> Mapping[str, Decimal | None]:
        """Add up the prices of each offer's accepted copies."""
        prices: dict[str, list[Decimal]] = defaultdict(list)
        for entity in self.result.entities:
            for copy in entity.offers:
                if copy.status == "accepted" and copy.price is not None:
                    prices[copy.offer.name].append(copy.price)
        return {name: total(prices[name]) if prices[name] else None for name in self.spec.offers}

    def owing(self, kind: str) -> Owing:
        """Give the tasks that somebody owes for records of a kind."""
        rows, of, zone = self._owed[kind], self.ledger.carrier.of, self.result.program.zone
        owners = []
        for _, entity, task, _ in rows:
            escalated = self.result.escalated_to(task)
            role = escalated[1] if escalated else task.role
            owners.append((role, entity.person_for(role)))
        roles, persons = (coded((owner[part] for owner in owners), of) for part in (0, 1))
        titles = coded((task.title for _, _, task, _ in rows), of)
        return Owing(
            of(place for place, _, _, _ in rows),
            roles.codes,
            persons.codes,
            of(URGENCY.index(status) for _, _, _, status in rows),
            of(zone.day(task.due).toordinal() for _, _, task, _ in rows),
            titles.codes,
            of(range(len(rows))),
            roles.values,
            persons.values,
            titles.values,
        )

    def task_keys(self, kind: str, rows: Sequence[int]) -> list[str]:
        """Give the keys of some tasks."""
        return [f"{self.spec.name}/{self._owed[kind][row][2].key}" for row in rows]

    def planned(self, kind: str) -> Planned:
        """Give the tasks for records of a kind that are to come."""
        found = [
            (place, task.role)
            for place, entity in enumerate(self.ledger.entities(kind))
            for task in entity.tasks
            if self.result.raised(task) and self.result.status(task) == PLANNED
        ]
        roles = coded((role for _, role in found), self.ledger.carrier.of)
        return Planned(self.ledger.carrier.of(place for place, _ in found), roles.codes, roles.values)

    def loops(self, kind: str) -> Column:
        """Tell of which records of a kind a loop was stopped."""
        return self.ledger.carrier.truths(
            any(entry.kind == "error" for entry in entity.journal) for entity in self.ledger.entities(kind)
        )

    def later(self) -> Iterator[Later]:
        """Yield the events after the moment of the run."""
        for event in self.result.dataset.events:
            if event.time > self.result.as_of:
                yield Later(event.kind, event.key, event.time, event.origin)

    def missed(self) -> list[Missed]:
        """Give the events that no way took."""
        found: list[Missed] = []
        for kind in self.spec.records:
            groups = defaultdict(list)
            for place, entity in enumerate(self.ledger.entities(kind)):
                for one in entity.deviations:
                    groups[one.process, one.stage, one.event, one.kind].append((place, one.reason))
            found += [
                Missed(
                    *group, len(rows), rows[0][1], kind, self.ledger.carrier.of(place for place, _ in rows)
                )
                for group, rows in groups.items()
            ]
        return found

    def records_of(self, cases: Collection[tuple[str, int]]) -> RunResult:  # noqa: ARG002 (all are whole)
        """Give the run: all its records are whole."""
        return self.result
