"""The answers to what standard figures ask, from the columns of the fast executor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.model.spec import Process
from stepladder_engine.calendars.offsets import FIRST_ORDINAL
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.expressions.tally import EXACT
from stepladder_engine.fast.convert import fields_at, reader_of
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Values
from stepladder_engine.fast.outcome import STEPS
from stepladder_engine.metrics.standard.arrays import Arrays, exact
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.ledger import Bought, Coded, Ledger, Paid, Pattern, Steps, Work
from stepladder_engine.metrics.standard.record_ledger import RecordLedger, coded, paid_of
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.results.by_columns.positions import PositionColumns
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.results.by_columns.tasks import TaskColumns
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_START, _MOVE = STEPS.index("start"), STEPS.index("move")


class _Cases:
    """The records of one kind: those of the kernel, and single ones that the reference executor has run."""

    def __init__(self, kind: Kind, ledger: ColumnLedger) -> None:
        self.kind = kind
        self.spec = kind.spec
        others = kind.found.others
        single = np.array(sorted(others), np.int64)
        self.cases = np.sort(np.concatenate([kind.cases, single]))
        """The places of all records in the frame, rising."""
        self.own = np.searchsorted(self.cases, kind.cases)
        """The places among them of those that the kernel has run."""
        self.single = np.searchsorted(self.cases, single)
        self.others: list[Entity] = [others[place] for place in single.tolist()]
        self.records = RecordLedger(ledger.result_of(self.others))
        self.days = ledger.days

    @cached_property
    def keys(self) -> list[str]:
        keys = self.kind.frame.keys
        return [keys[place] for place in self.cases.tolist()]

    def field(self, name: str) -> Coded:
        values = self.kind.found.fields.get(name)
        if values is None:
            values = self.kind.frame.fields.get(name)
            if values is None:
                values = Values("word", np.full(len(self.kind.frame.keys), UNKNOWN))
            numbers = values.numbers[self.kind.cases]
        else:
            numbers = values.numbers
        there, which = np.unique(numbers, return_inverse=True)
        begin = int(len(there) > 0 and there[0] == UNKNOWN)
        declared = self.spec.records[self.kind.found.kind].fields[name].type
        known: Sequence[Any] = [reader_of(values, declared)(int(number)) for number in there[begin:]]
        codes = np.full(len(self.cases), -1, np.int64)
        codes[self.own] = which - begin
        if self.others:
            theirs = [entity.view.fields.get(name) for entity in self.others]
            merged = coded([*known, *theirs], np.array)
            codes[self.own] = np.append(merged.codes[: len(known)], -1)[codes[self.own]]
            codes[self.single] = merged.codes[len(known) :]
            known = merged.values
        return Coded(codes, known)

    def events(self, event: str, as_of: Instant) -> tuple[EventFrame | None, Array, Array]:
        """Give the frame of a kind of event, its rows that the kernel has seen, and whose these are."""
        frame = self.kind.outcome.frames.events.get(event)
        if frame is None:
            return None, np.zeros(0, np.int64), np.zeros(0, np.int64)
        places = np.full(len(self.kind.frame.keys), -1, np.int64)
        places[self.kind.cases] = self.own
        record = places[frame.case]
        rows = np.flatnonzero((record >= 0) & (frame.time <= as_of))
        return frame, rows, record[rows]

    def bought(self, amounts: Mapping[str, str | None], as_of: Instant) -> Bought:
        parts = [self._bought(event, money, as_of) for event, money in amounts.items()]
        if self.others:
            found = self.records.bought(self.kind.found.kind, amounts)
            record = self.single[np.array(found.record.tolist(), np.int64)]
            day, known = np.array(found.day.tolist(), np.int64), np.array(found.known.tolist(), np.bool_)
            amount = np.array(found.amount.tolist(), object)
            # Their times are in order already, and of a day all of them come together.
            parts.append((record, day, day, amount, known, found.scale))
        scale = max((part[-1] for part in parts), default=0)
        record, time, day, known = (
            np.concatenate([np.zeros(0, kind), *(part[column] for part in parts)])
            for column, kind in ((0, np.int64), (1, np.int64), (2, np.int64), (4, np.bool_))
        )
        scaled = [_scaled(part[3], scale - part[5]) for part in parts]
        amount = exact(np.concatenate([np.zeros(0, np.int64), *scaled]))
        order = np.lexsort((time, record))
        return Bought(record[order], day[order], amount[order], known[order], scale)

    def _bought(self, event: str, money: str | None, as_of: Instant) -> tuple[Any, ...]:
        frame, rows, record = self.events(event, as_of)
        values = frame.fields.get(money) if frame is not None and money is not None else None
        time = np.zeros(0, np.int64) if frame is None else frame.time[rows]
        if values is None:
            nothing = np.zeros(len(rows), np.int64)
            return record, time, self.days(time), nothing, np.zeros(len(rows), np.bool_), 0
        numbers = values.numbers[rows]
        known = numbers != UNKNOWN
        return record, time, self.days(time), exact(np.where(known, numbers, 0)), known, values.scale

    def paid(
        self, patterns: Mapping[str, Pattern], first_day: int, as_of: Instant
    ) -> Iterator[tuple[int, Any]]:
        """Yield the place of each payment's record, and the amount."""
        for event, pattern in patterns.items():
            fits = self.records.fitting(pattern)
            frame, rows, record = self.events(event, as_of)
            if frame is None or pattern.money not in frame.fields:
                continue
            recent = self.days(frame.time[rows]) >= first_day
            recent &= frame.fields[pattern.money].numbers[rows] != UNKNOWN
            declared = self.spec.events[event].fields
            for place, row in zip(record[recent].tolist(), rows[recent].tolist(), strict=True):
                fields = fields_at(frame.fields, declared, row)
                if fits(fields):
                    yield place, fields[pattern.money]
        if self.others:
            found = self.records.paid(self.kind.found.kind, patterns, first_day)
            for place, amount in zip(found.record.tolist(), found.amount.tolist(), strict=True):
                yield int(self.single[place]), _decimal(amount, found.scale)

    def steps(self, process: Process) -> Steps:
        number, places = self._process(process)
        journal = self.kind.found.journal
        rows = np.flatnonzero(
            (journal.process == number)
            & ((journal.kind == _START) | (journal.kind == _MOVE))
            & (journal.to_stage >= 0)
        )
        record, time = self.own[journal.case[rows]], journal.time[rows]
        # The last place is that of no stage, which is where -1 leads.
        stage, to_stage = places[journal.stage[rows]], places[journal.to_stage[rows]]
        columns = [record, stage, to_stage, self.days(time), time, journal.line[rows].astype(np.int64)]
        if self.others:
            found = self.records.steps(process)
            theirs = [
                np.array(column.tolist(), np.int64)
                for column in (
                    found.record,
                    found.stage,
                    found.to_stage,
                    found.day,
                    found.time,
                    found.line,
                )
            ]
            theirs[0] = self.single[theirs[0]]
            columns = [np.concatenate(both) for both in zip(columns, theirs, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Steps(*(column[order] for column in columns))

    def stage(self, process: Process) -> Column:
        number, places = self._process(process)
        found = np.zeros(len(self.cases), np.int64)
        found[self.own] = places[self.kind.found.positions[number].stage]
        if self.others:
            found[self.single] = self.records.stage(process).tolist()
        return found

    def _process(self, process: Process) -> tuple[int, Array]:
        """Give a process by its number, and of each stage of the kind its place in its process."""
        numbers = [plan.process.name for plan in self.kind.processes]
        names = list(process.stages)
        places = [
            names.index(name) if numbers[number] == process.name else -1
            for number, name in self.kind.plan.stages
        ]
        return numbers.index(process.name), np.array([*places, -1], np.int64)

    def work(self) -> Work:
        found = Work(Counter(), Counter())
        tasks = TaskColumns(self.kind)
        roles, statuses = tasks.owed_by, tasks.status
        pairs = roles.codes.astype(np.int64) * len(statuses.values) + statuses.codes
        for pair, count in zip(
            *map(np.ndarray.tolist, np.unique(pairs[tasks.raised], return_counts=True)), strict=True
        ):
            role, status = divmod(pair, len(statuses.values))
            found.tasks[None if role < 0 else roles.values[role], statuses.values[status]] += count
        for owner, is_forgotten, count in PositionColumns(self.kind).open_cases():
            found.cases[owner, is_forgotten] += count
        theirs = self.records.work()
        found.tasks.update(theirs.tasks)
        found.cases.update(theirs.cases)
        return found


class ColumnLedger(Ledger):
    """Asks columns; of the kinds that the reference executor had to run there are none."""

    carrier = Arrays()

    def __init__(self, tables: ColumnTables) -> None:
        """Take the columns of a run that has written a journal."""
        self.tables = tables
        self.program = tables.program
        self.as_of = tables.outcome.as_of
        self._cases: dict[str, _Cases] = {}

    def result_of(self, entities: list[Entity]) -> RunResult:
        """Give some records as a run of their own."""
        return self.tables.result(entities)

    def days(self, moments: Array) -> Array:
        """Give the days of moments, counted from the year 1."""
        return self.tables.moments.days(moments) + FIRST_ORDINAL

    def cases(self, kind: str) -> _Cases:
        """Give the records of a kind."""
        if kind not in self._cases:
            self._cases[kind] = _Cases(self.tables.kinds[kind], self)
        return self._cases[kind]

    def keys(self, kind: str) -> Sequence[str]:
        """Give the keys of the records of a kind."""
        return self.cases(kind).keys

    def field(self, kind: str, name: str) -> Coded:
        """Give a field of all records of a kind."""
        return self.cases(kind).field(name)

    def rows(self, kind: str) -> Iterator[tuple[Instant | None, Mapping[str, Any]]]:
        """Yield when each record of a kind appeared, with its fields."""
        cases = self.cases(kind)
        fields = {name: cases.field(name) for name in self.spec.records[kind].fields}
        since = cases.kind.frame.since[cases.cases].tolist()
        codes = {name: column.codes.tolist() for name, column in fields.items()}
        for row, moment in enumerate(since):
            known = {
                name: column.values[codes[name][row]]
                for name, column in fields.items()
                if codes[name][row] >= 0
            }
            yield None if moment == UNKNOWN else moment, known

    def bought(self, kind: str, amounts: Mapping[str, str | None]) -> Bought:
        """Give all events of some kinds."""
        return self.cases(kind).bought(amounts, self.as_of)

    def paid(self, kind: str, patterns: Mapping[str, Pattern], first_day: int) -> Paid:
        """Give the events of some kinds from a day on that have an amount and fit."""
        return paid_of(list(self.cases(kind).paid(patterns, first_day, self.as_of)), self.carrier.of)

    def steps(self, process: Process) -> Steps:
        """Give the steps of all cases of a process."""
        return self.cases(process.record).steps(process)

    def stage(self, process: Process) -> Column:
        """Give the stage in which each case of a process stands."""
        return self.cases(process.record).stage(process)

    def work(self) -> Work:
        """Count the tasks and the open cases."""
        found = Work(Counter(), Counter())
        for kind in self.tables.kinds:
            part = self.cases(kind).work()
            found.tasks.update(part.tasks)
            found.cases.update(part.cases)
        return found


def sends_what_counts(tables: ColumnTables) -> bool:
    """Say whether the spec itself sends events that figures count: columns have those of the data alone."""
    facts = Facts(tables.program.spec)
    accepting = {pattern.event for offer in facts.spec.offers.values() for pattern in offer.accepted_on}
    counted = accepting.union(facts.purchases, facts.referrals)
    return any(
        event in counted and kind.is_sent(place)
        for kind in tables.kinds.values()
        for place, event in enumerate(kind.plan.kinds)
    )


def _scaled(amounts: Array, more: int) -> Array:
    """Give amounts with so many decimals more."""
    return amounts.astype(object) * 10**more if more else amounts


def _decimal(number: int, scale: int) -> Decimal:
    return Decimal(number).scaleb(-scale, EXACT)
