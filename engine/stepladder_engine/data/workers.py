"""How many threads work at once: as many as there are cores for us, unless somebody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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


def _cores() -> int:
    """Give how many cores this process may use, which a container may have fewer of than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
