"""The answer about one kind of record, with what all its tables need: words, persons, who was asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.model import spec as m
from stepladder_dsl.record import record
from stepladder_engine.calendars.many import Moments, known_only
from stepladder_engine.data.cells import Chosen, Times, always, behind_each_other, by_code
from stepladder_engine.fast.frames import UNKNOWN, Values
from stepladder_engine.fast.outcome import KindOutcome, Outcome, Positions
from stepladder_engine.fast.plan import KindPlan
from stepladder_engine.fast.telling import Teller
from stepladder_engine.results.by_columns.distinct import distinct
from stepladder_engine.texts.catalogue import Phrase, tell_plainly

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[Any]
    """Whole numbers of any width: moments take whole words, codes and places less."""


@record
class Escalations:
    """When each task goes on and to whom: a column for each step in order of time (`UNKNOWN`: no further).

    `roles` are places in `names`. `latest` is the step that has taken place last, -1 if none has.
    """

    moments: list[Whole]
    roles: list[Whole]
    names: Sequence[str]
    latest: Whole

    def at(self, steps: Whole) -> tuple[Whole, Whole]:
        """Give of each task the moment and the role of one of its steps; -1 is no step."""
        moment, role = np.full(len(steps), UNKNOWN), np.full(len(steps), -1, np.int16)
        for step, (when, whom) in enumerate(zip(self.moments, self.roles, strict=True)):
            mine = steps == step
            if mine.any():
                moment, role = np.where(mine, when, moment), np.where(mine, whom, role)
        return moment, role

    @cached_property
    def now(self) -> tuple[Whole, Whole]:
        """The moment and the role of the step of each task that has taken place last."""
        return self.at(self.latest)

    def of(self, tasks: Whole) -> Escalations:
        """Give those of some tasks."""
        moments, roles = ([column[tasks] for column in columns] for columns in (self.moments, self.roles))
        return Escalations(moments, roles, self.names, self.latest[tasks])


class Kind(Teller):
    """The columns of one kind of record."""

    def __init__(self, outcome: Outcome, found: KindOutcome, plan: KindPlan, moments: Moments) -> None:
        super().__init__(outcome, found, plan)
        self.moments = moments
        self.as_of = outcome.as_of
        self.cases = found.cases
        self.processes = self.record.processes
        self.first_stages = np.cumsum([0, *(len(process.stages) for process in self.processes)])
        self.rules = list(self.spec.follow_ups.values())
        self.made = list(self.spec.offers.values())

    def told(self, reason: Phrase | str) -> str:
        """Give a reason in the spec's language."""
        return tell_plainly(reason, self.spec.language)

    def times(self, instants: Whole) -> Times:
        """Give moments as a column."""
        return Times(instants, self.moments)

    def record_of(self, rows: Whole) -> Chosen:
        """Give the kind of record in so many rows."""
        return always(self.found.kind, len(rows))

    def keys(self, rows: Whole) -> Chosen:
        """Give the keys of cases, by their places in the outcome."""
        return Chosen(self.cases[rows].astype(np.int32), self.frame.keys)

    def word_column(self, codes: Whole) -> Chosen:
        """Give words of the outcome, -1 being none."""
        return Chosen(codes.astype(np.int32), self.found.words)

    def stage_column(self, stages: Whole) -> Chosen:
        """Give the names of stages, -1 being none."""
        return by_code(stages, [name for _, name in self.plan.stages])

    def stages_in(self, number: int, position: Positions) -> Whole:
        """Give the stages of one process as places in it."""
        return position.stage - int(self.first_stages[number])

    # persons

    @cached_property
    def _fields(self) -> dict[str, Values]:
        """The fields as they stand at the end, one row a case."""
        return {
            name: self.found.fields[name]
            if name in self.found.fields
            else Values(values.kind, values.numbers[self.cases], values.scale, values.words)
            for name, values in {**self.frame.fields, **self.found.fields}.items()
            if any(name in names for names in self.record.persons.values())
        }

    def person_for(self, role: str | None) -> Chosen:
        """Give for each case the person who acts in a role."""
        found = Chosen(np.full(len(self.cases), -1, np.int32), [])
        if role is None:
            return found
        for name in self.record.persons.get(role, ()):
            if name in self._fields:
                found = _or_else(found, self._named(self._fields[name]))
        return found

    @staticmethod
    def _named(values: Values) -> Chosen:
        """Give who is named: nobody where it is not known, or an empty text."""
        codes = np.where(values.numbers == UNKNOWN, -1, values.numbers)
        if "" in values.words:
            codes = np.where(codes == list(values.words).index(""), -1, codes)
        return Chosen(codes.astype(np.int32), values.words)

    def persons(self, roles: Whole, names: Sequence[str | None], cases: Whole) -> Chosen:
        """Give the person who acts in each of some roles (-1: none) for each of some cases."""
        parts = [self.person_for(name) for name in names]
        whole = behind_each_other([Chosen(np.full(1, -1, np.int32), []), *parts])
        begins = np.arange(len(names)) * len(self.cases) + 1
        places = np.where(roles < 0, 0, np.append(begins, 0)[roles] + cases)
        return whole.take(places)  # type: ignore[return-value]  # behind each other they stay chosen

    # tasks

    @cached_property
    def is_alert(self) -> Any:
        """Which tasks are alerts."""
        return self.found.tasks.kind == 1

    def limit_stage(self, number: int) -> m.Stage:
        """Give a stage of the kind by its place."""
        process, name = self.plan.stages[number]
        return self.processes[process].stages[name].stage

    def alert_role(self, number: int) -> str | None:
        """Give who is asked when the limit of a stage has passed."""
        stage = self.limit_stage(number)
        return (stage.limit.alert if stage.limit is not None else None) or stage.owner

    @cached_property
    def task_code(self) -> Whole:
        """Which rule, or behind all rules which stage, a task is of."""
        tasks = self.found.tasks
        return np.where(self.is_alert, len(self.rules) + tasks.number, tasks.rule).astype(np.int32)

    def by_task(self, of_rule: Any, of_stage: Any) -> list[Any]:
        """Give something for each rule, then for each stage."""
        stages = range(len(self.plan.stages))
        return [*map(of_rule, self.rules), *map(of_stage, stages)]

    @cached_property
    def task_roles(self) -> list[str | None]:
        """The role of each `task_code`."""
        return self.by_task(lambda rule: rule.role, self.alert_role)

    @cached_property
    def escalations(self) -> Escalations:
        """When which task goes on to whom."""
        tasks = self.found.tasks
        count = max((len(rule.escalations) for rule in self.rules), default=0)
        names = list(dict.fromkeys(step.role for rule in self.rules for step in rule.escalations))
        moments = [np.full(len(tasks.case), UNKNOWN) for _ in range(count)]
        roles = [np.full(len(tasks.case), -1, np.int16) for _ in range(count)]
        for place, rule in enumerate(self.rules):
            if not rule.escalations:
                continue
            mine = np.flatnonzero((tasks.rule == place) & ~self.is_alert)
            due = tasks.due[mine]
            when = np.stack([self.moments.add(due, step.after) for step in rule.escalations])
            whom = np.array([names.index(step.role) for step in rule.escalations])
            order = np.argsort(when, axis=0, kind="stable")
            for step in range(len(rule.escalations)):
                moments[step][mine] = np.take_along_axis(when, order, 0)[step]
                roles[step][mine] = whom[order[step]]
        latest = np.full(len(tasks.case), -1, np.int16)
        for step, when in enumerate(moments):
            latest[self.has_gone_on(when)] = step
        return Escalations(moments, roles, names, latest)

    def has_gone_on(self, when: Whole) -> Any:
        """Tell of a step of each task whether it has taken place."""
        closed = self.found.tasks.closed
        return (when != UNKNOWN) & (when <= self.as_of) & ((closed == UNKNOWN) | (when < closed))

    # reasons

    def reasons(self, reason: Whole, about: Whole) -> Chosen:
        """Say reasons, each once."""
        codes, shows = distinct(reason, about)
        return by_code(codes, [self.told(self.reason(int(reason[row]), int(about[row]))) for row in shows])

    def known(self, instants: Whole, duration: Any) -> Whole:
        """Give what lies the duration after moments, where these are known."""
        return known_only(instants, UNKNOWN, lambda known: self.moments.add(known, duration))


def _or_else(first: Chosen, second: Chosen) -> Chosen:
    """Give the cells of one column, and where it has none those of another."""
    whole = behind_each_other([first, second])
    places = np.arange(len(first))
    return whole.take(np.where(first.codes < 0, places + len(first), places))  # type: ignore[return-value]
