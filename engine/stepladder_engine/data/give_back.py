"""Gives memory that nobody uses any more back to the system, which allocators else keep for later."""

from __future__ import annotations

import platform
import sys

_MANY = 1 << 18


def give_back_after(count: int) -> None:
    """Give back what so many events took before they were put elsewhere; few are not worth the time."""
    if count >= _MANY:
        give_back()


def give_back() -> None:
    """Give back what is free; where the system has no such step nothing happens."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None:
        pyarrow.default_memory_pool().release_unused()
    if platform.system() == "Linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
