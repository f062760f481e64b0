"""Lines and tables on a screen, in the language of who reads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.syntax.values import write_date, write_time
from stepladder_engine.results.screen.console import cell
from stepladder_engine.texts.catalogue import number, paragraph, text

_NUMBERS = {"cases", "days", "count", "line"}
"""Columns that stand to the right."""
_LONGEST_BAR, _SHORTEST_BAR = 24, 6
_BESIDE_BAR = 60
"""Columns of a terminal that a table keeps for the words beside its bars."""


class Page:
    """Lines and tables in the reader's language."""

    def __init__(self, console: Console, language: str) -> None:
        self.console = console
        self.language = language

    def text(self, key: str, **values: Any) -> str:
        """Give a sentence; its values are safe to print already."""
        return text(self.language, key, **values)

    def print(self, line: str = "") -> None:
        """Write a line, however long."""
        self.console.print(paragraph(self.language, line), soft_wrap=True)

    def title(self, line: str) -> None:
        """Write the heading of a part."""
        self.print()
        self.console.print(f"[bold]{paragraph(self.language, line)}[/bold]", soft_wrap=True)

    def table(self, *columns: str) -> Table:
        """Make a table with columns by their keys; one without a name has the key ``""``."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
        for column in columns:
            name = cell(self.text(f"column.{column}")) if column else ""
            table.add_column(name, justify="right" if column in _NUMBERS else "left", overflow="fold")
        return table

    def show(self, table: Table) -> None:
        """Write a table."""
        self.console.print(table)

    @property
    def bar(self) -> int:
        """The length of the longest bar: short on a narrow terminal, for a bar is never broken in two."""
        return max(_SHORTEST_BAR, min(_LONGEST_BAR, (self.console.width - _BESIDE_BAR) // 2))

    def number(self, value: Any, pattern: str = ",") -> str:
        """Write a number as the language does."""
        return number(self.language, value, pattern)

    def day(self, value: date) -> str:
        """Write a day by the calendar of the language."""
        written = f"{value.year:04}-{value.month:02}-{value.day:02}"
        return write_date(written, "gregorian", load_dialect(self.language))

    def moment(self, value: datetime) -> str:
        """Write a day with its hour and minute, by the calendar of the language."""
        clock = write_time(f"{value.hour:02}:{value.minute:02}", load_dialect(self.language))
        return f"{self.day(value)} {clock}"

    def percent(self, share: Any) -> str:
        """Write a share, of which 1 is the whole."""
        return self.text("number.percent", value=self.number(share * 100, ",.1f"))

    def indented(self, line: str) -> None:
        """Write a line that belongs to the title above."""
        self.console.print(f"  {paragraph(self.language, line)}", soft_wrap=True)
