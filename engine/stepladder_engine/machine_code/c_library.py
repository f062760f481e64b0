"""Lets a compiler of C turn translated text into a library, once, and keeps that.

Whoever has no compiler in Python often has this one: it comes with the tools of most systems, or as a package
of Python's for any version of it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache as once
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from stepladder_engine.machine_code import cache
from stepladder_engine.machine_code.c_writer import CWriter
from stepladder_engine.machine_code.trouble import remember
from stepladder_engine.machine_code.writer import Writer

# Numbers wrap around as they do in code of llvmlite: that is no case which the compiler may leave out.
_OPTIONS = ("-O2", "-fwrapv", "-ffp-contract=off", "-shared", "-w")
_PATIENCE = 120


@once
def compiler() -> tuple[str, ...] | None:
    """Give the command that compiles C here: that of `CC`, the usual one, or that of a package."""
    found = _installed()
    if found is not None:
        return found, *_OPTIONS, "-fPIC"
    if find_spec("ziglang") is None:
        return None
    own = (sys.executable, "-m", "ziglang", "cc", *_OPTIONS)
    if platform.system() == "Linux":
        # Of the system's own libraries it need not know anything: ours call none.
        return *own, "-fPIC", "-nostdlib", "-target", f"{platform.machine()}-linux-musl"
    return own if os.name == "nt" else (*own, "-fPIC")


def _installed() -> str | None:
    """Give the program that the system has."""
    # Windows has none that understands the same options; on a Mac one that is not installed asks to be.
    if os.name != "posix" or (sys.platform == "darwin" and not _has_tools()):
        return None
    named = os.environ.get("CC")
    return next(
        (found for name in (named, "cc", "gcc", "clang") if name and (found := shutil.which(name))), None
    )


def _name_of(command: Sequence[str]) -> str:
    """Give the name of a compiler, as one would type it."""
    return "python -m ziglang cc" if "ziglang" in command else command[0]


def _has_tools() -> bool:
    """Tell whether a Mac has the tools of which the compiler is one."""
    asked = ["/usr/bin/xcode-select", "-p"]
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(asked, check=False, capture_output=True, timeout=_PATIENCE).returncode == 0
    return False


class Loaded:
    """A library whose functions can be called."""

    def __init__(self, file: Path) -> None:
        self._library = ctypes.CDLL(str(file))

    def address(self, name: str) -> int:
        """Give where a function begins."""
        return ctypes.cast(self._library[name], ctypes.c_void_p).value or 0


def load(name: str, sources: Iterable[Path], text: Callable[[type[Writer]], str]) -> Loaded | None:
    """Give the code of a text, from the cache where it was compiled before; None where it cannot be made."""
    if compiler() is None:
        return None
    return load_library(library_file(name, sources), lambda: text(CWriter))


def library_file(name: str, sources: Iterable[Path]) -> Path:
    """Give how the file of a library begins."""
    return cache.kept_as(name, f"{sys.platform} {platform.machine()} {' '.join(compiler() or ())}", sources)


def load_library(begins: Path, text: Callable[[], str]) -> Loaded | None:
    """Give the library whose file begins with this name; None where it cannot be made.

    The file bears the digest of what it holds: one that was cut off half way would end the process.
    """
    kept = _kept(begins)
    with suppress(OSError):
        if kept is not None:
            return Loaded(kept)
    with suppress(OSError, subprocess.SubprocessError), TemporaryDirectory(prefix="stepladder-") as folder:
        made = _compile(Path(folder), text())
        # What is loaded stays so when its file is gone.
        return Loaded(_keep(made, begins))
    remember("compiler_failed", _name_of(compiler() or ("",)))
    return None


def is_kept(begins: Path) -> bool:
    """Tell whether there is a library whose file begins with this name."""
    return _kept(begins) is not None


def _kept(begins: Path) -> Path | None:
    with suppress(OSError):
        return next((file for file in begins.parent.glob(f"{begins.name}-*.so") if _is_whole(file)), None)
    return None


def _is_whole(file: Path) -> bool:
    with suppress(OSError):
        return file.stem.endswith(_digest(file.read_bytes()))
    return False


def _compile(folder: Path, text: str) -> Path:
    command = compiler()
    if command is None:
        raise FileNotFoundError("cc")
    source, made = folder / "kernel.c", folder / "kernel.so"
    source.write_text(text, encoding="ascii")
    # What that of a package would keep is of no use to anybody else.
    own = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), str(folder / "cache"))
    asked = [*command, "-o", str(made), str(source)]
    subprocess.run(asked, check=True, capture_output=True, timeout=_PATIENCE, env=os.environ | own)
    return made


def _keep(made: Path, begins: Path) -> Path:
    """Put a library where the next run finds it; where that cannot be, leave it where it is."""
    content = made.read_bytes()
    file = begins.parent / f"{begins.name}-{_digest(content)}.so"
    return file if cache.keep(file, content) else made


def _digest(content: bytes) -> str:
    return cache.digest(content)[:16]
