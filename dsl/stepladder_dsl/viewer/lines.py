"""The lines of a text that say a thing: its block, and what its writer noted above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from stepladder_dsl.source import Source, Span

_COMMENT = "#"


@dataclass(frozen=True)
class Lines:
    """Numbered lines of one file, without the indentation that they share."""

    file: str
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line for _, line in self.lines)


def lines_of(sources: Mapping[str, Source], span: Span, before: int | None = None) -> Lines | None:
    """Give the block that begins at a span; None where no text says it.

    `before` ends it early: a process shows its own words, and no stage's.
    """
    source = sources.get(span.file)
    if source is None or span.line < 1:
        return None
    end = _end_of_block(source, span.line)
    if before is not None:
        end = max(min(end, before - 1), span.line)
    numbered = [(number, source.line(number)) for number in range(span.line, end + 1)]
    while len(numbered) > 1 and _is_aside(numbered[-1][1]):
        numbered.pop()
    shared = _depth(numbered[0][1])
    shown = tuple((number, line[min(shared, _depth(line)) :].rstrip()) for number, line in numbered)
    return Lines(PurePath(source.name.replace("\\", "/")).name, shown)


def note_above(sources: Mapping[str, Source], span: Span) -> str | None:
    """Give the comment that stands right above a block, as deep as it, as one text."""
    source = sources.get(span.file)
    if source is None or span.line < 1:
        return None
    depth = _depth(source.line(span.line))
    found: list[str] = []
    number = span.line - 1
    while number > 0 and _depth(source.line(number)) == depth and _is_comment(source.line(number)):
        found.append(source.line(number).strip().lstrip(_COMMENT).strip(" \t-=*~"))
        number -= 1
    return " ".join(filter(None, reversed(found))) or None


def _end_of_block(source: Source, start: int) -> int:
    """Give the last line that is deeper than the first, or empty between such lines."""
    depth = _depth(source.line(start))
    end = start
    for number in range(start + 1, len(source.lines) + 1):
        line = source.line(number)
        if line.strip():
            if _depth(line) <= depth:
                break
            end = number
    return end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(_COMMENT)


def _is_aside(line: str) -> bool:
    """Tell whether a line at the end of a block rather belongs to what follows."""
    return not line.strip() or _is_comment(line)
