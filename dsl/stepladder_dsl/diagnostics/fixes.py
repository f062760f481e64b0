"""Changes that mend findings: which there are, and the texts that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from stepladder_dsl.source import Source, Span


def fix_of(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> Fix | None:
    """Give what would mend a finding: its own fix, or the name that was probably meant."""
    if diagnostic.fix is not None:
        return diagnostic.fix
    meant, span = diagnostic.suggestion, diagnostic.span
    if meant is None or span.file not in sources:
        return None
    piece = sources[span.file].line(span.line)[span.column - 1 : span.end_column - 1]
    if piece.startswith('"'):
        escaped = meant.replace("\\", "\\\\").replace('"', '\\"')
        return Fix((Edit(span, f'"{escaped}"'),), safe=False)
    # Where one word was looked up and several are meant, or the reverse, the piece is not all of it.
    if len(piece.split()) != len(meant.split()):
        return None
    return Fix((Edit(span, meant),), safe=False)


def without_block(source: Source, number: int) -> tuple[Edit, ...]:
    """Give the edits that take a line away, and those that stand under it."""
    own = _indentation(source.line(number))
    last = number
    for following in range(number + 1, len(source.lines) + 1):
        text = source.line(following)
        if text.strip() and _indentation(text) <= own:
            break
        last = following if text.strip() else last
    return tuple(
        Edit(Span(source.name, line, 1, len(source.line(line)) + 1), "") for line in range(number, last + 1)
    )


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip())


def takes_line(edit: Edit, source: Source) -> bool:
    """Say whether nothing is left of a line."""
    text = source.line(edit.span.line)
    return not edit.text and not (text[: edit.span.column - 1] + text[edit.span.end_column - 1 :]).strip()


class Mended(NamedTuple):
    """New texts by name, and the fixes that they contain."""

    texts: dict[str, str]
    fixes: tuple[Fix, ...]


def mended(texts: Mapping[str, str], fixes: Iterable[Fix]) -> Mended:
    """Make changes in texts; of two that speak of one piece the first is made."""
    edits: dict[str, list[Edit]] = {}
    done: list[Fix] = []
    for fix in fixes:
        new = [edit for edit in fix.edits if edit not in edits.get(edit.span.file, ())]
        if any(edit.span.file not in texts for edit in new):
            continue
        if any(_meet(edit, other) for edit in new for other in edits.get(edit.span.file, ())):
            continue
        for edit in new:
            edits.setdefault(edit.span.file, []).append(edit)
        done.append(fix)
    return Mended({name: _edited(texts[name], its) for name, its in edits.items()}, tuple(done))


def _meet(edit: Edit, other: Edit) -> bool:
    """Say whether two edits speak of one piece."""
    first, second = edit.span, other.span
    if first.line != second.line:
        return False
    if first.column == second.column:
        return True
    return first.column < second.end_column and second.column < first.end_column


def _edited(text: str, edits: list[Edit]) -> str:
    """Make edits in a text; of a line that they leave empty nothing is left."""
    lines = text.split("\n")
    gone: set[int] = set()
    for edit in sorted(edits, key=lambda edit: (edit.span.line, edit.span.column), reverse=True):
        index = edit.span.line - 1
        line = lines[index]
        end = "\r" if line.endswith("\r") else ""
        body = line.removesuffix("\r")
        before, new, behind = (
            body[: edit.span.column - 1],
            edit.text.replace("\n", f"{end}\n"),
            body[edit.span.end_column - 1 :],
        )
        if not new and not behind:
            before = before.rstrip()
        if not new and not before.strip():
            behind = behind.lstrip()
        lines[index] = before + new + behind + end
        if not lines[index].strip():
            gone.add(index)
    return "\n".join(_without(lines, gone))


def _without(lines: list[str], gone: set[int]) -> Iterator[str]:
    """Yield lines without those that are gone, and without a second blank line where they stood."""
    blank_before = True
    after_gone = False
    for index, line in enumerate(lines):
        if index in gone:
            after_gone = True
            continue
        is_blank = not line.strip()
        if after_gone and is_blank and blank_before and index < len(lines) - 1:
            continue
        after_gone = False
        blank_before = is_blank
        yield line
