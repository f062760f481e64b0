"""Compiled loops, where the package for them is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

CAN_COMPILE = find_spec("numba") is not None
"""Whether loops over single bytes are fast; without it such work goes by distinct texts or row by row."""


def compiled(function: Function) -> Function:
    """Compile a loop over arrays at its first call; the machine code is kept from one run to the next."""
    if not CAN_COMPILE:
        return function
    from numba import njit

    return cast("Function", njit(cache=True, nogil=True)(function))
