"""Loops over arrays: compiled where something compiles them, and as they are written elsewhere."""

from __future__ import annotations

import ctypes
import inspect
import sys
from collections.abc import Callable, Sequence
from functools import cache, wraps
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from stepladder_engine.machine_code import compilers

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def can_compile() -> bool:
    """Say whether loops over single bytes are fast; else such work goes by distinct texts or row by row."""
    return find_spec("numpy") is not None and compilers.can_compile()


class _File:
    """The loops of one file: compiled together when the first of them is called, and kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.calls: list[Call] = []
        self._code: compilers.Code | None = None
        self._asked = False
        self._lock = Lock()

    def code(self) -> compilers.Code | None:
        """Give the code, from the cache where it was compiled before; None where nothing compiles it."""
        with self._lock:
            if not self._asked:
                from stepladder_engine.machine_code.arrays import translate

                self._code = compilers.from_any(
                    f"loops-{self.path.stem}",
                    [self.path],
                    lambda writer: translate([call.function for call in self.calls], writer),
                    widens=True,
                )
                self._asked = True
        return self._code


FILES: dict[str, _File] = {}
"""The loops of each module that has some."""


def compiled(function: Function) -> Function:
    """Compile a loop over arrays at its first call; the machine code is kept from one run to the next.

    While it goes round other threads go on.
    """
    return _registered(function, ctypes.CFUNCTYPE)


def compiled_alone(function: Function) -> Function:
    """Compile a loop that ends sooner than its thread would get its turn again: it gives none away."""
    return _registered(function, ctypes.PYFUNCTYPE)


def _registered(function: Function, caller: Any) -> Function:
    module = function.__module__
    file = FILES.setdefault(module, _File(Path(str(sys.modules[module].__file__))))
    call = Call(function, file, caller)
    file.calls.append(call)
    return cast("Function", wraps(function)(call))


class Call:
    """A loop as Python calls it."""

    def __init__(self, function: Callable[..., Any], file: _File, caller: Any) -> None:
        self._caller = caller
        self._name = function.__name__
        self.function = function
        self._file = file
        self._call: Any = None

    @property
    def is_compiled(self) -> bool:
        """Tell whether it runs as machine code; nobody knows before the first call."""
        return self._call is not None and self._call is not self.function

    def __call__(self, *given: Any) -> Any:
        """Let the loop run."""
        if self._call is None:
            self.load(self._file.code())
        if self._call is self.function:
            return self._as_written(given)
        row: list[int] = []
        for dtype, value in zip(self._dtypes, given, strict=True):
            if dtype is None:
                row.append(int(value))
                continue
            if value.dtype != dtype or not value.flags.c_contiguous:
                message = f"{self._name}: an array of {value.dtype} where one of {dtype} is wanted"
                raise TypeError(message)
            row += value.__array_interface__["data"][0], value.size
        cells = (ctypes.c_int64 * max(len(row), self._results))(*row)
        self._call(cells)
        if self._results > 1:
            return tuple(cells[: self._results])
        return cells[0] if self._results else None

    def _as_written(self, given: Sequence[Any]) -> Any:
        """Run over lists, whose numbers have room for every sum as those of machine code have."""
        import numpy as np

        taken = [value.tolist() if isinstance(value, np.ndarray) else value for value in given]
        # Bits that there is no room for are lost.
        with np.errstate(over="ignore"):
            found = self.function(*taken)
        for value, cells in zip(given, taken, strict=True):
            if isinstance(value, np.ndarray) and value.flags.writeable:
                wide = np.uint64 if value.dtype == np.uint64 else np.int64
                value[:] = np.array(cells, wide).astype(value.dtype)
        return found

    def load(self, code: compilers.Code | None) -> None:
        """Look what is wanted, and where that is in the code."""
        import numpy as np

        from stepladder_engine.machine_code.arrays import element_of, results_of

        annotations = inspect.get_annotations(self.function)
        self._results = results_of(annotations.pop("return"))
        elements = [element_of(annotation) for annotation in annotations.values()]
        self._dtypes = [None if element is None else np.dtype(element.dtype) for element in elements]
        if code is None:
            self._call = self.function
        else:
            self._call = self._caller(None, ctypes.c_void_p)(code.address(f"run_{self._name}"))
