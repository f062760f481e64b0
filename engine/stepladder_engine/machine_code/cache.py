"""Where machine code is kept from one run to the next, and whether that can be done."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from stepladder_engine.machine_code.trouble import remember


def folder() -> Path:
    """Give the folder of `STEPLADDER_CACHE`, or the usual one of this user."""
    named = os.environ.get("STEPLADDER_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("stepladder")


def kept_as(name: str, made_by: str, sources: Iterable[Path]) -> Path:
    """Give how the file of some code begins: otherwise whenever a line of what it is made of changes."""
    made = sha256(made_by.encode())
    for source in (*sorted(Path(__file__).parent.glob("*.py")), *sources):
        made.update(source.read_bytes())
    return folder() / f"{name}-{made.hexdigest()[:16]}"


def keep(file: Path, content: bytes) -> bool:
    """Put something into a file, whole or not at all; tells whether that could be done."""
    part = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as stream:
            part = Path(stream.name)
            stream.write(content)
        part.replace(file)
    except OSError:
        if part is not None:
            with suppress(OSError):
                part.unlink()
        remember("not_kept", str(file.parent))
        return False
    return True


def digest(content: bytes) -> str:
    """Give what tells code that is whole from code that was cut off, which would end the process."""
    return sha256(content).hexdigest()
