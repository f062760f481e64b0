"""The kernel's functions: plain Python as they stand, or compiled when somebody asks for it.

Each function of the kernel is registered by a decorator that changes nothing. They run as they are written,
on a list; where llvmlite or a compiler of C is there, the same text is translated and compiled in one piece,
once for all specs, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

_Part = TypeVar("_Part", bound=Callable[..., Any])
_WORTH_LOADING = 1_000
_WORTH_COMPILING = 30_000
"""So many take the reference three seconds; to compile the kernel, and the loops that read, takes less."""
_WORTH_COMPILING_C = 20_000
"""Nothing but the kernel is compiled then, in a second."""
_FILES = (
    *("caps", "cases", "clock", "evaluate", "ladders", "layout", "rows", "steps", "tasks"),
    *("outcome", "translate", "cell_notes", "to_c"),
)
"""Where the kernel's functions and their constants stand, and how they are compiled."""
_PARTS: list[Callable[..., Any]] = []


def part(function: _Part) -> _Part:
    """Register a function of the kernel."""
    _PARTS.append(function)
    return function


@cache
def compiled(name: str) -> Callable[..., Any]:
    """Give the compiled form of a function of the kernel."""
    function = None if _has_llvm() else from_c(name)
    return function or from_llvm(name)


@cache
def from_llvm(name: str) -> Callable[..., Any]:
    """Give a function of the kernel as llvmlite compiles it, from the cache where it was compiled before."""
    from stepladder_engine.machine_code import machine

    outermost = _named(name)

    def make() -> bytes:
        from stepladder_engine.fast.translate import translate

        return machine.compile_text(translate(_PARTS, outermost))

    return machine.load_code(machine.kept(_code_file(), make), machine.name_of(_PARTS, outermost))


@cache
def from_c(name: str) -> Callable[..., Any] | None:
    """Give a function of the kernel as a compiler of C makes it; None where there is none that can."""
    from stepladder_engine.fast.to_c import name_in_c, to_c
    from stepladder_engine.machine_code import c_library

    if c_library.compiler() is None:
        return None
    outermost = _named(name)
    begins = c_library.library_file("kernel", _sources())
    return c_library.load_library(begins, name_in_c(_PARTS, outermost), lambda: to_c(_PARTS, outermost))


def _named(name: str) -> Callable[..., Any]:
    return next(function for function in _PARTS if function.__name__ == name)


def _code_file() -> Path:
    """Give the file for the compiled kernel."""
    from stepladder_engine.machine_code.machine import code_file

    return code_file("kernel", _sources())


def _sources() -> list[Path]:
    return [Path(__file__).with_name(f"{name}.py") for name in _FILES]


def _has_llvm() -> bool:
    return find_spec("llvmlite") is not None


def can_compile() -> bool:
    """Say whether there is a compiler."""
    return _has_llvm() or from_c("run_cases") is not None


def compiling_pays(events: int) -> bool:
    """Say whether the compiled kernel is there and worth loading, or the events are worth compiling it."""
    if events < (_WORTH_LOADING if _has_llvm() else _WORTH_COMPILING_C):
        return False
    return can_compile() if not _has_llvm() else events >= _WORTH_COMPILING or is_compiled()


def runs_fast(events: int) -> bool:
    """Say whether the fast executor is quicker: its kernel is even where none can be compiled."""
    return compiling_pays(events) or not _has_llvm()


def is_compiled() -> bool:
    """Say whether the kernel has been compiled by llvmlite since it was last changed."""
    return _has_llvm() and _code_file().exists()
