"""What rich writes: all that is broken into lines, from right to left where it reads so."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table as RichTable
from rich.text import Text

from stepladder_dsl.diagnostics.widths import goes_right_to_left
from stepladder_engine.results.screen.table import PLAIN_WIDTH
from stepladder_engine.texts.catalogue import END_ISOLATE, FROM_THE_RIGHT, ISOLATE

if TYPE_CHECKING:
    from stepladder_engine.results.screen.table import Table


class _Console(Console):
    """A console that leaves it to the command what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Say so; rich itself would end the program with the status of findings."""
        raise BrokenPipeError


def make_console(stream: TextIO | None = None, *, colour: bool, terminal: bool) -> Console:
    """Make a console for a stream, or stdout: as wide as the terminal, or 120 columns elsewhere."""
    if terminal:
        return _Console(file=stream, no_color=not colour, highlight=False)
    return _Console(file=stream, no_color=True, highlight=False, width=PLAIN_WIDTH, force_terminal=False)


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


def rich_table(table: Table) -> RichTable:
    """Give a table as rich writes it, with cells that are broken into lines where it is too wide."""
    made = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for name, right in zip(table.names, table.to_the_right, strict=True):
        made.add_column(cell(name), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*map(cell, row))
    return made
