"""Lets a compiler of C turn translated text into a library, once, and keeps that.

Whoever has no compiler in Python often has this one: it comes with the tools of most systems.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Numbers wrap around as they do in code of llvmlite: that is no case which the compiler may leave out.
_OPTIONS = ("-O2", "-fwrapv", "-ffp-contract=off", "-shared", "-fPIC", "-w")
_PATIENCE = 120


@cache
def compiler() -> str | None:
    """Give the program that compiles C here: the one of `CC`, or the usual one."""
    # Windows has none that understands the same options; on a Mac one that is not installed asks to be.
    if os.name != "posix" or (sys.platform == "darwin" and not _has_tools()):
        return None
    named = os.environ.get("CC")
    return next(
        (found for name in (named, "cc", "gcc", "clang") if name and (found := shutil.which(name))), None
    )


def _has_tools() -> bool:
    """Tell whether a Mac has the tools of which the compiler is one."""
    asked = ["/usr/bin/xcode-select", "-p"]
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(asked, check=False, capture_output=True, timeout=_PATIENCE).returncode == 0
    return False


def library_file(name: str, sources: Iterable[Path]) -> Path:
    """Give how the file of a library begins: otherwise whenever a line of what it is made of changes."""
    digest = sha256(f"{sys.platform} {platform.machine()} {' '.join(_OPTIONS)}".encode())
    for source in (*sorted(Path(__file__).parent.glob("*.py")), *sources):
        digest.update(source.read_bytes())
    return _folder() / f"{name}-{digest.hexdigest()[:16]}"


def _folder() -> Path:
    named = os.environ.get("STEPLADDER_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("stepladder")


def load_library(begins: Path, name: str, text: Callable[[], str]) -> Callable[[Any, int], int] | None:
    """Give a function of the library whose file begins with this name; None where it cannot be made.

    The file bears the digest of what it holds: one that was cut off half way would end the process.
    """
    kept = next((file for file in begins.parent.glob(f"{begins.name}-*.so") if _is_whole(file)), None)
    with suppress(OSError):
        if kept is not None:
            return _function(ctypes.CDLL(str(kept)), name)
    with suppress(OSError, subprocess.SubprocessError), TemporaryDirectory(prefix="stepladder-") as folder:
        made = _compile(Path(folder), text())
        # What is loaded stays so when its file is gone.
        return _function(ctypes.CDLL(str(_keep(made, begins))), name)
    return None


def _is_whole(file: Path) -> bool:
    with suppress(OSError):
        return file.stem.endswith(_digest(file.read_bytes()))
    return False


def _compile(folder: Path, text: str) -> Path:
    program = compiler()
    if program is None:
        raise FileNotFoundError("cc")
    source, made = folder / "kernel.c", folder / "kernel.so"
    source.write_text(text, encoding="ascii")
    command = [program, *_OPTIONS, "-o", str(made), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)
    return made


def _keep(made: Path, begins: Path) -> Path:
    """Put a library where the next run finds it; where that cannot be, leave it where it is."""
    file = begins.parent / f"{begins.name}-{_digest(made.read_bytes())}.so"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        shutil.copyfile(made, part)
        part.replace(file)
    except OSError:
        return made
    return file


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _function(library: ctypes.CDLL, name: str) -> Callable[[Any, int], int]:
    """Give a function that takes an array of whole numbers and a number."""
    call = library[name]
    call.argtypes, call.restype = [ctypes.c_void_p, ctypes.c_int64], ctypes.c_int64

    def function(memory: Any, first: int) -> int:
        return int(call(memory.ctypes.data, first))

    return function
