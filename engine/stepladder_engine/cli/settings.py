"""The settings that hold for a spec: those of the command line before those of `stepladder.toml`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stepladder_engine.cli.language import fail

if TYPE_CHECKING:
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.lint.configuration import Configuration
    from stepladder_dsl.lint.settings import LintSettings
    from stepladder_dsl.source import Source

FILE_NAME = "stepladder.toml"
_TOP = (".git", ".hg", ".svn")
"""What lies in the top folder of a repository: no file above it is about the spec."""


class Asked(NamedTuple):
    """What a command line says of settings: a file or none, and which rules are wanted."""

    config: str | None = None
    no_config: bool = False
    rules: LintSettings | None = None
    baseline: str | None = None
    no_baseline: bool = False
    """Whether findings that are known count as others do."""


NOTHING = Asked()


def configuration_file(spec: Path, asked: Asked = NOTHING) -> Path | None:
    """Give the configuration of a spec: the named one, or the nearest above it in its repository."""
    if asked.no_config:
        return None
    if asked.config is not None:
        need_file(Path(asked.config), asked.config)
        return Path(asked.config)
    file = nearest_file(spec)
    if file is not None:
        # A link to nothing is told: without its settings other rules would run.
        need_file(file, file.as_posix())
    return file


def nearest_file(spec: Path) -> Path | None:
    """Give what bears the name of a configuration above a spec in its repository, whatever it is."""
    home = _home()
    for folder in spec.absolute().parents:
        file = folder / FILE_NAME
        if file.is_symlink() or file.exists():
            return file
        if folder == home or any((folder / name).exists() for name in _TOP):
            return None
    return None


def need_file(file: Path, name: str) -> None:
    """End with status 2 where there is no such file, or it is a folder."""
    if file.is_dir():
        fail("cli.is_folder", name=name)
    if not file.is_file():
        fail("cli.no_such_file", name=name)


def _home() -> Path | None:
    """Give the user's own folder, where the system knows one."""
    try:
        return Path.home()
    except RuntimeError:
        return None


@cache
def configuration(file: Path) -> tuple[Configuration | None, Source | None, list[Diagnostic]]:
    """Read a configuration; where it cannot be used there is none, and the findings say why."""
    from stepladder_dsl.compile import read_source
    from stepladder_dsl.lint.configuration import read_configuration

    name = file.relative_to(Path.cwd()).as_posix() if file.is_relative_to(Path.cwd()) else str(file)
    source, problems = read_source(file, name)
    if source is None:
        return None, None, problems
    found, problems = read_configuration(source)
    return (None if problems else found), source, problems


def settings_by(found: Configuration, file: Path, spec: Path, asked: Asked) -> LintSettings:
    """Give the settings of a spec by a configuration, those of the command line first."""
    path, folder = spec.resolve(), file.resolve().parent
    relative = path.relative_to(folder) if path.is_relative_to(folder) else path
    settings = found.settings_for(relative.as_posix())
    return replace(asked.rules, behind=settings) if asked.rules else settings
