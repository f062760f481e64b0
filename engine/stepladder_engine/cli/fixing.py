"""Mends what can be mended in the files of specs, and never leaves more errors than there were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Fix

_ROUNDS = 20
"""A fix may make room for another one; behind so many rounds two of them undo each other."""
_LANGUAGE = ("SL0", "SL1")
_BOM = b"\xef\xbb\xbf"

Compile = Callable[[Mapping[str, str]], list["Compiled"]]
"""Compiles specs with new texts in place of what some files hold."""


class Mending:
    """The specs as they are now, the new texts of files, and how many findings are mended."""

    def __init__(self, compiled: list[Compiled]) -> None:
        """Take the specs as they were found."""
        self.compiled = compiled
        self.old = {name: source.text for one in compiled for name, source in one.sources.items()}
        self.texts: dict[str, str] = {}
        self.count = 0

    def changes(self) -> Iterator[tuple[str, str, str]]:
        """Yield (file, old text, new text) of every file that changes."""
        for name, text in self.texts.items():
            if text != self.old[name]:
                yield name, self.old[name], text

    def difference(self) -> str:
        """Show what changes, as patches show it."""
        import difflib

        lines: list[str] = []
        for name, old, new in self.changes():
            lines += difflib.unified_diff(
                old.splitlines(keepends=True), new.splitlines(keepends=True), name, name
            )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def write(self) -> None:
        """Write the files that change, each as a whole."""
        for name, _, new in self.changes():
            _write(Path(name), new)


def mend(compile_all: Compile, *, unsafe: bool) -> Mending:
    """Mend what is found in specs, again and again until nothing changes; no file is touched."""
    found = Mending(compile_all({}))
    for _ in range(_ROUNDS):
        fixes = [fix for one in found.compiled for fix in _fixes(one, unsafe=unsafe)]
        if not fixes or not (_try(found, fixes, compile_all) or _try_singly(found, fixes, compile_all)):
            break
    return found


def _try_singly(found: Mending, fixes: Sequence[Fix], compile_all: Compile) -> bool:
    return any(_try(found, [fix], compile_all) for fix in fixes)


def _try(found: Mending, fixes: Sequence[Fix], compile_all: Compile) -> bool:
    """Make changes unless they bring more errors; say whether they were made."""
    from stepladder_dsl.diagnostics.fixes import mended

    result = mended(found.old | found.texts, fixes)
    texts = found.texts | result.texts
    if not result.fixes or all((found.old | found.texts)[name] == text for name, text in texts.items()):
        return False
    compiled = compile_all(texts)
    if any(_is_worse(after, before) for after, before in zip(compiled, found.compiled, strict=True)):
        return False
    found.compiled, found.texts = compiled, texts
    found.count += len(result.fixes)
    return True


def _fixes(compiled: Compiled, *, unsafe: bool) -> Iterator[Fix]:
    from stepladder_dsl.diagnostics.fixes import fix_of

    for finding in compiled.diagnostics:
        fix = fix_of(finding, compiled.sources)
        if fix is not None and (fix.safe or unsafe):
            yield fix


def _is_worse(after: Compiled, before: Compiled) -> bool:
    """Say whether a spec has more errors: of the language, or, where rules ran before, of any kind."""
    if _of_language(after.errors) > _of_language(before.errors):
        return True
    return bool(before.ran) and len(after.errors) > len(before.errors)


def _of_language(errors: Sequence[Diagnostic]) -> int:
    return sum(error.code.startswith(_LANGUAGE) for error in errors)


def _write(path: Path, text: str) -> None:
    """Write a text, with the mark of its encoding where there was one."""
    mark = _BOM if path.read_bytes().startswith(_BOM) else b""
    write_whole(path, mark + text.encode("utf-8"))
