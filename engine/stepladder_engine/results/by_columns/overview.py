"""The answers about stays, tasks and offers from the columns of the fast executor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.model.spec import Process
from stepladder_engine.calendars.offsets import FIRST_ORDINAL
from stepladder_engine.expressions.tally import EXACT, total
from stepladder_engine.fast.convert import dataset_of, origin_at
from stepladder_engine.fast.outcome import DEVIATION_KINDS, STEPS
from stepladder_engine.fast.outcome import OFFER_STATUSES as STATUSES
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.results.by_columns.deviations import DeviationColumns
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.results.by_columns.ledger import ColumnLedger
from stepladder_engine.results.by_columns.positions import PositionColumns
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.results.by_columns.tasks import TaskColumns
from stepladder_engine.results.columns import OFFER_STATUSES
from stepladder_engine.results.overview import URGENCY, Later, Made, Missed, Overview, Owing, Planned
from stepladder_engine.results.record_overview import RecordOverview
from stepladder_engine.runtime.result import ESCALATED, OVERDUE, PLANNED, RunResult
from stepladder_engine.runtime.run import run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class _Work:
    """The tasks for one kind of record."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.columns = TaskColumns(kind)
        status = self.columns.status
        urgency = np.array([URGENCY.index(name) if name in URGENCY else -1 for name in status.values])
        self.urgency = urgency[status.codes]
        self.rows = np.flatnonzero(self.columns.raised & (self.urgency >= 0))
        """The tasks that somebody owes."""

    def owing(self, own: Array) -> Owing:
        """Give what is owed; `own` are the places of the cases among all records."""
        kind, rows = self.kind, self.rows
        tasks = kind.found.tasks
        case = tasks.case[rows]
        roles = self.columns.owed_by.take(rows)
        persons = kind.persons(roles.codes, roles.values, case)
        people, who = np.unique(persons.codes, return_inverse=True)
        begin = int(len(people) > 0 and people[0] < 0)
        titles = self.columns.titles.take(rows)
        return Owing(
            own[case],
            roles.codes.astype(np.int64),
            who - begin,
            self.urgency[rows],
            kind.moments.days(tasks.due[rows]) + FIRST_ORDINAL,
            titles.codes.astype(np.int64),
            rows,
            roles.values,
            [persons.values[int(code)] for code in people[begin:]],
            titles.values,
        )


class ColumnOverview(Overview):
    """Asks columns, and for what they do not say single records, which the reference executor runs again."""

    def __init__(self, ledger: ColumnLedger) -> None:
        """Take the columns."""
        self.ledger: ColumnLedger = ledger
        self.tables: ColumnTables = ledger.tables
        self.spec = ledger.spec
        self._work: dict[str, _Work] = {}
        self._owing: dict[str, Owing] = {}

    def _records(self, kind: str) -> RecordOverview:
        """Give the single records that the reference executor has run."""
        return RecordOverview(self.ledger.cases(kind).records.result)

    def _work_of(self, kind: str) -> _Work:
        if kind not in self._work:
            self._work[kind] = _Work(self.tables.kinds[kind])
        return self._work[kind]

    def late(self, process: Process) -> Column:
        """Tell which cases of a process have a task that is late."""
        cases, owing = self.ledger.cases(process.record), self.owing(process.record)
        work = self._work_of(process.record)
        tasks = work.kind.found.tasks
        late = np.isin(owing.urgency, [URGENCY.index(ESCALATED), URGENCY.index(OVERDUE)])
        mine = np.ones(len(late), np.bool_)
        # A follow-up concerns every process of its record, an alert its own.
        number = [plan.process.name for plan in work.kind.processes].index(process.name)
        of_kernel = owing.row >= 0
        rows = owing.row[of_kernel]
        mine[of_kernel] = ~work.kind.is_alert[rows] | (tasks.rule[rows] == number)
        found = np.zeros(len(cases.cases), np.bool_)
        found[owing.record[late & mine & of_kernel]] = True
        if cases.others:
            found[cases.single] = self._records(process.record).late(process).tolist()
        return found

    def forgotten(self, process: Process) -> Column:
        """Tell which open cases of a process nobody will be asked to touch."""
        cases = self.ledger.cases(process.record)
        number = [plan.process.name for plan in cases.kind.processes].index(process.name)
        found = np.zeros(len(cases.cases), np.bool_)
        found[cases.own] = PositionColumns(cases.kind).forgotten(number)
        if cases.others:
            found[cases.single] = self._records(process.record).forgotten(process).tolist()
        return found

    def offers(self, kind: str) -> Made:
        """Give every offer made to records of a kind."""
        cases = self.ledger.cases(kind)
        offers = cases.kind.found.offers
        statuses = np.array([OFFER_STATUSES.index(name) for name in STATUSES])
        own = cases.own[offers.case], offers.offer.astype(np.int64), statuses[offers.status]
        if not cases.others:
            return Made(*own)
        found = self._records(kind).offers(kind)
        record = cases.single[_array(found.record)]
        theirs = record, _array(found.offer), _array(found.status)
        return Made(*(np.concatenate(both) for both in zip(own, theirs, strict=True)))

    def offer_income(self) -> Mapping[str, Decimal | None]:
        """Add up the prices of each offer's accepted copies."""
        income: dict[str, Decimal | None] = dict.fromkeys(self.spec.offers)
        for name, kind in self.tables.kinds.items():
            parts = [*_prices(kind), *self._records(name).offer_income().items()]
            for offer, amount in parts:
                if amount is not None:
                    income[offer] = total((income[offer] or Decimal(0), amount))
        return income

    def owing(self, kind: str) -> Owing:
        """Give the tasks that somebody owes for records of a kind."""
        if kind not in self._owing:
            cases = self.ledger.cases(kind)
            own = self._work_of(kind).owing(cases.own)
            others = self._records(kind).owing(kind) if cases.others else None
            self._owing[kind] = own if others is None else _both(own, others, cases.single)
        return self._owing[kind]

    def task_keys(self, kind: str, rows: Sequence[int]) -> list[str]:
        """Give the keys of some tasks: below 0 are those of single records."""
        theirs = iter(self._records(kind).task_keys(kind, [-1 - row for row in rows if row < 0]))
        own = np.array([row for row in rows if row >= 0], np.int64)
        keys = iter(self._work_of(kind).columns.keys.take(own).cells())
        return [str(next(keys if row >= 0 else theirs)) for row in rows]

    def planned(self, kind: str) -> Planned:
        """Give the tasks for records of a kind that are to come."""
        cases, columns = self.ledger.cases(kind), self._work_of(kind).columns
        rows = np.flatnonzero(columns.raised & (columns.status.codes == columns.status.values.index(PLANNED)))
        roles = columns.owed_by.take(rows)
        record, role = cases.own[cases.kind.found.tasks.case[rows]], roles.codes.astype(np.int64)
        if not cases.others:
            return Planned(record, role, roles.values)
        theirs = self._records(kind).planned(kind)
        names = list(dict.fromkeys((*roles.values, *theirs.roles)))
        return Planned(
            np.concatenate([record, cases.single[_array(theirs.record)]]),
            _renamed(names, role, roles.values, theirs.role, theirs.roles),
            names,
        )

    def loops(self, kind: str) -> Column:
        """Tell of which records of a kind a loop was stopped."""
        cases = self.ledger.cases(kind)
        journal = cases.kind.found.journal
        found = np.zeros(len(cases.cases), np.bool_)
        found[cases.own[journal.case[journal.kind == STEPS.index("error")]]] = True
        if cases.others:
            found[cases.single] = self._records(kind).loops(kind).tolist()
        return found

    def later(self) -> Iterator[Later]:
        """Yield the events after the moment of the run."""
        frames = self.tables.outcome.frames
        for event, frame in frames.events.items():
            keys = frames.records[self.spec.events[event].record].keys
            for row in np.flatnonzero(frame.time > self.ledger.as_of).tolist():
                key = keys[int(frame.case[row])]
                yield Later(event, key, int(frame.time[row]), origin_at(frame, row))

    def missed(self) -> list[Missed]:
        """Give the events that no way took."""
        found: list[Missed] = []
        for name, kind in self.tables.kinds.items():
            groups: dict[tuple[str, str, str, str], list[Missed]] = defaultdict(list)
            cases = self.ledger.cases(name)
            theirs = self._records(name).missed()
            for one in (
                *_missed(kind, cases.own),
                *(replace(one, cases=cases.single[_array(one.cases)]) for one in theirs),
            ):
                groups[one.process, one.stage, one.event, one.kind].append(one)
            found += map(_together, groups.values())
        return found

    def records_of(self, cases: Collection[tuple[str, int]]) -> RunResult:
        """Run some records again, by the reference executor: each is a run of its own."""
        outcome, entities = self.tables.outcome, []
        for kind in self.spec.records:
            places = sorted({place for found, place in cases if found == kind})
            if places:
                chosen = self.ledger.cases(kind).cases[np.array(places)].tolist()
                rows = dataset_of(self.spec, outcome.frames, {kind: chosen})
                entities += run(self.spec, rows, outcome.as_of).entities
        return self.tables.result(entities)


def _array(column: Any) -> Array:
    return np.array(column.tolist(), np.int64)


def _prices(kind: Kind) -> list[tuple[str, Decimal]]:
    """Give the prices of accepted offers added up, each different price once."""
    offers, places = kind.found.offers, [plan.index for plan in kind.record.offers]
    found = []
    accepted = offers.status == STATUSES.index("accepted")
    columns = np.stack([offers.offer, offers.price, offers.price_divisor]).astype(np.int64)[:, accepted]
    different, counts = np.unique(columns, axis=1, return_counts=True)
    for (offer, price, divisor), count in zip(different.T.tolist(), counts.tolist(), strict=True):
        shape = kind.plan.amounts[places.index(offer)][0]
        value = kind.value(shape, price, divisor)
        if value is not None:
            found.append((kind.made[offer].name, EXACT.multiply(value, count)))
    return found


def _both(own: Owing, others: Owing, single: Array) -> Owing:
    """Put what is owed for single records behind the rest."""
    roles = list(dict.fromkeys((*own.roles, *others.roles)))
    persons = list(dict.fromkeys((*own.persons, *others.persons)))
    titles = list(dict.fromkeys((*own.titles, *others.titles)))

    return Owing(
        np.concatenate([own.record, single[_array(others.record)]]),
        _renamed(roles, own.role, own.roles, others.role, others.roles),
        _renamed(persons, own.person, own.persons, others.person, others.persons),
        np.concatenate([own.urgency, _array(others.urgency)]),
        np.concatenate([own.day, _array(others.day)]),
        _renamed(titles, own.title, own.titles, others.title, others.titles),
        np.concatenate([own.row, -1 - _array(others.row)]),
        roles,
        persons,
        titles,
    )


def _renamed(
    names: list[str], own: Column, own_names: Sequence[str], theirs: Column, their_names: Sequence[str]
) -> Array:
    """Give places among names of their own, one behind the other, as places among all names."""
    first = np.array([*map(names.index, own_names), -1])[own]
    return np.concatenate([first, np.array([*map(names.index, their_names), -1])[_array(theirs)]])


def _missed(kind: Kind, own: Array) -> list[Missed]:
    """Give the events of the kernel's cases that no way took."""
    missed, columns = kind.found.deviations, DeviationColumns(kind)
    codes, phrases = columns.why
    width = len(kind.plan.kinds), len(DEVIATION_KINDS)
    group = (missed.stage.astype(np.int64) * width[0] + missed.event) * width[1] + missed.kind
    found = []
    for code in np.unique(group).tolist():
        rows = np.flatnonzero(group == code)
        number, stage = kind.plan.stages[code // width[1] // width[0]]
        found.append(
            Missed(
                kind.processes[number].process.name,
                stage,
                kind.plan.kinds[code // width[1] % width[0]],
                DEVIATION_KINDS[code % width[1]],
                len(rows),
                phrases[int(codes[rows[0]])],
                kind.found.kind,
                own[missed.case[rows]],
            )
        )
    return found


def _together(parts: list[Missed]) -> Missed:
    """Put what two executors found together; the first record says why."""
    first = min(parts, key=lambda part: int(part.cases[0]))
    cases = np.concatenate([part.cases for part in parts])
    return replace(first, count=sum(part.count for part in parts), cases=cases)
