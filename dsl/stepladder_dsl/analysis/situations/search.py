"""Looks for the shortest story at whose end somebody is forgotten, for each stage that is asked about."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from stepladder_dsl.analysis.situations.choices import Choices
from stepladder_dsl.analysis.situations.clock import UndecidedError
from stepladder_dsl.analysis.situations.rehearsal import Rehearsal, Standing, Story
from stepladder_dsl.model import spec as m

MOST_STORIES = 600
"""How many stories are looked at for one kind of record."""
BEGINS = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - local time, as a scenario writes it
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
Happened = tuple[datetime, str, Mapping[str, Any]]


@dataclass
class Tale:
    """How a story went: the record's fields, what happened, and how it stands now."""

    fields: Mapping[str, Any]
    story: Story
    events: tuple[Happened, ...] = ()
    waited: bool = False
    """Whether time has passed before the first event."""

    @property
    def now(self) -> datetime:
        """The moment of the last step."""
        return self.story.seen.now


def search(spec: m.Spec, record: str, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Tale]:
    """Give the shortest story that ends forgotten for each (process, stage), where one was found."""
    return _Search(spec, record, wanted).run()


class _Search:
    """A breadth-first search over the stories of one kind of record."""

    def __init__(self, spec: m.Spec, record: str, wanted: Collection[tuple[str, str]]) -> None:
        self.rehearsal = Rehearsal(spec, record)
        self.choices = Choices(spec, record)
        self.record = record
        self.wanted = set(wanted)
        self.found: dict[tuple[str, str], Tale] = {}
        self.waiting: deque[Tale] = deque()
        self.known: set[Any] = set()
        self.happenings = {event: self._happenings(event) for event in self.choices.events}

    def _happenings(self, event: str) -> list[dict[str, Any]]:
        try:
            return self.choices.happenings(event)
        except UndecidedError:
            return []

    def run(self) -> dict[tuple[str, str], Tale]:
        """Look at stories until each stage has one, or there have been enough."""
        try:
            beginnings = self.choices.records(self.record)
        except UndecidedError:
            return {}
        for fields in beginnings:
            self._try(partial(self._appear, fields))
        looked_at = 0
        while self.waiting and self.wanted and looked_at < MOST_STORIES:
            looked_at += 1
            self._go_on(self.waiting.popleft())
        return self.found

    def _go_on(self, tale: Tale) -> None:
        """Let time pass, and let each event happen."""
        try:
            due = self.rehearsal.next_due(tale.story)
        except UndecidedError:
            return
        if due is not None:
            self._try(partial(self._wait, tale, due))
        moment = self._moment(tale, due)
        for event, variants in self.happenings.items():
            for values in variants:
                self._try(partial(self._happen, tale, event, values, moment))

    def _moment(self, tale: Tale, due: datetime | None) -> datetime:
        """Give when the next event happens: the next day, but before what is due by then."""
        if not tale.events and not tale.waited:
            return tale.now
        if due is None or due > tale.now + _DAY:
            return tale.now + _DAY
        half = (due - tale.now) / 2
        return tale.now + max(half - half % _MINUTE, timedelta())

    def _appear(self, fields: Mapping[str, Any]) -> Tale:
        return Tale(fields, self.rehearsal.begin(fields, BEGINS))

    def _wait(self, tale: Tale, due: datetime) -> Tale:
        story = tale.story.copy()
        self.rehearsal.pass_time(story, due)
        return Tale(tale.fields, story, tale.events, tale.waited or not tale.events)

    def _happen(self, tale: Tale, event: str, values: Mapping[str, Any], moment: datetime) -> Tale:
        story = tale.story.copy()
        self.rehearsal.happen(story, event, values, moment)
        return Tale(tale.fields, story, (*tale.events, (moment, event, values)), tale.waited)

    def _try(self, told: Callable[[], Tale]) -> None:
        """Keep a story that is new, and see who is forgotten in it."""
        try:
            tale = told()
            key = _key(tale)
            if key in self.known:
                return
            self.known.add(key)
            for case in tale.story.cases:
                self._look(tale, case)
        except UndecidedError:
            return
        self.waiting.append(tale)

    def _look(self, tale: Tale, case: Standing) -> None:
        place = case.process.name, case.stage.name
        if place in self.wanted and self.rehearsal.is_forgotten(tale.story, case):
            self.wanted.discard(place)
            self.found[place] = tale


def _key(tale: Tale) -> Any:
    """Give what makes a story differ from others in what can follow."""
    story = tale.story
    return (
        tuple(
            (
                case.process.name,
                case.stage.name,
                case.followed,
                tuple((timer.due is None, timer.waiting, timer.spent) for timer in case.timers),
            )
            for case in story.cases
        ),
        tuple(sorted((rule, len(tasks)) for rule, tasks in story.tasks.items() if tasks)),
        tuple(sorted(story.series)),
        tuple(event for _, _, event, _ in story.sent),
        tuple(sorted((name, str(value)) for name, value in story.seen.fields.items())),
        tuple(
            sorted(
                (event, min(len(times), 3), tuple(sorted((name, str(v)) for name, v in times[-1][1].items())))
                for event, times in story.seen.history.items()
            )
        ),
        not tale.events and not tale.waited,
    )
