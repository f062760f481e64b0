"""The rows of `tasks` as columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.cells import Cells, Chosen, Joined, behind_each_other, by_code
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.outcome import MOVED, TASK_KINDS, TASK_OUTCOMES
from stepladder_engine.fast.telling import cause_name
from stepladder_engine.results.by_columns.distinct import distinct
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.runtime.result import DUE, ESCALATED, OVERDUE, PLANNED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

STATUSES = (*TASK_OUTCOMES, PLANNED, ESCALATED, DUE, OVERDUE)


class TaskColumns:
    """Makes the columns for the tasks of one kind of record."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.tasks = kind.found.tasks

    def columns(self) -> tuple[list[Cells], Whole]:
        """Give the columns of the raised tasks, and the case of each row."""
        raised = np.flatnonzero(self.raised)
        found = self._all()
        if len(raised) < len(self.tasks.case):
            return [column.take(raised) for column in found], self.tasks.case[raised]
        return found, self.tasks.case

    @cached_property
    def raised(self) -> Any:
        """Which tasks exist for the outside: an alert only once its limit has passed."""
        return ~self.kind.is_alert | (self.tasks.due <= self.kind.as_of)

    @cached_property
    def titles(self) -> Chosen:
        """What is to be done."""
        kind = self.kind
        return by_code(
            kind.task_code, kind.by_task(lambda rule: rule.label, lambda place: kind.limit_stage(place).label)
        )

    @cached_property
    def owed_by(self) -> Chosen:
        """The role that owes each task: one that went on is owed by whoever has it now."""
        kind = self.kind
        _, role = kind.escalations.now
        names = [*kind.task_roles, *kind.escalations.names]
        return by_code(np.where(role < 0, kind.task_code, role + len(kind.task_roles)), names)

    def _all(self) -> list[Cells]:
        kind, tasks = self.kind, self.tasks
        codes = kind.task_code
        moment, role = kind.escalations.now

        def each(of_rule: Any, of_stage: Any) -> Chosen:
            return by_code(codes, kind.by_task(of_rule, of_stage))

        return [
            self.keys,
            by_code(tasks.kind, TASK_KINDS),
            each(lambda rule: rule.name, self._alert_rule),
            self.titles,
            kind.record_of(tasks.case),
            kind.keys(tasks.case),
            each(lambda _: None, lambda place: kind.processes[kind.plan.stages[place][0]].process.name),
            each(lambda _: None, lambda place: kind.plan.stages[place][1]),
            by_code(codes, kind.task_roles),
            kind.word_column(tasks.person),
            each(lambda rule: rule.channel, lambda _: None),
            self._texts(),
            kind.times(tasks.created),
            kind.times(tasks.due),
            kind.times(np.where(kind.is_alert, UNKNOWN, tasks.wanted)),
            by_code(np.where(kind.is_alert, -1, tasks.moved), MOVED),
            self.status,
            kind.times(tasks.closed),
            self._reasons(),
            by_code(role, kind.escalations.names),
            kind.times(moment),
        ]

    def _alert_rule(self, place: int) -> str:
        kind = self.kind
        return f"limit {kind.processes[kind.plan.stages[place][0]].process.name}"

    @cached_property
    def keys(self) -> Joined:
        """The stable keys: spec, rule, record, anchor and number in the series."""
        kind, tasks = self.kind, self.tasks
        codes = kind.task_code
        begins = f"{kind.spec.name}/{{}}/{kind.found.kind}:".format
        rules = kind.by_task(lambda rule: begins(rule.name), lambda place: begins(self._alert_rule(place)))
        causes = kind.by_task(
            lambda rule: f"/{cause_name(rule)}@", lambda place: f"/{kind.plan.stages[place][1]}@"
        )
        return Joined(
            (
                by_code(codes, rules),
                kind.keys(tasks.case),
                by_code(codes, causes),
                kind.times(tasks.anchor),
                self._numbers(with_repeated=True, before="/"),
            )
        )

    @cached_property
    def first(self) -> Chosen:
        """The number of each task in its series."""
        return self._numbers(with_repeated=False)

    @cached_property
    def repeating(self) -> Chosen:
        """The same, with how often the same was there before."""
        return self._numbers(with_repeated=True)

    def _numbers(self, *, with_repeated: bool, before: str = "") -> Chosen:
        """Give the ends of the keys: the number in the series, and how often the same was there before."""
        number = np.where(self.kind.is_alert, 1, self.tasks.number)
        repeated = self.tasks.repeated if with_repeated else np.zeros_like(number)
        codes, shows = distinct(number, repeated)
        texts = [
            f"{before}{number[row]}" if repeated[row] == 0 else f"{before}{number[row]}+{repeated[row]}"
            for row in shows
        ]
        return by_code(codes, texts)

    def _texts(self) -> Chosen:
        """Give what is to be said, each text put together once."""
        record = self.kind.record
        parts, places = [], []
        for local, plan in enumerate(record.follow_ups):
            if plan.message is None:
                continue
            mine = np.flatnonzero(~self.kind.is_alert & (self.tasks.rule == plan.index))
            parts.append(self._texts_of(local, plan.message, mine))
            places.append(mine)
        empty = Chosen(np.full(1, -1, np.int32), [])
        rows = np.zeros(len(self.tasks.case), np.int64)
        begin = 1
        for mine in places:
            rows[mine] = np.arange(begin, begin + len(mine))
            begin += len(mine)
        return behind_each_other([empty, *parts]).take(rows)  # type: ignore[return-value]  # it stays chosen

    def _texts_of(self, local: int, message: Any, mine: Whole) -> Chosen:
        kind = self.kind
        shapes = kind.plan.values[local]
        first = self.tasks.text[mine]
        if not shapes:
            return by_code(np.zeros(len(mine), np.int64), [message.with_values(())])
        cells = kind.found.values[first[:, None] + np.arange(len(shapes))].reshape(len(mine), 2 * len(shapes))
        codes, shows = distinct(*cells.T)
        texts = [
            message.with_values(
                [kind.value(shape, *map(int, pair)) for shape, pair in zip(shapes, row, strict=True)]
            )
            for row in cells[shows].reshape(len(shows), len(shapes), 2)
        ]
        return by_code(codes, texts)

    @cached_property
    def status(self) -> Chosen:
        """How each task stands."""
        kind, tasks = self.kind, self.tasks
        codes = np.where(tasks.closed == UNKNOWN, STATUSES.index(PLANNED), tasks.outcome)
        rows = np.flatnonzero((tasks.closed == UNKNOWN) & (tasks.due <= kind.as_of))
        today = kind.moments.days(np.array([kind.as_of], np.int64))[0]
        is_due = kind.moments.days(tasks.due[rows]) == today
        codes[rows] = np.where(is_due, STATUSES.index(DUE), STATUSES.index(OVERDUE))
        codes[rows[kind.escalations.latest[rows] >= 0]] = STATUSES.index(ESCALATED)
        return by_code(codes, STATUSES)

    def _reasons(self) -> Chosen:
        tasks = self.tasks
        closed = np.flatnonzero(tasks.closed != UNKNOWN)
        told = self.kind.reasons(tasks.reason[closed], tasks.about[closed])
        codes = np.full(len(tasks.case), -1, np.int32)
        codes[closed] = told.codes
        return Chosen(codes, told.values)
