"""Lines and tables on a screen, in the language of who reads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.syntax.values import write_date, write_time
from stepladder_engine.results.screen.screen import Screen
from stepladder_engine.results.screen.table import Table
from stepladder_engine.texts.catalogue import number, paragraph, text

_NUMBERS = {"cases", "days", "count", "line"}
"""Columns that stand to the right."""
_LONGEST_BAR, _SHORTEST_BAR = 24, 6
_BESIDE_BAR = 60
"""Columns of a terminal that a table keeps for the words beside its bars."""


class Page:
    """Lines and tables in the reader's language."""

    def __init__(self, screen: Screen, language: str) -> None:
        self.screen = screen
        self.language = language
        self._dialect = load_dialect(language)

    def text(self, key: str, **values: Any) -> str:
        """Give a sentence; its values are safe to print already."""
        return text(self.language, key, **values)

    def print(self, line: str = "") -> None:
        """Write a line, however long."""
        self.screen.print(paragraph(self.language, line))

    def title(self, line: str) -> None:
        """Write the heading of a part."""
        self.print()
        self.screen.print(f"[bold]{paragraph(self.language, line)}[/bold]")

    def table(self, *columns: str) -> Table:
        """Make a table with columns by their keys; one without a name has the key ``""``."""
        table = Table()
        for column in columns:
            name = self.text(f"column.{column}") if column else ""
            table.add_column(name, to_the_right=column in _NUMBERS)
        return table

    def show(self, table: Table) -> None:
        """Write a table."""
        self.screen.show(table)

    @property
    def bar(self) -> int:
        """The length of the longest bar: short on a narrow terminal, for a bar is never broken in two."""
        return max(_SHORTEST_BAR, min(_LONGEST_BAR, (self.screen.width - _BESIDE_BAR) // 2))

    def number(self, value: Any, pattern: str = ",") -> str:
        """Write a number as the language does."""
        return number(self.language, value, pattern)

    def day(self, value: date) -> str:
        """Write a day by the calendar of the language."""
        return write_date(f"{value:%Y-%m-%d}", "gregorian", self._dialect)

    def moment(self, value: datetime) -> str:
        """Write a day with its hour and minute, by the calendar of the language."""
        return f"{self.day(value)} {write_time(f'{value:%H:%M}', self._dialect)}"

    def percent(self, share: Any) -> str:
        """Write a share, of which 1 is the whole."""
        return self.text("number.percent", value=self.number(share * 100, ",.1f"))

    def indented(self, line: str) -> None:
        """Write a line that belongs to the title above."""
        self.screen.print(f"  {paragraph(self.language, line)}")
