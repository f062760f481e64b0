"""The way of one record through its processes, as pictures show it: stages, times, tasks, offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from stepladder_dsl.diagram.live import WayKey
from stepladder_dsl.diagram.telling import kept, number_text, stay_text, told
from stepladder_dsl.diagram.text import unbroken
from stepladder_dsl.diagram.trail import Note, Trail
from stepladder_dsl.graph.items import stage_id
from stepladder_dsl.graph.words import words_of as spoken
from stepladder_dsl.model.print_spec import words_of
from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.results.flow_figures import Visit, visits_of
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity, Position, Task

_MINUTE = HOUR // 60
_SHOWN_VISITS = 3
"""How many visits of a stage are told of; earlier ones are only counted."""


class _Owed(NamedTuple):
    """A task or an offer as one line tells of it: its mark, title and status."""

    mark: str
    title: str
    status: str


def case_trails(result: RunResult, entity: Entity, language: str | None = None) -> dict[str, Trail]:
    """Give the way of a record through each of its processes, by the process's name.

    It is told in the language of the spec, or in another one.
    """
    teller = _Teller(result, language)
    record = result.program.spec.records[entity.kind].label
    title = teller.tell("case", record=record, case=entity.key, moment=teller.moment(result.as_of))
    return {
        position.plan.process.name: Trail("case", title, *teller.way(entity, position))
        for position in entity.positions
    }


def process_way(
    result: RunResult, entity: Entity, position: Position, language: str | None = None
) -> tuple[dict[str, tuple[Note, ...]], dict[WayKey, tuple[str, ...]]]:
    """Give what the cards and ways say that one case has touched."""
    return _Teller(result, language).way(entity, position)


class _Teller:
    """Writes what has become of a case."""

    def __init__(self, result: RunResult, language: str | None) -> None:
        self.result = result
        self.language = language or result.program.spec.language
        self.words = words_of(result.program.spec, self.language)

    def moment(self, instant: Instant) -> str:
        """Write a moment, to the minute."""
        local = self.result.program.zone.local(instant)
        return unbroken(
            self.words.moment(local.replace(second=0, microsecond=0, tzinfo=None), date_only=False)
        )

    def number(self, value: int) -> str:
        """Write a number."""
        return number_text(self.language, value)

    def tell(self, key: str, **values: str) -> str:
        """Give a sentence."""
        return told(self.language, f"trail.{key}", **values)

    def way(
        self, entity: Entity, position: Position
    ) -> tuple[dict[str, tuple[Note, ...]], dict[WayKey, tuple[str, ...]]]:
        """Give what the cards and the ways say."""
        process = position.plan.process.name
        visits = visits_of(entity, position)
        told_visits: defaultdict[str, list[Note]] = defaultdict(list)
        for number, (visit, left) in enumerate(zip(visits, [*visits[1:], None], strict=True), start=1):
            told_visits[stage_id(process, visit.stage)].append(self._visit(number, visit, left))
        ways: defaultdict[WayKey, list[str]] = defaultdict(list)
        for number, (visit, following) in enumerate(pairwise(visits), start=1):
            way = stage_id(process, visit.stage), stage_id(process, following.stage), following.line
            step = self.tell("step", before=self.number(number), after=self.number(number + 1))
            ways[way].append(unbroken(step))
        owed = dict(self._owed(entity, process, visits))
        between = spoken(self.language).and_then
        return (
            {node: (*self._latest(notes), *owed.get(node, ())) for node, notes in told_visits.items()},
            {way: (between.join(steps[-_SHOWN_VISITS:]),) for way, steps in ways.items()},
        )

    def _visit(self, number: int, visit: Visit, left: Visit | None) -> Note:
        """Tell of one stay: its number, since when, and how long."""
        count = self.number(number)
        if visit.since is None:
            return Note(self.tell("visit.unknown", number=count), "visit", strong=left is None)
        moment = self.moment(visit.since)
        if left is None or left.since is None:
            return Note(self.tell("visit.now", number=count, moment=moment), "visit", strong=True)
        stay = stay_text(self.language, (left.since - visit.since) / _MINUTE)
        return Note(self.tell("visit", number=count, moment=moment, stay=stay), "visit")

    def _latest(self, notes: list[Note]) -> list[Note]:
        earlier = len(notes) - _SHOWN_VISITS
        if earlier <= 0:
            return notes
        return [Note(self.tell("earlier", count=self.number(earlier)), "visit"), *notes[earlier:]]

    def _owed(
        self, entity: Entity, process: str, visits: list[Visit]
    ) -> Iterator[tuple[str, tuple[Note, ...]]]:
        """Yield by stage the tasks and offers that came up there, but none that came to nothing."""
        found: defaultdict[tuple[str, _Owed], list[Instant]] = defaultdict(list)
        for task in entity.tasks:
            owed = self._task(task)
            if task.process in (None, process) and self.result.raised(task) and owed is not None:
                moment = task.due if task.closed is None else task.closed
                found[_stage_at(visits, task.created), owed].append(moment)
        for copy in entity.offers:
            if copy.status in ("open", "accepted"):
                moment = copy.opened if copy.closed is None else copy.closed
                owed = _Owed("offer", copy.offer.label, copy.status)
                found[_stage_at(visits, copy.opened), owed].append(moment)
        notes: defaultdict[str, list[Note]] = defaultdict(list)
        for (stage, owed), moments in found.items():
            notes[stage_id(process, stage)].append(self._note(owed, moments))
        yield from ((node, tuple(told_of)) for node, told_of in notes.items())

    def _task(self, task: Task) -> _Owed | None:
        """Say what a task or an alert is; one that was cancelled is no part of the way."""
        status = self.result.status(task)
        if status == "cancelled":
            return None
        if task.kind == "follow_up":
            return _Owed("follow_up", task.title, status)
        return _Owed("limit", self.tell("alert"), status)

    def _note(self, owed: _Owed, moments: list[Instant]) -> Note:
        """Tell of tasks or offers of one kind: when the latest was, and how many there were."""
        status = self.tell(f"status.{owed.status}")
        text = self.tell(
            "status", title=kept(self.language, owed.title), status=status, moment=self.moment(max(moments))
        )
        times = self.tell("times", count=self.number(len(moments))) if len(moments) > 1 else ""
        return Note(f"{text}{times}", owed.mark, strong=owed.status in ("overdue", "escalated"))


def _stage_at(visits: list[Visit], instant: Instant) -> str:
    """Give the stage in which a case stood at a moment."""
    before = [visit for visit in visits if visit.since is None or visit.since <= instant]
    return (before or visits[:1])[-1].stage
