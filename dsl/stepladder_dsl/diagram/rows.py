"""Rows of text: what every card, label, heading and legend is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.text import Block, block


@dataclass(frozen=True)
class Row:
    """A text with the mark before it, if it has one."""

    block: Block
    ink: str
    mark: str | None = None

    @property
    def indent(self) -> float:
        """The room for the mark."""
        return self.mark_width + style.MARK_GAP if self.mark else 0.0

    @property
    def mark_width(self) -> float:
        """The width of the mark itself."""
        return style.STROKE_SIZE if self.mark in style.LONG_MARKS else style.MARK_SIZE

    @property
    def width(self) -> float:
        """The width of mark and text."""
        return self.indent + self.block.width


def widest(rows: Iterable[Row]) -> float:
    """Give the width of the widest row."""
    return max((row.width for row in rows), default=0.0)


def height_of(rows: Iterable[Row]) -> float:
    """Give the height of rows below each other."""
    return sum(row.block.height for row in rows)


def make_row(
    text: str,
    size: float,
    ink: str,
    *,
    width: float = style.CARD_TEXT_WIDTH,
    mark: str | None = None,
    bold: bool = False,
) -> Row:
    """Wrap a text into a row."""
    return Row(block(text, size, width, bold=bold), ink, mark)
