"""Writes what a run has seen and done as an event log, where a command was asked for one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_engine.cli.language import fail, note
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_engine.runtime.result import RunResult


def log_file(name: str | None) -> tuple[Path, str] | None:
    """Give the file that was asked for and its form; where there is no such form, end with status 2."""
    if name is None:
        return None
    from stepladder_engine.results.event_logs.write import ENDINGS, log_ending

    path = Path(name)
    ending = log_ending(path)
    if ending is None:
        fail("cli.no_such_format", file=path.as_posix(), form=path.suffix, known=list(ENDINGS))
    return path, ending


def write_log(result: RunResult, path: Path, ending: str, language: str, *, quiet: bool) -> None:
    """Write the log whole, and say so."""
    from stepladder_engine.results.event_logs.write import log_bytes

    write_whole(path, log_bytes(result, ending))
    if not quiet:
        note("cli.wrote", language, file=path.as_posix())
