"""How many threads work at once: as many as there are cores for us, unless somebody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    Pool: TypeAlias = "ThreadPoolExecutor | InTurn"

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_WORKERS: ContextVar[int | None] = ContextVar("workers", default=None)
_IN_TURN: ContextVar[bool] = ContextVar("in_turn", default=False)


def workers() -> int:
    """Give how many threads may work at once."""
    return 1 if _IN_TURN.get() else _WORKERS.get() or _cores()


@contextmanager
def working(count: int | None) -> Iterator[None]:
    """Let so many threads work for a while; None: as many as there are cores."""
    before = _WORKERS.set(count)
    try:
        yield
    finally:
        _WORKERS.reset(before)


@contextmanager
def in_turn(few: bool) -> Iterator[None]:
    """Let no thread work for a while where there is so little to do that to start one takes longer.

    Whoever says how many threads there are has them.
    """
    before = _IN_TURN.set(_IN_TURN.get() or (few and _WORKERS.get() is None))
    try:
        yield
    finally:
        _IN_TURN.reset(before)


@contextmanager
def pool(threads: int) -> Iterator[Pool]:
    """Give threads that work, or what does everything at once where there is little to do."""
    if _IN_TURN.get():
        yield InTurn()
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as made:
        yield made


class InTurn:
    """Does what is given to it before anything else."""

    def submit(self, function: Callable[..., T], *given: Any) -> _Done[T]:
        """Do something, and keep what came of it."""
        return _Done(function(*given))

    def map(self, function: Callable[..., T], *things: Iterable[Any]) -> Iterator[T]:
        """Do something with each of the things."""
        return map(function, *things)


class Awaited(Protocol[T_co]):
    """What has been begun."""

    def result(self) -> T_co:
        """Wait for the end, and give what came of it."""

    def cancel(self) -> bool:
        """Leave it, unless it has been begun."""


class _Done(Generic[T]):
    """What came of something, as of what is under way in a thread."""

    def __init__(self, found: T) -> None:
        self._found = found

    def result(self) -> T:
        return self._found

    def cancel(self) -> bool:
        return False


def ahead(things: Iterator[T], threads: Pool) -> Iterator[T]:
    """Give things, of which the next one is being made in another thread meanwhile."""
    if isinstance(threads, InTurn):
        yield from things
        return
    # Who watches the work is known by the context of the thread that began it.
    context = copy_context()

    def following() -> list[T]:
        return context.run(lambda: list(islice(things, 1)))

    waiting = threads.submit(following)
    while found := waiting.result():
        waiting = threads.submit(following)
        yield found[0]


def _cores() -> int:
    """Give how many cores this process may use, which a container may have fewer of than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
