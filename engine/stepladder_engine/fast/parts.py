"""The kernel's functions: plain Python as they stand, or compiled when somebody asks for it.

Each function of the kernel is registered by a decorator that changes nothing. Without llvmlite they run as
they are written, on a list; with it, the same text is translated and compiled in one piece, once for all
specs, and kept.
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
_FILES = (
    *("caps", "cases", "clock", "evaluate", "ladders", "layout", "rows", "steps", "tasks"),
    *("outcome", "translate", "cell_notes"),
)
"""Where the kernel's functions and their constants stand, and how they are compiled."""
_PARTS: list[Callable[..., Any]] = []


def part(function: _Part) -> _Part:
    """Register a function of the kernel."""
    _PARTS.append(function)
    return function


@cache
def compiled(name: str) -> Callable[..., Any]:
    """Give the compiled form of a function of the kernel, from the cache where it was compiled before."""
    from stepladder_engine.machine_code import machine

    outermost = next(function for function in _PARTS if function.__name__ == name)

    def make() -> bytes:
        from stepladder_engine.fast.translate import translate

        return machine.compile_text(translate(_PARTS, outermost))

    return machine.load_code(machine.kept(_code_file(), make), machine.name_of(_PARTS, outermost))


def _code_file() -> Path:
    """Give the file for the compiled kernel."""
    from stepladder_engine.machine_code.machine import code_file

    return code_file("kernel", [Path(__file__).with_name(f"{name}.py") for name in _FILES])


def can_compile() -> bool:
    """Say whether there is a compiler."""
    return find_spec("llvmlite") is not None


def compiling_pays(events: int) -> bool:
    """Say whether the compiled kernel is there and worth loading, or the events are worth compiling it."""
    if not can_compile() or events < _WORTH_LOADING:
        return False
    return events >= _WORTH_COMPILING or is_compiled()


def is_compiled() -> bool:
    """Say whether the kernel has been compiled on this machine since it was last changed."""
    return can_compile() and _code_file().exists()
