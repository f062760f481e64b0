"""How many threads work at once: as many as there are cores for us, unless somebody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

_WORKERS: ContextVar[int | None] = ContextVar("workers", default=None)


def workers() -> int:
    """Give how many threads may work at once."""
    return _WORKERS.get() or _cores()


@contextmanager
def working(count: int | None) -> Iterator[None]:
    """Let so many threads work for a while; None: as many as there are cores."""
    before = _WORKERS.set(count)
    try:
        yield
    finally:
        _WORKERS.reset(before)


def ahead(things: Iterator[T], pool: ThreadPoolExecutor) -> Iterator[T]:
    """Give things, of which the next one is being made in another thread meanwhile."""
    # Who watches the work is known by the context of the thread that began it.
    context = copy_context()

    def following() -> list[T]:
        return context.run(lambda: list(islice(things, 1)))

    waiting = pool.submit(following)
    while found := waiting.result():
        waiting = pool.submit(following)
        yield found[0]


def _cores() -> int:
    """Give how many cores this process may use, which a container may have fewer of than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
