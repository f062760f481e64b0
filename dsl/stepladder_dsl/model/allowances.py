"""`allow CODE because "…"`: which findings a block of the text takes as they are, and why.

What a text means does not change by it, so that it is no part of the model: a line is read for the
findings that stand in its block, and one in the `spec` block for all that the spec says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from stepladder_dsl.source import Span

if TYPE_CHECKING:
    from stepladder_dsl.syntax import nodes as n

_LAST = sys.maxsize


class Allowance(NamedTuple):
    """One line: the findings that it names, and the lines of the block for which it holds.

    `file` None stands for every line of every file. `line` is the whole line; None where it goes over
    several.
    """

    findings: tuple[n.Name, ...]
    reason: str
    span: Span
    file: str | None
    first: int
    last: int
    line: Span | None

    def covers(self, place: Span) -> bool:
        """Say whether a place lies in the block."""
        return self.file is None or (self.file == place.file and self.first <= place.line <= self.last)


def allowances_of(blocks: Sequence[n.Block]) -> list[Allowance]:
    """Give what is allowed anywhere in a text, that of the smallest blocks first."""
    found: list[Allowance] = []
    ends: dict[str, int] = {}
    for block in reversed(blocks):
        found += _inside(block, ends.get(block.span.file, _LAST))
        ends[block.span.file] = block.span.line - 1
    return sorted(found, key=lambda allowance: (allowance.last - allowance.first, allowance.span))


def _inside(block: n.Block, last: int) -> Iterator[Allowance]:
    """Yield what is allowed in a block that goes to a line."""
    from stepladder_dsl.syntax import nodes as n

    end = last
    for child in reversed(block.children):
        if isinstance(child.statement, n.AllowLine):
            yield _allowance(child, block, last)
        elif child.children:
            yield from _inside(child, end)
        end = child.span.line - 1


def _allowance(line: n.Block, block: n.Block, last: int) -> Allowance:
    from stepladder_dsl.syntax import nodes as n

    statement: n.AllowLine = line.statement
    everywhere = isinstance(block.statement, n.SpecLine)
    places = [name.span for name in statement.findings]
    places += [statement.reason.span] if statement.reason else []
    alone = all(place.line == line.span.line for place in places)
    return Allowance(
        statement.findings,
        statement.reason.text if statement.reason else "",
        line.span,
        None if everywhere else block.span.file,
        0 if everywhere else block.span.line,
        _LAST if everywhere else last,
        line.span if alone else None,
    )
