"""Tells somebody who watches how far a run has come; as long as nobody does, it costs nothing."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Literal, TypeVar

T = TypeVar("T")
Work = Literal["opening", "reading", "running", "writing"]


class Watch:
    """Sees the work go on. This one looks away; the command line has one that shows it."""

    counts_bytes = False
    """Whether it wants to know how many bytes of a file have come."""

    def begins(self, work: Work, total: int = 0) -> None:
        """Begin another kind of work, of so many things that will go by."""

    def found(self, name: str, size: int) -> None:
        """Know of something that will be read, and its size in bytes."""

    def came(self, count: int) -> None:
        """See bytes of a file come."""

    def rows(self, name: str, rows: Iterable[T]) -> Iterable[T]:
        """See the rows of a file go by."""
        del name
        return rows

    def going(self, things: Iterable[T]) -> Iterable[T]:
        """See things go by, of which the whole number was told: cases, or rows that are written."""
        return things


_WATCH: ContextVar[Watch] = ContextVar("watch", default=Watch())  # noqa: B039 (one that keeps nothing)


def watching() -> Watch:
    """Give whoever watches."""
    return _WATCH.get()


@contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Let somebody watch for a while."""
    before = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(before)


def gone_by(count: int) -> None:
    """Let whoever watches see so many things go by."""
    things = range(count)
    seen = watching().going(things)
    if seen is not things:
        deque(seen, maxlen=0)


class CountedFile(io.FileIO):
    """A file that tells how much of it has been read."""

    def __init__(self, path: Path, watch: Watch) -> None:
        super().__init__(path, "rb")
        self.watch = watch

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        """Read, and tell."""
        count = super().readinto(buffer)
        self.watch.came(count or 0)
        return count

    def readall(self) -> bytes:
        """Read what is left, and tell."""
        data = super().readall()
        self.watch.came(len(data))
        return data


def open_counted(path: Path) -> io.BufferedReader:
    """Open a file for its bytes; who watches learns how many have come."""
    watch = watching()
    return io.BufferedReader(CountedFile(path, watch)) if watch.counts_bytes else path.open("rb")
