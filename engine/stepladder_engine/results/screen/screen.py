"""What lines and tables are written to: a terminal, a file or a pipe.

What fits is written here. What must be broken into lines, or is wider than the terminal, goes to rich,
which is only loaded then.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from stepladder_dsl.diagnostics.widths import goes_right_to_left, width
from stepladder_engine.results.screen.markup import plain, styled
from stepladder_engine.results.screen.table import PLAIN_WIDTH, Table
from stepladder_engine.texts.catalogue import END_ISOLATE, ISOLATE

if TYPE_CHECKING:
    from rich.console import Console

_BETWEEN = "   "
"""Between two columns."""


class Screen:
    """Writes lines and tables: as wide as the terminal, or 120 columns in a file or pipe."""

    def __init__(self, stream: TextIO | None = None, *, colour: bool, terminal: bool) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._colour = colour
        # Older terminals of Windows have to be asked for colours, which rich does.
        self._asks = terminal and os.name == "nt"
        self._styles = terminal and os.environ.get("TERM", "").lower() not in {"dumb", "unknown"}
        self._terminal = terminal

    @cached_property
    def width(self) -> int:
        """The columns that there are."""
        return shutil.get_terminal_size((80, 25)).columns if self._terminal else PLAIN_WIDTH

    @cached_property
    def rich(self) -> Console:
        """What writes the same by means of rich."""
        from stepladder_engine.results.screen.console import make_console

        made = make_console(self._stream, colour=self._colour, terminal=self._terminal)
        made.width = self.width
        return made

    def print(self, words: str = "", *, breaks: bool = False, mark: str = "") -> None:
        """Write words on a line, which is broken at the width of the screen only where `breaks` says so.

        `mark` is the style of all of them.
        """
        if self._asks or (breaks and width(plain(words)) > self.width):
            self.rich.print(words, soft_wrap=not breaks, style=mark)
            return
        self._write([f"[{mark}]{words}[/{mark}]" if mark else words])

    def show(self, table: Table) -> None:
        """Write a table."""
        widths = table.widths()
        inside = sum(widths) + len(_BETWEEN) * (len(widths) - 1)
        if self._asks or inside + 2 > self.width:
            from stepladder_engine.results.screen.console import rich_table

            self.rich.print(rich_table(table))
            return
        names = [f"[dim]{name}[/dim]" for name in table.names]
        lines = [_line(row, widths, table.to_the_right) for row in [names, *table.rows]]
        empty, rule = " " * (inside + 2), f" {'─' * inside} "
        self._write([empty, lines[0], rule, *lines[1:], empty])

    def _write(self, lines: Sequence[str]) -> None:
        if self._styles:
            shown = [styled(line, colour=self._colour) for line in lines]
        else:
            shown = [plain(line) for line in lines]
        try:
            self._stream.write("".join(f"{line}\n" for line in shown))
            self._stream.flush()
        except BrokenPipeError:
            # With the number of the error click would end the program, with the status of findings.
            raise BrokenPipeError from None


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    """Set the cells of a row side by side."""
    shown = []
    for cell, wide, right in zip(cells, widths, to_the_right, strict=True):
        words = plain(cell)
        room = " " * (wide - width(words))
        # What runs from right to left is kept apart from the columns beside it.
        isolated = f"{ISOLATE}{cell}{END_ISOLATE}" if goes_right_to_left(words) else cell
        shown.append(f"{room}{isolated}" if right else f"{isolated}{room}")
    return f" {_BETWEEN.join(shown)} "
