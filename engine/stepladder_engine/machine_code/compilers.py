"""The compilers that may be here: llvmlite, or one of C."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache as once
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from stepladder_engine.machine_code.writer import Writer

Translation = Callable[[type[Writer]], str]
"""Gives a text in the language of a writer."""
_NOTHING = "define void @run_nothing() {\n  ret void\n}\n"


class Code(Protocol):
    """Compiled functions."""

    def address(self, name: str) -> int:
        """Give where a function begins."""


@once
def has_llvm() -> bool:
    """Tell whether llvmlite is here, and fits to this machine."""
    if find_spec("llvmlite") is None:
        return False
    from stepladder_engine.machine_code import machine

    try:
        # Whether its library can be loaded is seen no sooner; it need not be where that was seen before.
        machine.load("probe", (), lambda _: _NOTHING, widens=False)
    except (ImportError, OSError):
        return False
    return True


@once
def has_c() -> bool:
    """Tell whether there is a compiler of C, and does its work."""
    from stepladder_engine.machine_code import c_library

    return c_library.load("probe", (), _probe) is not None


def _probe(writer: type[Writer]) -> str:
    nothing = writer().function("run_nothing", [], 0, {}, outside=True)
    return writer.module([nothing], ())


def can_compile() -> bool:
    """Tell whether anything compiles here."""
    return has_llvm() or has_c()


def from_llvm(name: str, sources: Iterable[Path], text: Translation, *, widens: bool = False) -> Code | None:
    """Compile a text, or give what was kept of it; `widens` lets loops do several rounds at once."""
    from stepladder_engine.machine_code import machine

    return machine.load(name, sources, text, widens=widens)


def from_c(name: str, sources: Iterable[Path], text: Translation, *, widens: bool = False) -> Code | None:  # noqa: ARG001
    """Compile a text, or give what was kept of it; None where no compiler of C can."""
    from stepladder_engine.machine_code import c_library

    return c_library.load(name, sources, text)


def from_any(name: str, sources: Iterable[Path], text: Translation, *, widens: bool = False) -> Code | None:
    """Compile a text by what is here, or give what was kept of it; None where nothing can."""
    return (from_llvm if has_llvm() else from_c)(name, sources, text, widens=widens)


def is_kept(name: str, sources: Iterable[Path]) -> bool:
    """Tell whether a text need not be compiled any more by what is here."""
    if not has_llvm():
        from stepladder_engine.machine_code import c_library

        return c_library.is_kept(c_library.library_file(name, sources))
    from stepladder_engine.machine_code import machine

    return machine.code_file(name, sources).exists()
