"""A table before it is written."""

from __future__ import annotations

from collections.abc import Sequence

from stepladder_dsl.diagnostics.widths import width
from stepladder_engine.results.screen.markup import plain

PLAIN_WIDTH = 120
"""The columns of what is no terminal."""


class Table:
    """Columns with their names, and rows of cells with marks of style."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.to_the_right: list[bool] = []
        self.rows: list[Sequence[str]] = []

    def add_column(self, name: str, *, to_the_right: bool = False) -> None:
        """Add a column; numbers stand to the right."""
        self.names.append(name)
        self.to_the_right.append(to_the_right)

    def add_row(self, *cells: str) -> None:
        """Add a row: a cell for every column."""
        self.rows.append(cells)

    def widths(self) -> list[int]:
        """Give how wide each column has to be."""
        return [
            max([width(plain(cell)) for cell in column])
            for column in zip(self.names, *self.rows, strict=True)
        ]
