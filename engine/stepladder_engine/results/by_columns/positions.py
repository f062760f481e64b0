"""The rows of `positions` as columns: where each case stands and who must touch it next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.model import spec as m
from stepladder_dsl.record import record
from stepladder_engine.calendars.many import known_only
from stepladder_engine.data.cells import Cells, Flags, Wholes, always, behind_each_other, by_code
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.results.by_columns.distinct import first_of_least
from stepladder_engine.results.by_columns.kind import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@record(frozen=False)
class _Next:
    """Who must touch each case next: `role` and `action` are places in lists of names, -1 is nobody."""

    due: Whole
    role: Whole
    action: Whole


class _Names:
    """Names by their places."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def of(self, name: str | None) -> int:
        """Give the place of a name; -1 of none."""
        return -1 if name is None else self.places.setdefault(name, len(self.places))


class PositionColumns:
    """Makes the columns for the cases of one kind of record."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.roles = _Names()
        self.actions = _Names()
        self.count = len(kind.cases)

    def columns(self) -> tuple[list[Cells], Whole]:
        """Give the columns, and the case of each row."""
        parts = [self._process(number) for number in range(len(self.kind.processes))]
        whole = [behind_each_other(column) for column in zip(*parts, strict=True)]
        cases = np.tile(np.arange(self.count), len(parts))
        if len(parts) == 1:
            return whole, cases
        # All cases of a record stand together.
        order = np.arange(len(cases)).reshape(len(parts), self.count).T.ravel()
        return [column.take(order) for column in whole], cases[order]

    def _process(self, number: int) -> list[Cells]:
        kind = self.kind
        plan, position = kind.processes[number], kind.found.positions[number]
        stages = [stage.stage for stage in plan.stages.values()]
        codes = kind.stages_in(number, position)
        every = np.arange(self.count)
        phases = [plan.process.phases.get(stage.phase or "") for stage in stages]
        owners = [stage.owner for stage in stages]
        next_ = self._next(number, stages, codes)
        ended = np.array([stage.end is not None for stage in stages])[codes]
        role_names = list(self.roles.places)
        return [
            kind.record_of(every),
            kind.keys(every),
            always(plan.process.name, self.count),
            by_code(codes, [stage.name for stage in stages]),
            by_code(codes, [stage.label for stage in stages]),
            by_code(codes, [phase.label if phase else None for phase in phases]),
            by_code(codes, [stage.end.value if stage.end else None for stage in stages]),
            kind.times(position.since),
            self._days(position.since),
            by_code(codes, owners),
            kind.persons(self._owners(stages)[codes], role_names, every),
            kind.times(self._deadlines(position.since, stages, codes)),
            kind.times(next_.due),
            by_code(next_.role, role_names),
            kind.persons(next_.role, role_names, every),
            by_code(next_.action, list(self.actions.places)),
            Flags(~ended & (next_.due == UNKNOWN)),
        ]

    def forgotten(self, number: int) -> NDArray[np.bool_]:
        """Tell which open cases of a process nobody will be asked to touch again."""
        kind = self.kind
        stages = [stage.stage for stage in kind.processes[number].stages.values()]
        codes = kind.stages_in(number, kind.found.positions[number])
        ended = np.array([stage.end is not None for stage in stages])[codes]
        found: NDArray[np.bool_] = ~ended & (self._next(number, stages, codes).due == UNKNOWN)
        return found

    def open_cases(self) -> Iterator[tuple[str | None, bool, int]]:
        """Yield how many open cases each owner of a stage has, and whether they are forgotten."""
        kind = self.kind
        for number, plan in enumerate(kind.processes):
            codes = kind.stages_in(number, kind.found.positions[number])
            forgotten = self.forgotten(number)
            for place, stage in enumerate(plan.stages.values()):
                if stage.stage.end is not None:
                    continue
                mine = forgotten[codes == place]
                yield stage.stage.owner, True, int(mine.sum())
                yield stage.stage.owner, False, int((~mine).sum())

    def _days(self, since: Whole) -> Wholes:
        moments, as_of = self.kind.moments, self.kind.as_of
        return Wholes(known_only(since, UNKNOWN, lambda known: moments.elapsed_days(known, as_of)))

    def _deadlines(self, since: Whole, stages: list[m.Stage], codes: Whole) -> Whole:
        found = np.full(self.count, UNKNOWN)
        for place, stage in enumerate(stages):
            if stage.limit is not None:
                mine = codes == place
                found[mine] = self.kind.known(since[mine], stage.limit.duration)
        return found

    def _owners(self, stages: list[m.Stage]) -> Whole:
        """Give the role of each stage's owner, by its place among the names."""
        return np.array([self.roles.of(stage.owner) for stage in stages], np.int64)

    # who is next

    def _next(self, number: int, stages: list[m.Stage], codes: Whole) -> _Next:
        found = _Next(*(np.full(self.count, blank) for blank in (UNKNOWN, -1, -1)))
        ended = np.array([stage.end is not None for stage in stages])[codes]
        self._by_themselves(number, stages, codes, ended, found)
        self._again(found)
        tasks = self.kind.found.tasks
        opened = np.flatnonzero(tasks.closed == UNKNOWN)
        of_case, is_alert = tasks.case[opened], self.kind.is_alert[opened]
        due, roles, actions = self._asked(opened)
        owed = (roles >= 0) & (~is_alert | ((tasks.rule[opened] == number) & ~ended[of_case]))
        rows = np.flatnonzero(owed)
        first = rows[first_of_least(of_case[rows], due[rows])]
        cases = of_case[first]
        found.due[cases], found.role[cases], found.action[cases] = due[first], roles[first], actions[first]
        return found

    def _asked(self, opened: Whole) -> tuple[Whole, Whole, Whole]:
        """Give of each open task when it is due, whom it asks, and what says so."""
        kind, tasks = self.kind, self.kind.found.tasks
        codes = kind.task_code[opened]
        own = np.array([self.roles.of(role) for role in kind.task_roles], np.int64)
        actions = kind.by_task(
            lambda rule: f"follow_up {rule.name}", lambda place: f"limit {kind.plan.stages[place][1]}"
        )
        named = np.array([self.actions.of(action) for action in actions], np.int64)
        due, roles = tasks.due[opened], own.take(codes)
        steps = kind.escalations.of(opened)
        if steps.moments:
            # One that is nobody's asks whom it goes on to first.
            nobodys = (roles < 0) & (steps.latest < 0) & (steps.moments[0] != UNKNOWN)
            moment, role = steps.at(np.where(nobodys, 0, steps.latest))
            to = np.array([self.roles.of(name) for name in steps.names], np.int64)
            due[nobodys] = moment[nobodys]
            roles = np.where(role >= 0, to[role], roles)
        return due, roles, named.take(codes)

    def _again(self, found: _Next) -> None:
        """Take the first task that will come into being by itself."""
        outcome, record = self.kind.found, self.kind.record
        comes = np.flatnonzero(outcome.again_at != UNKNOWN)
        if not len(comes):
            return
        rules = [plan.rule for plan in record.follow_ups]
        roles = np.array([self.roles.of(rule.role) for rule in rules], np.int64)
        actions = np.array([self.actions.of(f"follow_up {rule.name}") for rule in rules], np.int64)
        which = outcome.again[comes]
        found.due[comes] = outcome.again_at[comes]
        found.role[comes], found.action[comes] = roles[which], actions[which]

    def _by_themselves(
        self, number: int, stages: list[m.Stage], codes: Whole, ended: Any, found: _Next
    ) -> None:
        """Take what will move the case without anybody, which its stage's owner has to watch."""
        kind, position = self.kind, self.kind.found.positions[number]
        move_at, sent_at = position.move_at, kind.found.sent_at
        moves = ~ended & (move_at != UNKNOWN) & ((sent_at == UNKNOWN) | (move_at < sent_at))
        sent = ~ended & ~moves & (sent_at != UNKNOWN)
        timers = np.array([self.actions.of(f"timer {name}") for _, name in kind.plan.stages], np.int64)
        events = np.array([self.actions.of(f"event {name}") for name in kind.plan.kinds], np.int64)
        owners = self._owners(stages)[codes]
        found.due[moves], found.due[sent] = move_at[moves], sent_at[sent]
        found.role[moves], found.role[sent] = owners[moves], owners[sent]
        found.action[moves], found.action[sent] = (
            timers[position.move_to[moves]],
            events[kind.found.sent[sent]],
        )
