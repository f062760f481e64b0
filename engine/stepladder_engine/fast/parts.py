"""The kernel's functions: plain Python as they stand, or compiled when somebody asks for it.

Each function of the kernel is registered by a decorator that changes nothing. They run as they are written,
on a list; where llvmlite or a compiler of C is there, the same text is translated and compiled in one piece,
once for all specs, and kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

_Part = TypeVar("_Part", bound=Callable[..., Any])
_WORTH_LOADING = 60_000
_WORTH_COMPILING = 500_000
"""So many take the reference ten seconds; to compile the kernel, and the loops that read, takes less."""
_FILES = (
    *("caps", "cases", "clock", "evaluate", "ladders", "layout", "rows", "steps", "tasks"),
    *("outcome", "machine", "translate", "cell_notes", "to_c", "c_library"),
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


def _has_llvm() -> bool:
    return find_spec("llvmlite") is not None


@cache
def from_llvm(name: str) -> Callable[..., Any]:
    """Give a function of the kernel as llvmlite compiles it."""
    from stepladder_engine.fast import machine
    from stepladder_engine.fast.translate import name_of, translate

    outermost = _named(name)

    def make() -> bytes:
        return machine.compile_text(translate(_PARTS, outermost))

    file = _file(machine.machine_name()).with_suffix(".o")
    return machine.load_code(machine.kept(file, make), name_of(_PARTS, outermost))


@cache
def from_c(name: str) -> Callable[..., Any] | None:
    """Give a function of the kernel as a compiler of C makes it; None where there is none that can."""
    from stepladder_engine.fast import c_library
    from stepladder_engine.fast.to_c import name_in_c, to_c

    if c_library.compiler() is None:
        return None
    outermost = _named(name)
    file = _file(c_library.kind_of_machine())
    return c_library.load_library(file, name_in_c(_PARTS, outermost), lambda: to_c(_PARTS, outermost))


def _named(name: str) -> Callable[..., Any]:
    return next(function for function in _PARTS if function.__name__ == name)


def _file(machine: str) -> Path:
    """Give where the compiled kernel lies, but for its ending: elsewhere whenever a line of it changes."""
    from platformdirs import user_cache_path

    digest = sha256(machine.encode())
    for name in _FILES:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    folder = Path(os.environ.get("STEPLADDER_CACHE") or user_cache_path("stepladder"))
    return folder / f"kernel-{digest.hexdigest()[:16]}"


def can_compile() -> bool:
    """Say whether there is a compiler."""
    return _has_llvm() or from_c("run_cases") is not None


def compiling_pays(events: int) -> bool:
    """Say whether the compiled kernel is there and worth loading, or the events are worth compiling it."""
    if events < _WORTH_LOADING:
        return False
    if not _has_llvm():
        # Then numba, whose loops would have to be compiled too, is not there either: C takes a second.
        return can_compile()
    return events >= _WORTH_COMPILING or is_compiled()


def runs_fast(events: int) -> bool:
    """Say whether the fast executor is quicker: its kernel is even where none can be compiled."""
    return compiling_pays(events) or not _has_llvm()


def is_compiled() -> bool:
    """Say whether the kernel has been compiled by llvmlite since it was last changed."""
    if not _has_llvm():
        return False
    from stepladder_engine.fast.machine import machine_name

    return _file(machine_name()).with_suffix(".o").exists()
