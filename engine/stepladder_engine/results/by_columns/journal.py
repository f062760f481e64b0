"""The rows of `journal` as columns: every step of every case."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.cells import Cells, Chosen, Wholes, behind_each_other, by_code
from stepladder_engine.data.time_order import order_in_time
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.outcome import REASONS, STEPS, Journal
from stepladder_engine.results.by_columns.alike import alike
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
_SENDING = tuple(REASONS.index(name) for name in ("sent", "field_unknown", "no_record"))
_FIRST_OFFER, _LAST_OFFER = STEPS.index("offer"), STEPS.index("offer_withdrawn")


class JournalColumns:
    """Makes the columns for the steps of one kind of record, in the order of time.

    Most steps say what many others do, of another case and at another time. So the different ones are put
    into words once, and every row is one of them.
    """

    def __init__(self, kind: Kind, deviations: DeviationColumns, tasks: TaskColumns) -> None:
        self.kind = kind
        self.deviations = deviations
        self.tasks = tasks

    def columns(self) -> tuple[list[Cells], Whole, Whole]:
        """Give the columns, the case of each row, and its time."""
        kind, story = self.kind, self.kind.found.journal
        small = (story.kind, story.reason, story.process, story.stage, story.to_stage)
        which, shows = alike(small, story.line, self._what_about(story), self._why(story))
        told = _Steps(kind, self.deviations, self.tasks, _some(story, shows)).columns()
        derived = _Derived(kind)
        following, shows = derived.alike()
        also = [column.take(shows) for column in derived.columns()]
        whole = [behind_each_other(pair) for pair in zip(told, also, strict=True)]
        case, time, steps = story.case, story.time, which
        if len(derived.case):
            # What follows from time alone comes behind everything that happened at its moment.
            places = _behind(story.case, derived.case)
            case = _put_in(story.case, places, derived.case)
            time = _put_in(story.time, places, derived.time)
            steps = _put_in(which, places, following + len(told[0]))
        order = order_in_time(time)
        case, time, steps = case[order], time[order], steps[order]
        rows: list[Cells] = [kind.times(time), kind.record_of(case), kind.keys(case)]
        return [*rows, *(column.take(steps) for column in whole)], case, time

    def _what_about(self, story: Journal) -> Whole:
        """Give a number for what each step is about: equal ones are told alike."""
        kind = self.kind
        width = max(len(self.tasks.repeating.values), 1)
        tables = {
            (): np.zeros(1, np.int64),
            ("set",): np.arange(len(kind.plan.fields)),
            ("alert_closed",): kind.task_code,
            ("task",): kind.task_code * np.int64(width) + self.tasks.first.codes,
            ("task_moved", "task_done", "task_cancelled"): kind.task_code * np.int64(width)
            + self.tasks.repeating.codes,
            STEPS[_FIRST_OFFER : _LAST_OFFER + 1]: kind.found.offers.offer,
        }
        begin, begins, speaks = 0, np.zeros(len(STEPS), np.int64), np.zeros(len(STEPS), np.int64)
        for steps, table in tables.items():
            for name in steps:
                begins[STEPS.index(name)], speaks[STEPS.index(name)] = begin, 1
            begin += len(table)
        places = story.subject * speaks[story.kind]
        places += begins[story.kind]
        found: Whole = np.concatenate(list(tables.values()))[places]
        return found

    def _why(self, story: Journal) -> Whole:
        """Give what the reasons speak of: of an event that nothing came of, which event and why."""
        failed = np.flatnonzero(story.reason == REASONS.index("deviation"))
        about = story.about.copy()
        about[failed] = self.deviations.failures[story.about[failed]]
        return about


def _some(story: Journal, rows: Whole) -> Journal:
    """Give some of the steps."""
    return Journal(*(getattr(story, column.name)[rows] for column in fields(Journal)))


def _behind(cases: Whole, others: Whole) -> Whole:
    """Give the places of rows when each comes behind all of its case; both are in the order of cases."""
    places: Whole = np.searchsorted(cases, others, side="right") + np.arange(len(others))
    return places


def _put_in(rows: Whole, places: Whole, others: Whole) -> Whole:
    """Put some rows among others, at places among all."""
    whole = np.empty(len(rows) + len(others), rows.dtype)
    rest = np.ones(len(whole), np.bool_)
    rest[places] = False
    whole[places], whole[rest] = others, rows
    return whole


class _Steps:
    """Puts steps into words: everything but when and of which case."""

    def __init__(self, kind: Kind, deviations: DeviationColumns, tasks: TaskColumns, story: Journal) -> None:
        self.kind = kind
        self.deviations = deviations
        self.tasks = tasks
        self.story = story

    def columns(self) -> list[Cells]:
        """Give the columns from the process on."""
        kind, story = self.kind, self.story
        return [
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
        parts.add(made, self._task_names(self.tasks.first, story.subject[made]))
        later = np.flatnonzero(np.isin(story.kind, _NAMES))
        parts.add(later, self._task_names(self.tasks.repeating, story.subject[later]))
        sends = np.flatnonzero(np.isin(story.reason, _SENDING))
        codes, shows = distinct(story.reason[sends], story.about[sends])
        parts.add(sends, by_code(codes, [self._receiver(int(sends[row])) for row in shows]))
        offers = np.flatnonzero((story.kind >= _FIRST_OFFER) & (story.kind <= _LAST_OFFER))
        names = [offer.name for offer in kind.made]
        parts.add(offers, by_code(found.offers.offer[story.subject[offers]], names))
        return parts.whole()

    def _receiver(self, row: int) -> str | None:
        """Give what a line that sends an event is about: the field that names to whom, or the event."""
        story = self.story
        sending = self.kind.line_sending(int(story.reason[row]), int(story.about[row]))
        if sending is None:
            return None
        return sending.to_field if story.kind[row] == STEPS.index("emit") else sending.event

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


class _Derived:
    """What follows from time alone: alerts that were raised, tasks that went on to somebody else.

    `case`, `time` and the columns are in the order of the tasks; the steps of one task follow each other.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        tasks, steps = kind.found.tasks, kind.escalations
        alerts = np.flatnonzero(kind.is_alert & (tasks.due <= kind.as_of))
        gone = [np.flatnonzero(kind.has_gone_on(when)) for when in steps.moments]
        rows = np.concatenate([alerts, *gone])
        time = np.concatenate(
            [tasks.due[alerts], *(when[mine] for when, mine in zip(steps.moments, gone, strict=True))]
        )
        to = [steps_role[mine] for steps_role, mine in zip(steps.roles, gone, strict=True)]
        order = np.argsort(rows, kind="stable")
        rows = rows[order]
        self.time = time[order]
        self.case = tasks.case[rows]
        self.is_alert = kind.is_alert[rows]
        self.codes = kind.task_code[rows]
        self.to = np.concatenate([np.full(len(alerts), -1), *to])[order]

    def alike(self) -> tuple[Whole, Whole]:
        """Give for each row which of the different ones it is, and of each of those a row that shows it."""
        return distinct(self.codes, self.to)

    def columns(self) -> list[Cells]:
        """Give the columns from the process on."""
        kind, codes = self.kind, self.codes

        def each(of_rule: Any, of_stage: Any) -> Chosen:
            return by_code(codes, kind.by_task(of_rule, of_stage))

        # The role of an alert is that of its stage.
        names = [*kind.task_roles, *kind.escalations.names]
        subjects = np.where(self.is_alert, codes, self.to + len(kind.task_roles))
        return [
            each(lambda _: None, lambda place: kind.processes[kind.plan.stages[place][0]].process.name),
            by_code(np.where(self.is_alert, _ALERT, _ESCALATED), _KINDS),
            each(lambda _: None, lambda place: kind.plan.stages[place][1]),
            by_code(np.full(len(codes), -1), []),
            by_code(subjects, names),
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
