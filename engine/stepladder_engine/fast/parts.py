"""The kernel's functions: plain Python as they stand, or compiled when somebody asks for it.

Each function of the kernel is registered by a decorator that changes nothing. Without numba they run as
they are written, on a list; with it, copies of them are compiled that call each other's copies, on a
bare pointer, so that handing on the memory costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

from stepladder_engine.fast.entry import begin

_Part = TypeVar("_Part", bound=Callable[..., Any])
_WORTH_LOADING = 60_000
_WORTH_COMPILING = 2_000_000
_FILES = ("caps", "cases", "clock", "entry", "evaluate", "ladders", "layout", "rows", "steps", "tasks")
"""Where the kernel's functions and their constants stand."""
_PARTS: list[Callable[..., Any]] = []


def part(function: _Part) -> _Part:
    """Register a function of the kernel."""
    _PARTS.append(function)
    return function


@cache
def compiled(name: str) -> Callable[..., Any]:
    """Give the compiled form of a function of the kernel, from the cache where it was compiled before."""
    import numba

    # A setting that numba makes only when it is loaded.
    vars(numba.config)["CACHE_DIR"] = str(_cache_folder(version("numba")))
    made: dict[int, Any] = {}
    spaces: list[dict[str, Any]] = []
    for function in _PARTS:
        spaces.append({"__name__": function.__module__})
        made[id(function)] = numba.njit(nogil=True, error_model="numpy")(_twin(function, spaces[-1]))
    # Each copy finds the copies of the others where it looks for them.
    for function, names in zip(_PARTS, spaces, strict=True):
        for key, value in function.__globals__.items():
            if key[:2] != "__":
                names[key] = made.get(id(value), value)
    outermost = next(made[id(function)] for function in _PARTS if function.__name__ == name)
    names = {"__name__": begin.__module__, "outermost": outermost, "pointer_to": _pointer_to()}
    found: Callable[..., Any] = numba.njit(nogil=True, cache=True)(_twin(begin, names))
    return found


def _twin(function: Callable[..., Any], names: dict[str, Any]) -> FunctionType:
    """Give a copy of a function that looks for names in another place."""
    twin = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    twin.__qualname__ = function.__qualname__
    twin.__module__ = function.__module__
    return twin


def _pointer_to() -> Any:
    """Give what turns an array into a pointer at its first cell, in compiled code."""
    from numba.core import types
    from numba.core.extending import intrinsic
    from numba.np.arrayobj import make_array

    def pointer(_typing: Any, array: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            cells: Any = make_array  # it comes without types
            return cells(signature.args[0])(context, builder, arguments[0]).data

        cell: Any = types.CPointer
        return cell(types.int64)(array), code

    return intrinsic(pointer)


def _cache_folder(numba_version: str) -> Path:
    """Give the folder for the compiled kernel: another one whenever a line of it changes."""
    from platformdirs import user_cache_path

    digest = sha256(numba_version.encode())
    for name in _FILES:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    folder = Path(os.environ.get("STEPLADDER_CACHE") or user_cache_path("stepladder"))
    return folder / f"kernel-{digest.hexdigest()[:16]}"


def compiling_pays(events: int) -> bool:
    """Say whether the compiled kernel is there and worth loading, or the events are worth compiling it."""
    from importlib.util import find_spec

    if find_spec("numba") is None or events < _WORTH_LOADING:
        return False
    return events >= _WORTH_COMPILING or is_compiled()


def is_compiled() -> bool:
    """Say whether the kernel has been compiled on this machine since it was last changed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None and any(_cache_folder(version("numba")).rglob("*.nbi"))
