"""The way from an array into the compiled kernel.

A file of its own: where it changes, everything is compiled anew.
"""

from __future__ import annotations

from typing import Any


def begin(memory: Any, first: int) -> Any:
    """Call the kernel's outermost function on the cells of an array; the names are given when compiled."""
    return outermost(pointer_to(memory), first)  # type: ignore[name-defined]  # noqa: F821
