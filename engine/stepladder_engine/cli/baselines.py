"""The file with the findings that are known: where it is, and how files are called in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_engine.cli.language import fail
from stepladder_engine.cli.settings import Asked, configuration, configuration_file, need_file
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.lint.baseline import Baseline, Entry
    from stepladder_dsl.lint.settings import LintSettings


def baseline_file(spec: Path, asked: Asked) -> Path | None:
    """Give the baseline that holds for a spec: the one that was asked for, or that of its settings."""
    if asked.no_baseline:
        return None
    if asked.baseline is not None:
        return Path(asked.baseline)
    file = configuration_file(spec, asked)
    found = configuration(file)[0] if file is not None else None
    return file.parent / found.baseline if file is not None and found and found.baseline else None


def names_from(folder: Path) -> Callable[[str], str]:
    """Give how a file is called from a folder, with `/` between the parts of its path."""
    here = folder.resolve()

    @cache
    def name(file: str) -> str:
        return Path(os.path.relpath(Path(file).resolve(), here)).as_posix()

    return name


@cache
def baseline(file: Path) -> Baseline:
    """Read a baseline; end with status 2 where it is none."""
    from stepladder_dsl.lint.baseline import read_baseline

    need_file(file, file.as_posix())
    found = read_baseline(file.read_text(encoding="utf-8", errors="replace"))
    if found is None:
        fail("cli.no_baseline", name=file.as_posix())
    return found


def whole(settings: LintSettings | None) -> LintSettings:
    """Give settings with which all rules run: an error that is known keeps none of them waiting."""
    from stepladder_dsl.lint.settings import DEFAULT

    return replace(settings or DEFAULT, style_waits=False)


def without_known(compiled: Compiled, file: Path) -> Compiled:
    """Set aside the findings of a spec that its baseline knows."""
    from stepladder_dsl.lint.allowances import hinders

    new, known = baseline(file).split(compiled.diagnostics, compiled.sources, names_from(file.parent))
    if hinders(new):
        # Of what is new, too, that about style waits for the errors.
        new = [finding for finding in new if not finding.code.startswith("SL8")]
    return replace(compiled, diagnostics=tuple(new), suppressed=(*compiled.suppressed, *known))


def gone(compiled: Sequence[Compiled], files: Sequence[Path | None]) -> list[Entry]:
    """Give the known findings that were looked for in these specs and are not found any more."""
    entries = []
    for file in dict.fromkeys(file for file in files if file is not None):
        name = names_from(file.parent)
        read = {
            name(source): one
            for one, its_file in zip(compiled, files, strict=True)
            if its_file == file
            for source in one.sources
        }
        entries += baseline(file).gone(partial(_was_looked_for, read))
    return entries


def _was_looked_for(read: dict[str, Compiled], entry: Entry) -> bool:
    """Say whether the file of an entry was read and its rule could tell; the language's own always can."""
    one = read.get(entry.file)
    ran = one.ran - one.unsure if one is not None else frozenset()
    return entry.code in ran or (bool(ran) and entry.code.startswith(("SL0", "SL1")))


def save(compiled: Sequence[Compiled], file: Path) -> int:
    """Write the findings of these specs as a baseline, and give their number."""
    from stepladder_dsl.lint.baseline import entries_of, write_baseline

    entries: dict[tuple[str, str], Entry] = {}
    for one in compiled:
        # A file that two specs include has its findings in both.
        for key, entry in entries_of(one.diagnostics, one.sources, names_from(file.parent)).items():
            entries[key] = max(entry, entries.get(key, entry), key=lambda known: known.count)
    write_whole(file, write_baseline(entries.values()))
    return sum(entry.count for entry in entries.values())
