"""Writes a file as a whole: who stops the command, or has no more room, keeps the old one."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from stepladder_engine.cli.language import fail


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the file and move; a link keeps leading to it, and it keeps who may read it.

    Folders that are missing are made. Raises ``OSError`` under the name that was given.
    """
    if path.is_dir():
        fail("cli.is_folder", name=path.as_posix())
    file = path.resolve()
    temporary = file.with_name(f".{file.name}.part")
    try:
        if file.exists() and not os.access(file, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        if file.exists():
            shutil.copymode(file, temporary)
        temporary.replace(file)
    except OSError as error:
        error.filename, error.filename2 = path.as_posix(), None
        raise
    finally:
        # Gone where all went well.
        _remove(temporary)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return
