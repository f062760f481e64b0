"""Looks for a short story at whose end somebody is forgotten, for each stage that is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from typing import Any

from stepladder_dsl.analysis.situations.choices import Choices, guards_of
from stepladder_dsl.analysis.situations.clock import UndecidedError
from stepladder_dsl.analysis.situations.rehearsal import Rehearsal
from stepladder_dsl.analysis.situations.story import Standing, Story
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import EventField, Expression, walk

MOST_STEPS = 6_000
"""How many steps of stories are taken for one spec."""
FEWEST_STEPS = 200
"""How many are taken at least for each kind of record."""
BEGINS = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - local time, as a scenario writes it
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_UNDECIDED = "undecided"
Happened = tuple[datetime, str, Mapping[str, Any]]


@dataclass
class Tale:
    """How a story went: the record's fields, what happened, and how it stands now."""

    fields: Mapping[str, Any]
    story: Story
    events: tuple[Happened, ...] = ()
    waits: int = 0
    """How often time has passed until something was due."""
    waited: bool = False
    """Whether time has passed before the first event."""

    @property
    def now(self) -> datetime:
        """The moment of the last step."""
        return self.story.seen.now


def search(spec: m.Spec, wanted: Mapping[str, Collection[tuple[str, str]]]) -> dict[tuple[str, str], Tale]:
    """Give a short story that ends forgotten for each wanted (process, stage), where one was found.

    `wanted` has them by kind of record. Where there are many the search is given up sooner.
    """
    found: dict[tuple[str, str], Tale] = {}
    left = MOST_STEPS
    for record, places in wanted.items():
        one = _Search(spec, record, places)
        found |= one.run(max(left, FEWEST_STEPS))
        left -= one.steps
    return found


class _Search:
    """A search over the stories of a kind of record: first where little has happened and few have looked."""

    def __init__(self, spec: m.Spec, record: str, wanted: Collection[tuple[str, str]]) -> None:
        self.rehearsal = Rehearsal(spec, record)
        self.choices = Choices(spec, record)
        self.record = record
        self.wanted = set(wanted)
        self.found: dict[tuple[str, str], Tale] = {}
        self.waiting: list[tuple[float, int, Tale]] = []
        self.steps = 0
        self.looked_at: Counter[tuple[str, ...]] = Counter()
        # What an event says of itself tells stories apart only while it happens.
        self.guards = [
            guard
            for guard in dict.fromkeys(guards_of(spec, record))
            if not any(isinstance(part, EventField) for part in walk(guard))
        ]
        self.known: set[Any] = set()
        self.happenings = {event: self._happenings(event) for event in self.choices.events}

    def _happenings(self, event: str) -> list[dict[str, Any]]:
        try:
            return self.choices.happenings(event)
        except UndecidedError:
            return []

    def run(self, most_steps: int) -> dict[tuple[str, str], Tale]:
        """Look at stories until each stage has one, or there have been enough."""
        try:
            beginnings = self.choices.records(self.record)
        except UndecidedError:
            return {}
        for fields in beginnings:
            self._try(partial(self._appear, fields))
        while self.waiting and self.wanted and self.steps < most_steps:
            self._go_on(heappop(self.waiting)[2])
        return self.found

    def _go_on(self, tale: Tale) -> None:
        """Let time pass, and let each event happen."""
        try:
            due = self.rehearsal.next_due(tale.story)
        except UndecidedError:
            return
        self.looked_at[_stages(tale)] += 1
        if due is not None:
            self._try(partial(self._wait, tale, due))
        soon = self._moment(tale, due)
        late = self._when_tasks_are_due(tale, soon) if due is None else {}
        for event, variants in self.happenings.items():
            moment = late.get(event, soon)
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

    def _when_tasks_are_due(self, tale: Tale, soon: datetime) -> dict[str, datetime]:
        """Give for events that do tasks a later moment, where only then it is certain which ones they do."""
        settled: datetime | None = None
        found: dict[str, datetime] = {}
        for rule in self.rehearsal.rules:
            if self.rehearsal.is_vague(rule, tale.story.tasks.get(rule.name, [])):
                settled = settled or self.rehearsal.settled(tale.story, soon)
                if settled is not None:
                    found |= {pattern.event: max(settled + _DAY, soon) for pattern in rule.done_on}
        return found

    def _appear(self, fields: Mapping[str, Any]) -> Tale:
        return Tale(fields, self.rehearsal.begin(fields, BEGINS))

    def _wait(self, tale: Tale, due: datetime) -> Tale:
        story = tale.story.copy()
        self.rehearsal.pass_time(story, due)
        return Tale(tale.fields, story, tale.events, tale.waits + 1, tale.waited or not tale.events)

    def _happen(self, tale: Tale, event: str, values: Mapping[str, Any], moment: datetime) -> Tale:
        story = tale.story.copy()
        self.rehearsal.happen(story, event, values, moment)
        waited = tale.waited or (not tale.events and moment > tale.now)
        return Tale(tale.fields, story, (*tale.events, (moment, event, values)), tale.waits, waited)

    def _try(self, told: Callable[[], Tale]) -> None:
        """Keep a story that is new, and see who is forgotten in it."""
        self.steps += 1
        try:
            tale = told()
            key = self._key(tale)
            if key in self.known:
                return
            self.known.add(key)
            for case in tale.story.cases:
                self._look(tale, case)
        except UndecidedError:
            return
        places = _stages(tale)
        often = self.looked_at[places]
        hopeful = any((case.process.name, case.stage.name) in self.wanted for case in tale.story.cases)
        cost = len(tale.events) / 2 + tale.waits / 8 + often - (2 if hopeful else 0)
        heappush(self.waiting, (cost, self.steps, tale))

    def _look(self, tale: Tale, case: Standing) -> None:
        place = case.process.name, case.stage.name
        if place in self.wanted and self.rehearsal.is_forgotten(tale.story, case):
            self.wanted.discard(place)
            self.found[place] = tale

    def _key(self, tale: Tale) -> Any:
        """Give what makes a story differ from others in what can follow, as far as guards can tell."""
        story = tale.story
        return (
            tuple(
                (
                    case.stage.name,
                    case.followed,
                    tuple((timer.due is None, timer.waiting, timer.spent) for timer in case.timers),
                )
                for case in story.cases
            ),
            tuple(sorted((rule, len(tasks)) for rule, tasks in story.tasks.items() if tasks)),
            tuple(sorted(story.series)),
            tuple(event for _, _, event, _ in story.sent),
            tuple(sorted(name for name, value in story.seen.fields.items() if value is not None)),
            tuple(sorted((event, min(len(times), 2)) for event, times in story.seen.history.items())),
            tuple(self._answer(guard, story) for guard in self.guards),
            not tale.events and not tale.waited,
        )

    def _answer(self, guard: Expression, story: Story) -> Any:
        try:
            return self.rehearsal.values.value(guard, story.seen)
        except UndecidedError:
            return _UNDECIDED


def _stages(tale: Tale) -> tuple[str, ...]:
    """Give where the cases of a story stand."""
    return tuple(case.stage.name for case in tale.story.cases)
