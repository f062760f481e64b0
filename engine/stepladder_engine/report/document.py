"""A report before anybody writes it down: sections of figures and tables, each with what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

Case = tuple[str, str]
"""A client or another record: its kind and its key."""
Unit = Literal["text", "number", "money", "share", "percent", "days", "date"]
"""What a value is; a `percent` is a share that is written without digits behind the point."""
Good = Literal["more", "less"]
MOST_SHOWN = 10
"""So many clients are listed behind a figure; a command gives all of them."""


@dataclass(frozen=True)
class Place:
    """A line of the spec."""

    file: str
    line: int


@dataclass(frozen=True)
class Clients:
    """Who stands behind a figure: all of them, and what to say of each beside its name.

    Behind a figure of the data stand rows or files instead: a row is named by what it was meant for and
    its place, a file by its name.
    """

    all: Sequence[Case]
    note: Callable[[Case], str] | None = None
    are: Literal["clients", "rows", "files"] = "clients"

    def __len__(self) -> int:
        return len(self.all)


@dataclass(frozen=True)
class Before:
    """What a figure was in the report that this one is compared with."""

    value: Any
    change: Any


@dataclass(frozen=True)
class Figure:
    """One figure; `good` says which way it should move, `formula` how it came about where no page says it."""

    key: str
    label: str
    value: Any
    unit: Unit = "number"
    count: int | None = None
    low: Any = None
    high: Any = None
    good: Good | None = None
    formula: str | None = None
    clients: Clients | None = None
    at: Place | None = None
    before: Before | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table; the cells of one with a `bar` are shown as long as they are large."""

    key: str
    label: str
    unit: Unit = "number"
    bar: bool = False
    good: Good | None = None


@dataclass(frozen=True)
class Row:
    """A row: its values by column; `key` tells it from the others, in this report and in the next.

    `clients` stand behind the row, `lists` gives those behind single cells by column: worked out only for
    whoever asks.
    """

    key: str
    values: tuple[Any, ...]
    clients: Clients | None = None
    at: Place | None = None
    tone: str | None = None
    before: tuple[Before | None, ...] | None = None
    lists: Mapping[str, Callable[[], Clients]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table, and how it is drawn beside: `columns` as upright bars, `heat` as shades of its cells."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str | None = None
    chart: Literal["columns", "heat"] | None = None
    more: int = 0
    more_by: str | None = None
    """The command that gives the rows that are left out."""
    at: Place | None = None
    """The line of the spec to which all rows go back that have none of their own."""


@dataclass(frozen=True)
class Picture:
    """A picture of the spec with the figures of the run: an SVG of our own, drawn only where it is shown."""

    key: str
    title: str
    draw: Callable[[], str]
    folded: bool = False


@dataclass(frozen=True)
class Definition:
    """How a figure is made, for a reader who has the report alone."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """A section; `missing` says what would fill it where the spec or the data cannot."""

    key: str
    title: str
    intro: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    missing: str | None = None
    notes: tuple[str, ...] = ()
    how: tuple[Definition, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.figures or self.pictures or any(table.rows for table in self.tables))


@dataclass(frozen=True)
class Origin:
    """Which words repeat the run: the spec, the mapping, and the moment if one was asked for."""

    spec: str
    mapping: str
    as_of: str | None = None


@dataclass(frozen=True)
class Report:
    """A whole report. `sources` are the texts of the spec by the names of their files."""

    spec: str
    title: str
    language: str
    spec_language: str
    currency: str | None
    as_of: str
    as_of_text: str
    as_of_given: bool
    origin: Origin
    sections: tuple[Section, ...]
    baseline: str | None = None
    sources: dict[str, str] = field(default_factory=dict)

    def behind(self) -> Iterator[tuple[str, Callable[[], Clients]]]:
        """Yield the ways to the clients behind every figure, by the name of the figure."""
        for section in self.sections:
            for figure in section.figures:
                if figure.clients is not None:
                    yield f"{section.key}.{figure.key}", partial(_as_it_is, figure.clients)
            for table in section.tables:
                for row in table.rows:
                    name = f"{section.key}.{table.key}.{row.key}"
                    if row.clients is not None:
                        yield name, partial(_as_it_is, row.clients)
                    for column, found in row.lists.items():
                        yield f"{name}:{column}", found


def _as_it_is(clients: Clients) -> Clients:
    return clients


def with_sections(report: Report, sections: Sequence[Section]) -> Report:
    """Give a report with other sections."""
    return replace(report, sections=tuple(sections))
