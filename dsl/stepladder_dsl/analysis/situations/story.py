"""What is known of a client in a rehearsal: where his cases stand, and what is to be done for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stepladder_dsl.analysis.situations.values import Seen
from stepladder_dsl.model import spec as m


@dataclass
class Timer:
    """A timed way out of the present stage; `due` None: it does not run."""

    way: m.Transition
    due: datetime | None
    waiting: bool = False
    spent: bool = False

    @property
    def is_vague(self) -> bool:
        """Whether `due` is only the moment before which it surely is not due: it counts working time."""
        trigger = self.way.trigger
        length = trigger.duration if isinstance(trigger, m.After | m.Silence) else None
        return length is not None and length.calendar is not None


@dataclass
class Standing:
    """Where one case of the record stands."""

    process: m.Process
    stage: m.Stage
    since: datetime
    timers: list[Timer] = field(default_factory=list)
    followed: frozenset[int] = frozenset()
    """The conditions that stay and have been followed in this visit, by their place in the stage."""
    touched: bool = False
    """Whether an event has happened since the case entered the stage."""

    @property
    def ended(self) -> bool:
        """Whether it stands in an end stage."""
        return self.stage.end is not None

    def copy(self) -> Standing:
        """Give one that can be changed."""
        timers = [Timer(timer.way, timer.due, timer.waiting, timer.spent) for timer in self.timers]
        return Standing(self.process, self.stage, self.since, timers, self.followed, self.touched)


@dataclass(frozen=True)
class Task:
    """An open task of a follow-up, due between two moments; `latest` None: nobody knows how late."""

    due: datetime
    latest: datetime | None
    number: int


@dataclass
class Series:
    """A rule that comes again and again."""

    begins: datetime
    times: int
    latest: datetime
    number: int


@dataclass
class Story:
    """A record in the middle of its story."""

    seen: Seen
    cases: list[Standing] = field(default_factory=list)
    tasks: dict[str, list[Task]] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    sent: list[tuple[datetime, int, str, Mapping[str, Any]]] = field(default_factory=list)
    steps: int = 0
    """Automatic steps at this moment: a story that goes in a circle is not told."""

    def copy(self) -> Story:
        """Give one that can be changed."""
        return Story(
            self.seen.copy(),
            [case.copy() for case in self.cases],
            {rule: list(tasks) for rule, tasks in self.tasks.items() if tasks},
            {
                rule: Series(one.begins, one.times, one.latest, one.number)
                for rule, one in self.series.items()
            },
            list(self.sent),
        )

    @property
    def ended(self) -> bool:
        """Whether every case of the record has ended."""
        return all(case.ended for case in self.cases)
