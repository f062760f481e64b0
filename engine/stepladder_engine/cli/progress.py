"""Shows on a terminal how far a run has come: a bar, what has been done, how fast, and how long it will take.

It appears only where the work takes a while, on stderr, and goes when the work is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from stepladder_engine.data.watching import Watch, Work, watched_by
from stepladder_engine.texts.catalogue import number, paragraph, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

T = TypeVar("T")

DELAY = 0.5
"""Seconds without a bar: who waits less needs none, and a flashing one disturbs."""
_BETWEEN = 0.1
"""Seconds between two looks at the screen."""
_AT_ONCE = 256
"""Rows or cases between two looks at the clock."""


@contextmanager
def shown_progress(language: str, *, quiet: bool = False) -> Iterator[None]:
    """Show how far the work has come, where somebody sits at a terminal and wants to know."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    screen = Screen(language, _console)
    with watched_by(screen):
        try:
            yield
        finally:
            screen.close()


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True)


class Screen(Watch):
    """Counts what goes by, and shows it."""

    counts_bytes = True

    def __init__(
        self, language: str, console: Callable[[], Console], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.language = language
        self.console = console
        self.clock = clock
        self.started = self.began = self.looked = clock()
        self.sizes: dict[str, int] = {}
        self.read = 0
        self.work: Work = "opening"
        self.count = self.done = self.total = 0
        self.progress: Progress | None = None
        self.bar: TaskID | None = None

    def begins(self, work: Work, total: int = 0) -> None:
        """Begin another kind of work, of which nothing has been done yet; reading is measured in bytes."""
        self.work, self.began = work, self.clock()
        self.count = self.done = self.read = 0
        self.total = sum(self.sizes.values()) if work == "reading" else total
        self._look(at_once=True)

    def found(self, name: str, size: int) -> None:
        """Know of something that will be read."""
        self.sizes[name] = size
        self._look()

    def came(self, count: int) -> None:
        """Count the bytes that have come."""
        self.read += count
        self._look()

    def rows(self, name: str, rows: Iterable[T]) -> Iterator[T]:
        """Count the rows; bytes are never more than the file has, also where it is read twice."""
        before, size = self.done, self.sizes.get(name, 0)
        self.read = 0
        for row in rows:
            yield row
            self.count += 1
            if self.count % _AT_ONCE == 0:
                self.done = before + min(self.read, size)
                self._look()
        self.done = before + size
        self._look()

    def going(self, things: Iterable[T]) -> Iterator[T]:
        """Count the things that go by."""
        for thing in things:
            yield thing
            self.count += 1
            if self.count % _AT_ONCE == 0:
                self.done = self.count
                self._look()

    def close(self) -> None:
        """Take the bar away."""
        if self.progress is not None:
            self.progress.stop()

    def _look(self, *, at_once: bool = False) -> None:
        """Look at the clock, and show what there is to show when it is time."""
        now = self.clock()
        if now - self.started < DELAY or (now - self.looked < _BETWEEN and not at_once):
            return
        self.looked = now
        told = self.told(now)
        total = self.total or None
        done = self.done if total else 0
        if self.progress is None or self.bar is None:
            self.progress = self._made()
            self.bar = self.progress.add_task(told, completed=done, total=total)
            self.progress.start()
        else:
            self.progress.update(self.bar, description=told, completed=done, total=total)

    def _made(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (BarColumn(30), TextColumn("{task.description}", markup=False))
        return Progress(*columns, console=self.console(), transient=True, get_time=self.clock)

    def told(self, now: float) -> str:
        """Say what is being done, how much of it, how fast, and how long it will take."""
        seconds = now - self.began
        parts = [text(self.language, f"progress.{self.work}")]
        if self.count and seconds > 0:
            counted = "progress.cases" if self.work == "running" else "progress.rows"
            rate = round(self.count / seconds)
            parts.append(text(self.language, counted, count=self.count, rate=rate))
        if self.total and self.done and seconds > 0:
            left = round(seconds * (self.total - self.done) / self.done)
            parts.append(text(self.language, "progress.left", time=_clock_time(left, self.language)))
        return paragraph(self.language, " · ".join(parts))


def _clock_time(seconds: int, language: str) -> str:
    """Give a length of time as clocks show it.

    >>> _clock_time(75, "en"), _clock_time(3675, "en"), _clock_time(75, "fa")
    ('1:15', '1:01:15', '۱:۱۵')
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (hours, minutes, rest) if hours else (minutes, rest)
    return ":".join(number(language, part, "02" if place else "d") for place, part in enumerate(parts))
