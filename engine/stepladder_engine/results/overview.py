"""What pictures and reports ask of a run beside its standard figures: stays, tasks and offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.spec import Process
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Origin
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.ledger import Ledger
from stepladder_engine.runtime.result import DUE, ESCALATED, OVERDUE, RunResult
from stepladder_engine.texts.catalogue import DEFAULT, Phrase, text

URGENCY = (ESCALATED, OVERDUE, DUE)
"""How a task stands that somebody owes, the most urgent first."""


@record
class Stays:
    """The stays of the cases of a process in its stages, in the order of the cases and of time.

    Since when is not always `known`: `time` is 0 then. `line` is that of the way that led there, or 0.
    """

    record: Column
    stage: Column
    time: Column
    known: Column
    line: Column


@record
class Made:
    """The offers made to records of one kind: places in the spec's offers, and in `OFFER_STATUSES`."""

    record: Column
    offer: Column
    status: Column


@record
class Owing:
    """The tasks that somebody owes for records of one kind.

    `role`, `person` and `title` are places in lists, -1 is nobody; `urgency` is one in `URGENCY`; `day` is
    when it was due, counted from the year 1. `row` is what the run calls the task.
    """

    record: Column
    role: Column
    person: Column
    urgency: Column
    day: Column
    title: Column
    row: Column
    roles: Sequence[str]
    persons: Sequence[str]
    titles: Sequence[str]


@record
class Planned:
    """Tasks to come: of each its record and its role, a place among `roles` or -1."""

    record: Column
    role: Column
    roles: Sequence[str]


class Later(NamedTuple):
    """An event of the data after the moment of the run: which one, of whom, when, and where it stands."""

    event: str
    key: str
    time: Instant
    origin: Origin


@record
class Missed:
    """The events of one kind that no way took in one stage: how many, why the first one, and whose."""

    process: str
    stage: str
    event: str
    kind: str
    count: int
    reason: Phrase
    record: str
    cases: Column


class Overview(ABC):
    """The answers of a run."""

    ledger: Ledger

    @abstractmethod
    def late(self, process: Process) -> Column:
        """Tell which cases of a process have a task that is late."""

    @abstractmethod
    def forgotten(self, process: Process) -> Column:
        """Tell which open cases of a process nobody will be asked to touch."""

    @abstractmethod
    def offers(self, kind: str) -> Made:
        """Give every offer made to records of a kind."""

    @abstractmethod
    def offer_income(self) -> Mapping[str, Decimal | None]:
        """Add up the prices of each offer's accepted copies; None where no accepted one has a price."""

    @abstractmethod
    def owing(self, kind: str) -> Owing:
        """Give the tasks that somebody owes for records of a kind."""

    @abstractmethod
    def task_keys(self, kind: str, rows: Sequence[int]) -> list[str]:
        """Give the keys of some tasks by what the run calls them."""

    @abstractmethod
    def planned(self, kind: str) -> Planned:
        """Give the tasks for records of a kind that are to come."""

    @abstractmethod
    def loops(self, kind: str) -> Column:
        """Tell of which records of a kind a loop was stopped."""

    @abstractmethod
    def later(self) -> Iterator[Later]:
        """Yield the events after the moment of the run."""

    @abstractmethod
    def missed(self) -> list[Missed]:
        """Give the events that no way took."""

    @abstractmethod
    def records_of(self, cases: Collection[tuple[str, int]]) -> RunResult:
        """Give a run with at least some of its records whole; each is named by its kind and place."""

    @cached_property
    def _known_stays(self) -> dict[str, Stays]:
        return {}

    def stays(self, process: Process) -> Stays:
        """Give the stays of all cases of a process, worked out once."""
        if process.name not in self._known_stays:
            self._known_stays[process.name] = self._stays(process)
        return self._known_stays[process.name]

    def _stays(self, process: Process) -> Stays:
        carrier, steps, stage = self.ledger.carrier, self.ledger.steps(process), self.ledger.stage(process)
        counts = carrier.counted(steps.record, len(stage))
        begins = carrier.running(counts) - counts
        # Whose story does not begin with a start stood somewhere before: where it left from, or still stands.
        idle = carrier.places(counts == 0)
        active = carrier.places(counts > 0)
        came_from = steps.stage[begins[active]]
        moved = came_from >= 0
        first = carrier.joined([idle, active[moved]])
        stood = carrier.joined([stage[idle], came_from[moved]])
        nothing = first * 0
        record = carrier.joined([first, steps.record])
        order = carrier.order(record, carrier.joined([nothing, carrier.upto(len(steps.record)) + 1]))
        return Stays(
            record[order],
            carrier.joined([stood, steps.to_stage])[order],
            carrier.joined([nothing, steps.time])[order],
            order >= len(first),
            carrier.joined([nothing, steps.line])[order],
        )

    def name_of(self, kind: str, place: int) -> str | None:
        """Name a record, where it has a field for one."""
        fields = self.ledger.spec.records[kind].fields
        for name in name_fields(self.ledger.spec.language):
            if name in fields:
                found = self.ledger.field(kind, name)
                code = int(found.codes[place])
                if code >= 0 and found.values[code]:
                    return str(found.values[code])
        return None


def name_fields(language: str) -> list[str]:
    """Give the fields by which records are called, in the spec's language and in ours."""
    return [
        normalize_name(field)
        for spoken in (language, DEFAULT)
        for field in text(spoken, "fields.with_a_name").split()
    ]
