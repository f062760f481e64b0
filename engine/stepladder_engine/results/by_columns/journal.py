"""The rows of `journal` as columns: every step of every case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.cells import Cells, Chosen, Wholes, behind_each_other, by_code
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.outcome import REASONS, STEPS
from stepladder_engine.results.by_columns.deviations import DeviationColumns
from stepladder_engine.results.by_columns.distinct import distinct
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.results.by_columns.tasks import TaskColumns
from stepladder_engine.runtime.step import shown
from stepladder_engine.texts.catalogue import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_ALERT, _ESCALATED = len(STEPS), len(STEPS) + 1
_KINDS = (*STEPS, "alert", "escalated")
_NAMES = tuple(STEPS.index(name) for name in ("task_moved", "task_done", "task_cancelled"))


class JournalColumns:
    """Makes the columns for the steps of one kind of record, in the order of its cases and as they came."""

    def __init__(self, kind: Kind, deviations: DeviationColumns, tasks: TaskColumns) -> None:
        self.kind = kind
        self.deviations = deviations
        self.tasks = tasks
        self.story = kind.found.journal

    def columns(self) -> tuple[list[Cells], Whole, Whole]:
        """Give the columns, the case of each row, and its time."""
        told, derived = self._steps(), self._derived()
        whole = [behind_each_other(pair) for pair in zip(told, derived, strict=True)]
        case = np.concatenate([self.story.case, self.derived_case])
        time = np.concatenate([self.story.time, self.derived_time])
        if not len(self.derived_case):
            return whole, case, time
        # What follows from time alone comes behind everything that happened at its moment.
        order = np.argsort(case, kind="stable")
        return [column.take(order) for column in whole], case[order], time[order]

    def _steps(self) -> list[Cells]:
        kind, story = self.kind, self.story
        return [
            kind.times(story.time),
            kind.record_of(story.case),
            kind.keys(story.case),
            by_code(story.process, [plan.process.name for plan in kind.processes]),
            by_code(story.kind, _KINDS),
            kind.stage_column(story.stage),
            kind.stage_column(story.to_stage),
            self._subjects(),
            self._reasons(),
            Wholes(self._lines()),
        ]

    def _lines(self) -> Whole:
        """Give the line of the spec; a case begins, and goes round in circles, because of a stage."""
        story, kind = self.story, self.kind
        lines = np.array([kind.limit_stage(place).span.line for place in range(len(kind.plan.stages))])
        found = story.line.copy()
        failed = (story.kind == STEPS.index("error")) & (story.stage >= 0) & (story.process >= 0)
        found[failed] = lines[story.stage[failed]]
        starts = (story.kind == STEPS.index("start")) & (story.to_stage >= 0)
        found[starts] = lines[story.to_stage[starts]]
        return found

    def _subjects(self) -> Chosen:
        """Give what the steps are about: a field, the role of an alert, a task, an offer."""
        story, kind, found = self.story, self.kind, self.kind.found
        parts = _Parts(len(story.case))
        fields = np.flatnonzero(story.kind == STEPS.index("set"))
        parts.add(fields, by_code(story.subject[fields], [column.name for column in kind.plan.fields]))
        alerts = np.flatnonzero(story.kind == STEPS.index("alert_closed"))
        parts.add(alerts, by_code(kind.task_code[story.subject[alerts]], kind.task_roles))
        made = np.flatnonzero(story.kind == STEPS.index("task"))
        # The journal says the number with its count only after a task came without.
        parts.add(made, self._task_names(self.tasks.numbers(with_repeated=False), story.subject[made]))
        later = np.flatnonzero(np.isin(story.kind, _NAMES))
        parts.add(later, self._task_names(self.tasks.numbers(with_repeated=True), story.subject[later]))
        first, last = STEPS.index("offer"), STEPS.index("offer_withdrawn")
        offers = np.flatnonzero((story.kind >= first) & (story.kind <= last))
        names = [offer.name for offer in kind.made]
        parts.add(offers, by_code(found.offers.offer[story.subject[offers]], names))
        return parts.whole()

    def _task_names(self, numbers: Chosen, rows: Whole) -> Chosen:
        """Give the rules of tasks with their numbers."""
        kind = self.kind
        rules = kind.by_task(lambda rule: rule.name, lambda _: "")
        mine, which = kind.task_code[rows], numbers.codes[rows].astype(np.int64)
        codes, shows = distinct(mine, which)
        return by_code(codes, [f"{rules[mine[row]]} {numbers.values[which[row]]}" for row in shows])

    def _reasons(self) -> Chosen:
        story, kind = self.story, self.kind
        parts = _Parts(len(story.case))
        failed = story.reason == REASONS.index("deviation")
        sets = ~failed & (story.kind == STEPS.index("set"))
        missed, given, other = (np.flatnonzero(mask) for mask in (failed, sets, ~failed & ~sets))
        parts.add(missed, self._failures(story.about[missed]))
        parts.add(given, self._values(story.subject[given], story.about[given]))
        parts.add(other, kind.reasons(story.reason[other], story.about[other]))
        return parts.whole()

    def _failures(self, rows: Whole) -> Chosen:
        """Say of which event nothing came, and why."""
        kind = self.kind
        numbers, phrases = self.deviations.why
        event, why = kind.found.deviations.event[rows], numbers[rows]
        codes, shows = distinct(event, why)
        return by_code(
            codes,
            [
                kind.told(
                    phrase("reason.event_failed", event=kind.plan.kinds[event[row]], reason=phrases[why[row]])
                )
                for row in shows
            ],
        )

    def _values(self, fields: Whole, numbers: Whole) -> Chosen:
        """Give the values that fields were set to."""
        codes, shows = distinct(fields, numbers)
        return by_code(codes, [self._value(int(fields[row]), int(numbers[row])) for row in shows])

    def _value(self, place: int, number: int) -> str:
        kind = self.kind
        column = kind.plan.fields[place]
        value = None if number == UNKNOWN else kind.value(column.shape, number, 1)
        stored = kind.program.rounded(value, kind.record.record.fields[column.name].type)
        return kind.told(shown(stored, kind.zone))

    # what follows from time alone

    def _derived(self) -> list[Cells]:
        """Give the alerts that were raised and the tasks that went on to somebody else, task by task."""
        kind, tasks = self.kind, self.kind.found.tasks
        steps = kind.escalations
        alerts = np.flatnonzero(kind.is_alert & (tasks.due <= kind.as_of))
        gone = [np.flatnonzero(kind.has_gone_on(when)) for when in steps.moments]
        rows = np.concatenate([alerts, *gone])
        time = np.concatenate(
            [tasks.due[alerts], *(when[mine] for when, mine in zip(steps.moments, gone, strict=True))]
        )
        to = [steps_role[mine] for steps_role, mine in zip(steps.roles, gone, strict=True)]
        codes = kind.task_code[rows]
        raised = by_code(codes[: len(alerts)], kind.task_roles)
        subjects = behind_each_other([raised, by_code(np.concatenate([*to, rows[:0]]), steps.names)])
        # The steps of one task follow each other, and the tasks as they came into being.
        order = np.argsort(rows, kind="stable")
        rows, time, codes = rows[order], time[order], codes[order]
        self.derived_case, self.derived_time = tasks.case[rows], time

        def each(of_rule: Any, of_stage: Any) -> Chosen:
            return by_code(codes, kind.by_task(of_rule, of_stage))

        return [
            kind.times(time),
            kind.record_of(rows),
            kind.keys(tasks.case[rows]),
            each(lambda _: None, lambda place: kind.processes[kind.plan.stages[place][0]].process.name),
            by_code(np.where(kind.is_alert[rows], _ALERT, _ESCALATED), _KINDS),
            each(lambda _: None, lambda place: kind.plan.stages[place][1]),
            by_code(np.full(len(rows), -1), []),
            subjects.take(order),
            each(
                lambda rule: kind.told(phrase("reason.not_done", rule=rule.name)),
                lambda _: kind.told(phrase("reason.stage_limit")),
            ),
            Wholes(np.array(kind.by_task(lambda rule: rule.span.line, self._limit_line), np.int64)[codes]),
        ]

    def _limit_line(self, place: int) -> int:
        limit = self.kind.limit_stage(place).limit
        return 0 if limit is None else limit.span.line


class _Parts:
    """A column whose rows come from several places."""

    def __init__(self, count: int) -> None:
        self.places = np.zeros(count, np.int64)
        self.parts: list[Chosen] = [Chosen(np.full(1, -1, np.int32), [])]
        self.begin = 1

    def add(self, rows: Whole, column: Chosen) -> None:
        """Take the cells of some rows."""
        self.places[rows] = np.arange(self.begin, self.begin + len(rows))
        self.parts.append(column)
        self.begin += len(rows)

    def whole(self) -> Chosen:
        """Give the column."""
        return behind_each_other(self.parts).take(self.places)  # type: ignore[return-value]  # it stays chosen
