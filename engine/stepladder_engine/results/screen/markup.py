"""Words with marks of style, as rich writes them: `[bold]a case[/bold]`.

Tables that fit and whole lines are written without rich, which takes longer to load than a small run. What
is broken into lines still goes to rich, so the marks are those that rich reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stepladder_dsl.diagnostics.widths import printable
from stepladder_engine.texts.catalogue import Phrase

_TAG = re.compile(r"(\\*)\[([a-z#/@][^[]*?)]")
_COLOURS = {"red": "31", "green": "32", "yellow": "33"}
_WEIGHTS = {"bold": "1", "dim": "2"}


def escape(words: str) -> str:
    """Make a text safe to print: no terminal and no reader of marks takes a name for a command."""
    words = printable(words)
    if "[" in words:
        words = _TAG.sub(r"\1\1\\[\2]", words)
    # Else it would keep a mark behind it from being one.
    return f"{words}\\" if words.endswith("\\") and not words.endswith("\\\\") else words


def safe(value: Any) -> Any:
    """Make what a sentence is told with safe to print."""
    match value:
        case str():
            return escape(value)
        case Phrase():
            return Phrase(value.key, {name: safe(part) for name, part in value.values.items()})
        case tuple():
            return tuple(map(safe, value))
        case _:
            return value


def pieces(words: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    r"""Give the words as they are read, piece by piece, and the marks that hold for each.

    >>> list(pieces(r"[bold]a[/bold] \[b]"))
    [('a', ('bold',)), (' ', ()), ('[b]', ())]
    """
    marks: list[str] = []
    place = 0
    for found in _TAG.finditer(words):
        if found.start() > place:
            yield words[place : found.start()], tuple(marks)
        place = found.end()
        backslashes, name = found.groups()
        if len(backslashes) > 1:
            yield backslashes[: len(backslashes) // 2], tuple(marks)
        if len(backslashes) % 2:
            yield f"[{name}]", tuple(marks)
        elif name.startswith("/"):
            marks.remove(name[1:])
        else:
            marks.append(name)
    if place < len(words):
        yield words[place:], tuple(marks)


def plain(words: str) -> str:
    """Give the words without marks."""
    if "[" not in words:
        return words
    return "".join(piece for piece, _ in pieces(words))


def styled(words: str, *, colour: bool) -> str:
    """Give the words with what makes a terminal show their marks."""
    if "[" not in words:
        return words
    known = _WEIGHTS | _COLOURS if colour else _WEIGHTS
    shown = []
    for piece, marks in pieces(words):
        codes = ";".join(known[mark] for mark in marks if mark in known)
        shown.append(f"\x1b[{codes}m{piece}\x1b[0m" if codes else piece)
    return "".join(shown)
