"""Lets each compiler that is here make the loops over arrays, or none, in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from hypothesis import strategies as st

from stepladder_engine.data import compiled_loops
from stepladder_engine.machine_code import compilers
from stepladder_engine.machine_code.arrays import translate

Load = Callable[..., compilers.Code | None]


def none(*_: object, **__: object) -> None:
    """Compile nothing: loops run as they are written."""


HERE: list[Load] = [
    load
    for load, is_here in (
        (compilers.from_llvm, compilers.has_llvm()),
        (compilers.from_c, compilers.has_c()),
    )
    if is_here
]


@contextmanager
def by_one_of_them(data: st.DataObject) -> Iterator[None]:
    """Let the loops be made by a compiler that is drawn, or by none."""
    # What is not compiled is slow, so it comes seldom.
    load = data.draw(st.sampled_from([*HERE * 3, none]))
    with pytest.MonkeyPatch.context() as patch:
        for module, file in compiled_loops.FILES.items():
            for call in file.calls:
                patch.setattr(call, "_call", None)
                call.load(_code(module, load))
        yield


@cache
def _code(module: str, load: Load) -> compilers.Code | None:
    file = compiled_loops.FILES[module]
    functions = [call.function for call in file.calls]
    name = f"loops-{file.path.stem}"
    return load(name, [file.path], lambda writer: translate(functions, writer), widens=True)
