"""What has been guessed, before it is written down: each guess knows whether it is sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Event, Record
from stepladder_engine.data.guess.look import Column, Table
from stepladder_engine.texts.catalogue import Phrase


@dataclass(frozen=True)
class Translation:
    """What words of a file are in the spec: some are `unsure`, and those of `open` mean nothing yet."""

    meant: Mapping[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    open: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldGuess:
    """Where a field comes from; `unsure` says why somebody should look.

    With `times` it is the product of two columns: pieces and the price of each.
    """

    name: str
    column: Column
    unsure: Phrase | None = None
    translation: Translation | None = None
    times: Column | None = None

    @property
    def used(self) -> set[str]:
        """The names of the columns that are read."""
        return {column.name for column in (self.column, self.times) if column is not None}


@dataclass
class KindGuess:
    """Where the records or events of a kind come from, and how."""

    declared: Record | Event
    table: Table
    key: Column
    time: Column | None = None
    types: Column | None = None
    word: str | None = None
    has_own_date: bool = False
    id: Column | None = None
    fields: list[FieldGuess] = field(default_factory=list)
    unsure: dict[str, Phrase] = field(default_factory=dict)
    """Why somebody should look, by the key of the mapping at which it is said.

    Rows are such events where the column `types` has the `word`; `has_own_date` says
    that the time is a column for this event alone, empty where it has not happened.
    """

    @property
    def part(self) -> Literal["records", "events"]:
        """The part of the mapping in which it stands."""
        return "records" if isinstance(self.declared, Record) else "events"

    @property
    def may_not_have_happened(self) -> bool:
        """Whether an empty time says that the event has not happened: rows are more than this event alone."""
        if self.time is None or self.time.is_full or self.types is not None:
            return False
        return self.has_own_date or len(self.table.dates) > 1

    @property
    def used(self) -> set[str]:
        """The names of the columns that are read."""
        found = {self.key.name}.union(*(guess.used for guess in self.fields))
        return found | {column.name for column in (self.time, self.id, self.types) if column is not None}

    @property
    def without_column(self) -> list[str]:
        """The fields for which no column was found."""
        found = {guess.name for guess in self.fields}
        return [name for name in self.declared.fields if name not in found]

    @property
    def is_complete(self) -> bool:
        """Whether every field that the spec needs has its column."""
        return all(self.declared.fields[name].optional for name in self.without_column)


@dataclass
class Draft:
    """All that was guessed, and what it was guessed from."""

    tables: list[Table]
    records: dict[str, KindGuess] = field(default_factory=dict)
    events: dict[str, KindGuess] = field(default_factory=dict)
    from_keys: list[str] = field(default_factory=list)
    made_by_processes: list[str] = field(default_factory=list)
    without_source: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    @property
    def kinds(self) -> list[KindGuess]:
        """What is found, records first."""
        return [*self.records.values(), *self.events.values()]

    @property
    def unused_tables(self) -> list[Table]:
        """The tables from which nothing is read."""
        return [table for table in self.tables if all(kind.table is not table for kind in self.kinds)]

    def unused_columns(self, table: Table) -> list[str]:
        """Give the columns of a table that nothing is read from."""
        kinds = [kind for kind in self.kinds if kind.table is table]
        used = set().union(*(kind.used for kind in kinds))
        return [column.name for column in table.columns if column.name not in used]
