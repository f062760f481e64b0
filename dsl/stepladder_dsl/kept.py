"""Keeps what was worked out, for the next start: in the user's own cache folder, and only while it is true.

What is kept is found by everything that it depends on, this program's own files among it, so nothing in here
grows old. It holds a sum over itself: what was cut off or has changed on the disk is as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_MOST_KEPT = 300
"""How many things are kept; those that were written longest ago go first."""
_ENDING = ".kept"
_PROGRAM_FILES = (".py", ".json", ".lark", ".toml")


def cache_folder() -> Path | None:
    """Give the folder, or None where none can be written.

    It is the user's own and never a shared temporary one: what lies in it is a pickle, and a
    stranger's pickle is a stranger's program.
    """
    try:
        named = os.environ.get("STEPLADDER_CACHE")
        if named:
            folder = Path(named)
        else:
            from platformdirs import user_cache_path

            folder = user_cache_path("stepladder")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def look_up(kind: str, *depends_on: object) -> Any:
    """Give what is kept of a kind for all that it depends on (by how it is shown), or None."""
    file = _file(kind, depends_on)
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            if hasattr(os, "getuid") and os.fstat(stream.fileno()).st_uid != os.getuid():
                return None
            content = stream.read()
        written, payload = content[:32], content[32:]
        if hashlib.sha256(payload).digest() != written:
            return None
        return pickle.loads(payload)  # noqa: S301 - our own, in the user's own folder
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be worked out again
        return None


def keep(value: object, kind: str, *depends_on: object) -> None:
    """Keep something for the next start; where that cannot be it is only worked out again."""
    file = _file(kind, depends_on)
    if file is None:
        return
    import tempfile

    try:
        payload = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        descriptor, name = tempfile.mkstemp(prefix=f"{kind}-", suffix=".part", dir=file.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(payload).digest() + payload)
        Path(name).replace(file)
        _make_room(file.parent)
    except (OSError, pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return


def _file(kind: str, depends_on: tuple[object, ...]) -> Path | None:
    folder = cache_folder()
    if folder is None:
        return None
    shown = repr((sys.version, program_state(), kind, depends_on))
    return (
        folder / f"{kind}-{hashlib.sha256(shown.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}{_ENDING}"
    )


@cache
def program_state() -> str:
    """Give what is different as soon as a file of this package is: their names, sizes and times of change."""
    found = hashlib.sha256()
    for name, size, changed in sorted(_program_files(Path(__file__).parent)):
        found.update(f"{name} {size} {changed}\n".encode())
    return found.hexdigest()


def _program_files(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _program_files(Path(entry.path))
            elif entry.name.endswith(_PROGRAM_FILES):
                state = entry.stat()
                yield entry.path, state.st_size, state.st_mtime_ns


def _make_room(folder: Path) -> None:
    """Remove the oldest of what is too much, and what a run that was stopped has left half written."""
    kept = [(file.stat().st_mtime_ns, file) for file in folder.glob(f"*{_ENDING}")]
    for _, file in sorted(kept)[:-_MOST_KEPT]:
        file.unlink(missing_ok=True)
    now = max((changed for changed, _ in kept), default=0)
    for part in folder.glob("*.part"):
        if part.stat().st_mtime_ns < now - 3600 * 10**9:
            part.unlink(missing_ok=True)
