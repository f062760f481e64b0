"""Compiled loops over arrays, where the package for them is installed."""

from __future__ import annotations

import ctypes
import inspect
import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

CAN_COMPILE = find_spec("llvmlite") is not None and find_spec("numpy") is not None
"""Whether loops over single bytes are fast; without it such work goes by distinct texts or row by row."""


class _File:
    """The loops of one file: compiled together when the first of them is called, and kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.functions: list[Callable[..., Any]] = []
        self._code: Any = None
        self._lock = Lock()

    def code(self) -> Any:
        """Give the code, from the cache where it was compiled before."""
        with self._lock:
            if self._code is None:
                from stepladder_engine.machine_code import machine

                kept_in = machine.code_file(f"loops-{self.path.stem}", [self.path])
                self._code = machine.Loaded(machine.kept(kept_in, self._compiled))
        return self._code

    def _compiled(self) -> bytes:
        from stepladder_engine.machine_code.arrays import translate
        from stepladder_engine.machine_code.machine import compile_text

        return compile_text(translate(self.functions), widens=True)


_FILES: dict[str, _File] = {}


def compiled(function: Function) -> Function:
    """Compile a loop over arrays at its first call; the machine code is kept from one run to the next.

    While it goes round other threads go on.
    """
    return _registered(function, ctypes.CFUNCTYPE)


def compiled_alone(function: Function) -> Function:
    """Compile a loop that ends sooner than its thread would get its turn again: it gives none away."""
    return _registered(function, ctypes.PYFUNCTYPE)


def _registered(function: Function, caller: Any) -> Function:
    if not CAN_COMPILE:
        return function
    module = function.__module__
    file = _FILES.setdefault(module, _File(Path(str(sys.modules[module].__file__))))
    file.functions.append(function)
    return cast("Function", wraps(function)(_Call(function, file, caller)))


class _Call:
    """A loop as Python calls it."""

    def __init__(self, function: Callable[..., Any], file: _File, caller: Any) -> None:
        self._caller = caller
        self._name = function.__name__
        self._function = function
        self._file = file
        self._call: Any = None

    def __call__(self, *given: Any) -> Any:
        """Let the loop run."""
        if self._call is None:
            self._load()
        row: list[int] = []
        for dtype, value in zip(self._dtypes, given, strict=True):
            if dtype is None:
                row.append(int(value))
                continue
            if value.dtype != dtype or not value.flags.c_contiguous:
                message = f"{self._name}: an array of {value.dtype} where one of {dtype} is wanted"
                raise TypeError(message)
            row += value.ctypes.data, value.size
        cells = (ctypes.c_int64 * max(len(row), self._results))(*row)
        self._call(cells)
        if self._results > 1:
            return tuple(cells[: self._results])
        return cells[0] if self._results else None

    def _load(self) -> None:
        """Look what is wanted, and where the code is."""
        import numpy as np

        from stepladder_engine.machine_code.arrays import element_of, results_of

        annotations = inspect.get_annotations(self._function)
        self._results = results_of(annotations.pop("return"))
        elements = [element_of(annotation) for annotation in annotations.values()]
        self._dtypes = [None if element is None else np.dtype(element.dtype) for element in elements]
        address = self._file.code().address(f"run.{self._name}")
        self._call = self._caller(None, ctypes.c_void_p)(address)
