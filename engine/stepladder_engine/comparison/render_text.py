"""What changed between two specs as a person reads it in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import render as rich_render
from rich.table import Table

from stepladder_dsl.diagnostics.widths import width
from stepladder_dsl.diff.change import Change, Difference, Place, Sign
from stepladder_engine.comparison.document import SIGNS
from stepladder_engine.comparison.sentences import Sentences, where
from stepladder_engine.results.screen.console import cell
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.texts.catalogue import paragraph, text

_COLOURS = {Sign.ADDED: "green", Sign.REMOVED: "red", Sign.CHANGED: "yellow", Sign.SAME: "dim"}
_SIGNS = {Sign.ADDED: "+", Sign.REMOVED: "−", Sign.CHANGED: "~", Sign.SAME: "="}
_KINDS = (
    *("calendar", "role", "record", "event", "let", "decision"),
    *("process", "offer", "follow_up", "metric", "scenario"),
)
_INDENTATION = 2
_MOST_LINES = 12
"""Lines of a declaration that are shown where it came or went."""


def show_difference(
    difference: Difference, sentences: Sentences, sides: Sequence[str], console: Console
) -> None:
    """Write what changed, construct by construct."""
    _Screen(sentences, console).show(difference, sides)


class _Screen:
    """Writes changes as a tree: constructs, and in them what changed."""

    def __init__(self, sentences: Sentences, console: Console) -> None:
        self.sentences = sentences
        self.console = console
        self.language = sentences.language

    def text(self, key: str, **values: Any) -> str:
        """Give a sentence; its values are safe to print already."""
        return text(self.language, key, **values)

    def show(self, difference: Difference, sides: Sequence[str]) -> None:
        self.line(
            0, "", f"[bold]{self.text('diff.sides', old=escape(sides[0]), new=escape(sides[1]))}[/bold]"
        )
        self.line(0, "", self.counts(difference))
        above: list[str] = []
        for change in in_tree_order(difference.changes):
            headings = [self.sentences.heading(place) for place in change.place]
            self.headings(above, headings)
            above = headings
            self.change(change, len(headings))

    def headings(self, above: Sequence[str], headings: Sequence[str]) -> None:
        """Write the constructs around a change that do not stand there already."""
        known = 0
        while known < min(len(above), len(headings)) and above[known] == headings[known]:
            known += 1
        if not known:
            self.console.print()
        for depth, heading in enumerate(headings[known:], start=known):
            self.line(depth, "", f"[bold]{heading}[/bold]")

    def counts(self, difference: Difference) -> str:
        """Say how many changes there are, and of what sort."""
        counts = Counter(change.sign for change in difference.changes)
        parts = [self.text(f"diff.count.{SIGNS[sign]}", count=counts[sign]) for sign in SIGNS if counts[sign]]
        if not difference.any:
            nothing = self.text("diff.none")
            return nothing if not parts else f"{nothing} {self.text('list.comma').join(parts)}"
        changes = self.text("diff.count.changes", count=counts.total() - counts[Sign.SAME])
        return self.text("diff.summary", changes=changes, parts=self.text("list.comma").join(parts))

    def change(self, change: Change, depth: int) -> None:
        """Write one change."""
        colour = _COLOURS[change.sign]
        sign = f"[{colour}]{_SIGNS[change.sign]}[/{colour}]"
        told = self.sentences.tell(change)
        place = where(change)
        room = self.room(depth)
        if told.old is None or told.new is None or shown_width(told.whole) <= room:
            self.with_place(depth, sign, told.whole, place)
        else:
            self.with_place(depth, sign, told.head, place)
            self.line(depth + 1, "[red]−[/red]", told.old)
            self.line(depth + 1, "[green]+[/green]", told.new)
        for line in self.sentences.rest(change):
            self.line(depth + 1, "", line)
        if change.sign in {Sign.ADDED, Sign.REMOVED}:
            self.block(change, depth + 1)

    def block(self, change: Change, depth: int) -> None:
        """Write the lines of what came or went."""
        lines = self.sentences.block(change)
        for line in lines[:_MOST_LINES]:
            bare = line.lstrip()
            inside = (len(line) - len(bare)) // 4
            self.line(depth + inside, "", f"[dim]{escape(bare)}[/dim]")
        if len(lines) > _MOST_LINES:
            self.line(
                depth + 1, "", f"[dim]{self.text('diff.more_lines', count=len(lines) - _MOST_LINES)}[/dim]"
            )

    def with_place(self, depth: int, sign: str, line: str, place: str) -> None:
        """Write a line and where it stands, below it where both have no room."""
        shown = f"[dim]{escape(place)}[/dim]"
        if shown_width(line) + 3 + width(place) <= self.room(depth):
            self.line(depth, sign, f"{line}   {shown}")
        else:
            self.line(depth, sign, line)
            self.line(depth + 1, "", shown)

    def room(self, depth: int) -> int:
        """Give how many columns are left for words."""
        return self.console.width - _INDENTATION * (depth + 1)

    def line(self, depth: int, sign: str, words: str) -> None:
        """Write words so far inside, broken where they are too long, behind a sign or none."""
        grid = Table.grid(padding=0)
        before = _INDENTATION * depth
        if sign:
            grid.add_column(width=before + _INDENTATION, no_wrap=True)
            grid.add_column(overflow="fold")
            grid.add_row(f"{' ' * before}{sign}", cell(words))
        elif before:
            grid.add_column(width=before, no_wrap=True)
            grid.add_column(overflow="fold")
            grid.add_row("", cell(words))
        else:
            self.console.print(paragraph(self.language, words), soft_wrap=True)
            return
        self.console.print(grid)


def shown_width(words: str) -> int:
    """Give the columns that marked-up words take."""
    return width(rich_render(words).plain)


def in_tree_order(changes: Sequence[Change]) -> Iterator[Change]:
    """Yield the changes so that those of one construct stand together, in the order of a spec's parts.

    What changed in a construct itself stands before what changed inside it.
    """
    order: dict[tuple[Any, ...], int] = {}

    def key(change: Change) -> list[int]:
        kind = change.place[0].kind if change.place else change.part
        found = [_KINDS.index(kind) if kind in _KINDS else -1]
        path: tuple[Any, ...] = ()
        for place in change.place:
            path = (*path, _identity(place))
            found.append(order.setdefault(path, len(order) + 1))
        return [*found, 0]

    yield from sorted(changes, key=key)


def _identity(place: Place) -> Any:
    return (place.kind, getattr(place.thing, "name", id(place.thing)))
