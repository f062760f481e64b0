"""The kernel's functions: plain Python as they stand, or compiled when somebody asks for it.

Each function of the kernel is registered by a decorator that changes nothing. They run as they are written,
on a list; where llvmlite or a compiler of C is there, the same text is translated and compiled in one piece,
once for all specs, and kept.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from stepladder_engine.machine_code import compilers
from stepladder_engine.machine_code.trouble import remember

_Part = TypeVar("_Part", bound=Callable[..., Any])
_WORTH_LOADING = 1_000
_WORTH_COMPILING = 30_000
"""So many take the reference three seconds; to compile the kernel, and the loops that read, takes less."""
_FILES = (
    *("caps", "cases", "clock", "evaluate", "ladders", "layout", "rows", "steps", "tasks"),
    *("outcome", "translate", "cell_notes"),
)
"""Where the kernel's functions and their constants stand, and how they are compiled."""
_PARTS: list[Callable[..., Any]] = []
_LOCK = Lock()
"""Threads that begin at once wait for the one that compiles."""


def part(function: _Part) -> _Part:
    """Register a function of the kernel."""
    _PARTS.append(function)
    return function


def compiled(name: str) -> Callable[..., Any] | None:
    """Give the compiled form of a function of the kernel; None where nothing can compile it."""
    with _LOCK:
        return (from_llvm if compilers.has_llvm() else from_c)(name)


@cache
def from_llvm(name: str) -> Callable[..., Any] | None:
    """Give a function of the kernel as llvmlite compiles it, from the cache where it was compiled before."""
    return function_of(name, compilers.from_llvm)


@cache
def from_c(name: str) -> Callable[..., Any] | None:
    """Give a function of the kernel as a compiler of C makes it; None where there is none that can."""
    return function_of(name, compilers.from_c)


def function_of(name: str, load: Callable[..., compilers.Code | None]) -> Callable[[Any, int], int] | None:
    """Let one of the compilers make a function, to be called with an array of whole numbers and a number."""
    from stepladder_engine.fast.translate import name_of, translate

    outermost = _named(name)
    code = load("kernel", _sources(), lambda writer: translate(_PARTS, outermost, writer))
    if code is None:
        return None
    call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)(
        code.address(name_of(_PARTS, outermost))
    )

    def function(memory: Any, first: int, _code: compilers.Code = code) -> int:
        # The code is an argument so that it lives as long as the function; threads go on meanwhile.
        return int(call(memory.ctypes.data, first))

    return function


def _named(name: str) -> Callable[..., Any]:
    return next(function for function in _PARTS if function.__name__ == name)


def _sources() -> list[Path]:
    return [Path(__file__).with_name(f"{name}.py") for name in _FILES]


def compiling_pays(events: int) -> bool:
    """Say whether the compiled kernel is there and worth loading, or the events are worth compiling it."""
    if events < _WORTH_LOADING:
        return False
    if not compilers.can_compile():
        if events >= _WORTH_COMPILING:
            remember("no_compiler")
        return False
    return events >= _WORTH_COMPILING or is_compiled()


def runs_fast(events: int) -> bool:
    """Say whether the fast executor is quicker: its kernel is even where none can be compiled."""
    return compiling_pays(events) or not compilers.can_compile()


def is_compiled() -> bool:
    """Say whether the kernel has been compiled since it was last changed."""
    return compilers.is_kept("kernel", _sources())
