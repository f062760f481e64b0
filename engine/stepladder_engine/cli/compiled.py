"""Compiles a spec once: while it, its settings and this program stay the same, the result is kept."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.codes import Code, known_code, register
from stepladder_dsl.kept import keep, look_up

if TYPE_CHECKING:
    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.lint.settings import LintSettings

_OF_OTHER_FILES = frozenset({"SL009", "SL120"})
"""Findings that speak of files which cannot be read: whether they still cannot is not known beforehand."""


def compiled_once(path: Path, settings: LintSettings | None) -> Compiled:
    """Compile and lint a file, unless that was done before; raises ``OSError`` where it cannot be opened."""
    from stepladder_dsl.compile import compile_file

    depends_on = _depends_on(path, settings)
    known = _kept(depends_on)
    if known is not None:
        return known
    compiled = compile_file(path, name=path.as_posix(), settings=settings)
    if _says_all(compiled):
        keep((compiled, _places(compiled), _codes(compiled)), "spec", *depends_on)
    return compiled


def errors_once(path: Path, settings: LintSettings | None) -> Compiled:
    """Compile a file and look for errors only, unless that or more was done before; raises ``OSError``."""
    return _kept(_depends_on(path, settings)) or compiled_once(path, for_errors(settings))


def for_errors(settings: LintSettings | None) -> LintSettings:
    """Give settings with which only rules run that find errors."""
    from stepladder_dsl.lint.settings import DEFAULT

    return replace(settings or DEFAULT, errors_only=True)


def _depends_on(path: Path, settings: LintSettings | None) -> tuple[object, ...]:
    """Give what a kept result hangs on."""
    return path.as_posix(), path.read_bytes(), settings, _solver(), _form()


def _kept(depends_on: tuple[object, ...]) -> Compiled | None:
    """Give what was kept of a file, where nothing has changed since."""
    known: tuple[Compiled, tuple[str, ...], tuple[Code, ...]] | None
    known = look_up("spec", *depends_on)
    if known is None or not _same_files(known[0], known[1]):
        return None
    # The rules themselves are not loaded, and their codes are known only to who has loaded them.
    for code in known[2]:
        register(code.code, code.name, code.severity, code.package, code.stem)
    return known[0]


def _codes(compiled: Compiled) -> tuple[Code, ...]:
    """Give what is known of the codes that the findings have."""
    findings = [*compiled.diagnostics, *(known.diagnostic for known in compiled.suppressed)]
    codes = (known_code(name) for name in sorted({finding.code for finding in findings}))
    return tuple(code for code in codes if code is not None)


def _form() -> tuple[int, int]:
    """Give what changes when this file does, and with it perhaps the form of what is kept."""
    state = Path(__file__).stat()
    return state.st_size, state.st_mtime_ns


def _solver() -> bool:
    """Say whether there is a solver: some rules need it."""
    return find_spec("z3") is not None


def _says_all(compiled: Compiled) -> bool:
    """Say whether the same text gives the same again: no file is missing, and no question was left open."""
    elsewhere = any(finding.code in _OF_OTHER_FILES for finding in compiled.diagnostics)
    without_solver = compiled.left_out > 0 and _solver()
    return not (compiled.undecided or compiled.unreadable or elsewhere or without_solver)


def _places(compiled: Compiled) -> tuple[str, ...]:
    """Give where the included files really lie: by that they are told apart."""
    return tuple(str(Path(source.name).resolve()) for source in compiled.included)


def _same_files(compiled: Compiled, places: tuple[str, ...]) -> bool:
    """Say whether the included files are what they were."""
    if _places(compiled) != places:
        return False
    try:
        return all(
            Path(source.name).read_bytes().decode("utf-8-sig") == source.text for source in compiled.included
        )
    except (OSError, UnicodeDecodeError):
        return False
