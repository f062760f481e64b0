"""What a terminal shows as it is meant: safe to print, and from right to left where it reads so."""

from __future__ import annotations

from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape as rich_escape
from rich.measure import Measurement
from rich.text import Text

from stepladder_dsl.diagnostics.widths import goes_right_to_left, printable
from stepladder_engine.texts.catalogue import END_ISOLATE, FROM_THE_RIGHT, ISOLATE, Phrase

_PLAIN_WIDTH = 120


def escape(words: str) -> str:
    """Make a text safe to print: neither the terminal nor rich may take a client's name for a command."""
    return rich_escape(printable(words))


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


class _Console(Console):
    """A console that leaves it to the command what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Say so; rich itself would end the program with the status of findings."""
        raise BrokenPipeError


def make_console(*, colour: bool, terminal: bool) -> Console:
    """Make a console for stdout: as wide as the terminal, or 120 columns in a file or pipe."""
    if terminal:
        return _Console(no_color=not colour, highlight=False)
    return _Console(no_color=True, highlight=False, width=_PLAIN_WIDTH, force_terminal=False)


class _Isolated:
    """A cell whose lines run from right to left, kept apart from the columns beside it.

    A mark around the whole cell would be torn where the cell is broken into lines, and
    the rest of a line would be drawn into it. So each line gets its own, and marks
    inside that a break has torn are closed at its end and opened again on the next.
    """

    def __init__(self, words: str) -> None:
        self.words = Text.from_markup(words)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        still_open: list[str] = []
        for line in self.words.wrap(console, options.max_width, justify="left", overflow="fold"):
            line.rstrip()
            before = ISOLATE + "".join(still_open)
            for mark in line.plain:
                if mark in {ISOLATE, FROM_THE_RIGHT}:
                    still_open.append(mark)
                elif mark == END_ISOLATE:
                    still_open.pop()
            shown = Text(before) + line + Text(END_ISOLATE * (1 + len(still_open)))
            shown.justify = options.justify
            yield shown

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.words)


def cell(words: str) -> RenderableType:
    """Give what a table shows for marked-up words."""
    return _Isolated(words) if goes_right_to_left(words) else words
