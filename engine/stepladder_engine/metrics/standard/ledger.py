"""What the figures ask of a run: its records, events, steps and tasks, as columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stepladder_dsl.model.spec import Process, Spec
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.metrics.standard.carrier import Carrier, Column
from stepladder_engine.runtime.program import Program


@record
class Coded:
    """A field of every record: the place of its value among `values`, -1 where it is not known."""

    codes: Column
    values: Sequence[Any]


@record
class Bought:
    """Purchases in the order of the records that made them, and of time.

    `record` is the place of the record among those of its kind, `day` counts from the year 1. An amount is a
    whole number of a `scale`, and 0 where it is not `known`.
    """

    record: Column
    day: Column
    amount: Column
    known: Column
    scale: int


@record
class Paid:
    """Payments: of each the place of its record among those of its kind, and the amount."""

    record: Column
    amount: Column
    scale: int


@record
class Steps:
    """How the cases of a process came into their stages, in the order of the cases and of their stories.

    Stages are places in the process, `stage` is -1 where a case came from none: it began there. `line` is
    that of the way in the spec.
    """

    record: Column
    stage: Column
    to_stage: Column
    day: Column
    time: Column
    line: Column

    def only(self, rows: Column) -> Steps:
        """Give some of them."""
        columns = self.record, self.stage, self.to_stage, self.day, self.time, self.line
        return Steps(*(column[rows] for column in columns))


@record
class Work:
    """Tasks by whoever owes them and by status; open cases by owner, and whether somebody will touch them."""

    tasks: Counter[tuple[str | None, str]]
    cases: Counter[tuple[str | None, bool]]


class Ledger(ABC):
    """The answers of a run."""

    program: Program
    as_of: Instant
    carrier: Carrier

    @property
    def spec(self) -> Spec:
        """The spec that was run."""
        return self.program.spec

    @property
    def today(self) -> int:
        """The day of the run's moment, counted from the year 1."""
        return self.program.zone.day(self.as_of).toordinal()

    @abstractmethod
    def keys(self, kind: str) -> Sequence[str]:
        """Give the keys of the records of a kind, rising; a place among them names a record."""

    @abstractmethod
    def field(self, kind: str, name: str) -> Coded:
        """Give a field of all records of a kind."""

    @abstractmethod
    def rows(self, kind: str) -> Iterator[tuple[Instant | None, Mapping[str, Any]]]:
        """Yield when each record of a kind appeared, with its fields: of kinds of few records."""

    @abstractmethod
    def bought(self, kind: str, amounts: Mapping[str, str | None]) -> Bought:
        """Give all events of some kinds, each with the field that has its amount."""

    @abstractmethod
    def paid(self, kind: str, patterns: Mapping[str, Pattern], first_day: int) -> Paid:
        """Give the events of some kinds from a day on that have an amount and fit."""

    @abstractmethod
    def steps(self, process: Process) -> Steps:
        """Give the steps of all cases of a process."""

    @abstractmethod
    def stage(self, process: Process) -> Column:
        """Give the stage in which each case of a process stands."""

    @abstractmethod
    def work(self) -> Work:
        """Count the tasks and the open cases."""


@record
class Pattern:
    """Which events of a kind are asked for: those of which one guard holds (None: any), and their amount."""

    money: str
    guards: Sequence[Any]
