"""The few cases and tasks that a screen names, and how many tasks whoever owes some has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.runtime.result import DUE, ESCALATED, OVERDUE, NextAction, RunResult
from stepladder_engine.runtime.state import Entity, Position, Task
from stepladder_engine.texts.catalogue import DEFAULT, text

MOST_CASES = 25
MOST_TASKS = 15
"""So many owners are named, and so many tasks of each where there are few owners."""
MANY_OWNERS = 7
_TASKS_OF_MANY = 3
OWED = (ESCALATED, OVERDUE, DUE)
"""How tasks stand that somebody owes now, the most urgent first."""

Owner = tuple[str | None, str | None]
"""The title of a role, and the person who acts in it."""


@record
class CaseLine:
    """Where a case stands, and who must touch it next; `name` tells a reader more than the key."""

    key: str
    name: str | None
    process: str
    stage: str
    since: Instant | None
    ended: bool
    following: NextAction

    @property
    def urgency(self) -> tuple[bool, bool, Instant, str]:
        """Whoever waits for somebody goes before who waits for nobody, and before who has ended."""
        due = self.following.due
        return self.ended, due is None, due or 0, self.key


@record
class TaskLine:
    """A task that is owed now; `status` is a place in `OWED`."""

    status: int
    due: Instant
    is_alert: bool
    title: str
    channel: str | None
    key: str
    name: str | None

    @property
    def urgency(self) -> tuple[int, Instant]:
        """What went on to somebody goes first, then what has waited longest."""
        return self.status, self.due


@record(frozen=False)
class Owed:
    """What one owner owes: how many tasks stand how, and the first of them."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[TaskLine] = field(default_factory=list)


@record(frozen=False)
class Listed:
    """What a screen lists of the records; `offers` counts by an offer's name and how it stands."""

    cases: list[CaseLine] = field(default_factory=list)
    owed: dict[Owner, Owed] = field(default_factory=dict)
    offers: Counter[tuple[str, str]] = field(default_factory=Counter)


def shown_of(owners: int) -> int:
    """Give how many tasks of an owner are shown among so many."""
    return _TASKS_OF_MANY if owners > MANY_OWNERS else MOST_TASKS


def merged(parts: Sequence[Listed]) -> Listed:
    """Put together what parts of the records list; the parts stand in the order of the records."""
    if len(parts) == 1:
        return parts[0]
    whole = Listed(_first_cases(line for part in parts for line in part.cases))
    for part in parts:
        whole.offers += part.offers
        for owner, owed in part.owed.items():
            mine = whole.owed.setdefault(owner, Owed())
            mine.counts += owed.counts
            mine.first += owed.first
    return trimmed(whole)


def trimmed(listed: Listed) -> Listed:
    """Keep of each owner's tasks those that are shown; equally urgent ones stay as they come."""
    shown = shown_of(len(listed.owed))
    for owed in listed.owed.values():
        owed.first = sorted(owed.first, key=lambda line: line.urgency)[:shown]
    return listed


def _first_cases(lines: Iterable[CaseLine]) -> list[CaseLine]:
    return sorted(lines, key=lambda line: line.urgency)[:MOST_CASES]


def name_fields(spec: Spec) -> list[str]:
    """Give what a field is called that tells a reader more than the record's key."""
    return [
        normalize_name(name)
        for language in (spec.language, DEFAULT)
        for name in text(language, "fields.with_a_name").split()
    ]


def listed_of(result: RunResult) -> Listed:
    """List what stands in whole records."""
    return _OfRecords(result).listed()


class _OfRecords:
    """Lists records."""

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self.spec = result.program.spec
        self.names = name_fields(self.spec)

    def listed(self) -> Listed:
        found = Listed(_first_cases(map(self._case, *self._positions())))
        for entity in self.result.entities:
            for copy in entity.offers:
                found.offers[copy.offer.name, copy.status] += 1
            for status, task in self._owed(entity):
                owed = found.owed.setdefault(self._owner(entity, task), Owed())
                owed.counts[status] += 1
                owed.first.append(self._task(entity, task, status))
        return trimmed(found)

    def _positions(self) -> tuple[list[Entity], list[Position]]:
        pairs = [(entity, position) for entity in self.result.entities for position in entity.positions]
        return [entity for entity, _ in pairs], [position for _, position in pairs]

    def _case(self, entity: Entity, position: Position) -> CaseLine:
        following = self.result.next_action(entity, position)
        process, stage = position.plan.process.name, position.stage.stage.name
        name = self._name(entity)
        return CaseLine(entity.key, name, process, stage, position.since, position.ended, following)

    def _owed(self, entity: Entity) -> Iterator[tuple[str, Task]]:
        for task in entity.tasks:
            if self.result.raised(task):
                status = self.result.status(task)
                if status in OWED:
                    yield status, task

    def _owner(self, entity: Entity, task: Task) -> Owner:
        escalated = self.result.escalated_to(task)
        role = escalated[1] if escalated else task.role
        return title_of(self.spec, role), entity.person_for(role)

    def _task(self, entity: Entity, task: Task, status: str) -> TaskLine:
        about = task.kind == "alert", task.title, task.channel
        return TaskLine(OWED.index(status), task.due, *about, entity.key, self._name(entity))

    def _name(self, entity: Entity) -> str | None:
        return name_among(entity.view.fields, self.names)


def name_among(fields: Mapping[str, object], names: Iterable[str]) -> str | None:
    """Give what stands in the first field that has a name in it."""
    return next((str(fields[name]) for name in names if fields.get(name)), None)


def title_of(spec: Spec, role: str | None) -> str | None:
    """Give the title of a role."""
    found = spec.roles.get(role or "")
    return found.label if found else None
