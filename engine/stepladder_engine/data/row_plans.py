"""How the rows of a file become records or events: its columns are looked up once, not for each row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from contextlib import suppress
from itertools import islice
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model.spec import Event, Field, Record
from stepladder_dsl.model.types import AnyType, ColumnType, MoneyType, YesNoType
from stepladder_dsl.record import record
from stepladder_engine.data.cast import Cast, CellReader, accepts
from stepladder_engine.data.columns import compile_formula
from stepladder_engine.data.doubts import SAMPLE_ROWS, like_thousands
from stepladder_engine.data.mapping_model import (
    Column,
    ColumnValue,
    EventMapping,
    FieldValue,
    Formula,
    KindMapping,
)
from stepladder_engine.data.opening import read_errors
from stepladder_engine.data.problems import Fault, finding, listed, note, shown
from stepladder_engine.data.rows import SourceRow, SourceTable
from stepladder_engine.data.twins import look_alike, same_letters
from stepladder_engine.data.watching import watching

Cells = Map[str, str | None]
Read = Callable[[Cells], Any]


def _nothing(_cells: Cells) -> None:
    """Stand in for what cannot be computed."""


@record
class Part:
    """One thing that is read from each row, and what a message calls the place it comes from."""

    name: str
    column: str
    read: Read
    columns: tuple[str, ...] = ()
    """The columns, where it is read from several."""


@record
class Plan:
    """How the rows of one file become records or events of one kind."""

    mapping: KindMapping
    table: SourceTable
    key: Part
    time: Part | None
    id: Part | None
    sequence: Part | None
    fields: tuple[Part, ...]
    where: Read | None


@record(frozen=False)
class Shared:
    """A file that is open, and its rows where more than one kind is read from it."""

    table: SourceTable
    uses: int = 0
    kept: list[SourceRow] | None = None

    def rows(self) -> Iterable[SourceRow]:
        """Go through the rows; the file is read only once, and rows are kept only while others need them."""
        if self.uses <= 1:
            return self._seen()
        if self.kept is None:
            self.kept = list(self._seen())
        return self.kept

    def _seen(self) -> Iterable[SourceRow]:
        return watching().rows(self.table.file, self.table.rows())


class Planner:
    """Looks up the columns of a file once, so that the rows need no look-ups by type."""

    def __init__(
        self, mapping: KindMapping, declared: Record | Event, table: SourceTable, reader: CellReader
    ) -> None:
        self.mapping = mapping
        self.declared = declared
        self.table = table
        self.reader = reader
        self.problems: list[Diagnostic] = []

    def plan(self) -> Plan | None:
        """Give the plan, or None where a column is missing or a formula is not in order."""
        mapping, reader = self.mapping, self.reader
        event = isinstance(mapping, EventMapping)
        moment = mapping.time if isinstance(mapping, EventMapping) else mapping.since
        plan = Plan(
            mapping=mapping,
            table=self.table,
            key=self._cell("key", mapping.key, reader.text()),
            time=self._optional("time" if event else "since", moment, reader.moment()),
            id=self._identity(mapping.id, reader.text()) if isinstance(mapping, EventMapping) else None,
            sequence=self._optional("sequence", mapping.sequence, reader.sequence())
            if isinstance(mapping, EventMapping)
            else None,
            fields=tuple(self._field(name, value) for name, value in mapping.fields.items()),
            where=self._where(),
        )
        if self.problems:
            return None
        self._look_for_thousands()
        return plan

    def _look_for_thousands(self) -> None:
        """Say of amounts such as `1.234`, where the first ones all are like this, that more may be meant."""
        money = [
            self._column(value.column)
            for name, value in self.mapping.fields.items()
            if isinstance(value, ColumnValue) and isinstance(self.declared.fields[name].type, MoneyType)
        ]
        if self.table.typed or not money or not self.reader.numbers.has_hundredths:
            return
        sample = self._sample()
        mark = self.mapping.options.decimal
        for column in money:
            found = like_thousands((self.reader.clean(cells.get(column)) for cells in sample), mark)
            if found is not None:
                self._note("thousands", column=column, value=shown(found), mark=mark)

    def _sample(self) -> list[Cells]:
        """Give the first rows; what is wrong with the file is told by who reads all of it."""
        layout = self.table.layout
        errors: tuple[type[Exception], ...] = (UnicodeDecodeError,)
        if layout is not None:
            errors += read_errors(layout.path)
        sample: list[Cells] = []
        with suppress(*errors):
            sample.extend(row.cells for row in islice(self.table.rows(), SAMPLE_ROWS) if row.fault is None)
        return sample

    def _optional(self, name: str, column: Column | None, cast: Cast) -> Part | None:
        return None if column is None else self._cell(name, column, cast)

    def _identity(self, columns: tuple[Column, ...], cast: Cast) -> Part | None:
        """Give the part that tells one event from another; of several columns it makes a JSON array."""
        parts = [self._cell("id", column, cast) for column in columns]
        if len(parts) < 2:
            return parts[0] if parts else None
        names = tuple(part.column for part in parts)

        def together(cells: Cells) -> str | Fault | None:
            found = [part.read(cells) for part in parts]
            fault = next((one for one in found if type(one) is Fault), None)
            if fault is not None or not any(found):
                return fault
            return json.dumps(found, ensure_ascii=False)

        return Part("id", ", ".join(names), together, names)

    def _cell(self, name: str, column: Column, cast: Cast) -> Part:
        """Give the part that reads a column."""
        wanted = self._column(column)
        return Part(name, wanted, lambda cells: cast(cells.get(wanted)))

    def _column(self, column: Column) -> str:
        """Give the name under which the table has a column; one that it does not have is a finding."""
        columns, name = self.table.columns, column.name
        if columns is not None and name not in columns:
            near = same_letters(name, columns)
            if near is None:
                self.problems.append(self._missing(column, [known for known in columns if known]))
                return name
            self._note("letters", column=name, near=near)
            name = near
        values = {"file": self.table.file, "column": name}
        if name in self.table.twice:
            self.problems.append(finding("SD026", column.span, **values))
        elif name in self.table.nested:
            self.problems.append(finding("SD027", column.span, "nested", **values))
        return name

    def _missing(self, column: Column, known: list[str]) -> Diagnostic:
        """Say that there is no such column, and what may be meant."""
        values: dict[str, Any] = {"file": self.table.file, "column": column.name}
        twin = look_alike(column.name, known)
        if twin is not None:
            return finding("SD025", column.span, "alike", near=twin, **values)
        if self.table.header_row is not None:
            values["row"] = self.table.header_row
        if len(known) == 1 and self.table.header_row is not None and not self.table.typed:
            return finding("SD025", column.span, "one", known=shown(known[0]), **values)
        variant = "" if self.table.header_row is None else "sheet"
        near = nearest(column.name, known)
        return finding("SD025", column.span, variant, suggestion=near, known=listed(known), **values)

    def _note(self, variant: str, **values: Any) -> None:
        """Keep something worth knowing about the table, once."""
        told = note(variant, file=self.table.file, **values)
        if told not in self.table.notes:
            self.table.notes.append(told)

    def _field(self, name: str, value: FieldValue) -> Part:
        declared = self.declared.fields[name]
        if isinstance(value, ColumnValue):
            return self._cell(name, value.column, self.reader.field(declared, value.values))
        return self._computed(declared, value)

    def _computed(self, declared: Field, formula: Formula) -> Part:
        """Give the part that computes a field from several columns."""
        compute = self._compile(formula, lambda given: accepts(declared.type, given), declared.name)
        fit = self.reader.computed(declared)
        return Part(declared.name, f"= {formula.text}", lambda cells: fit(compute(cells)))

    def _where(self) -> Read | None:
        if self.mapping.where is None:
            return None
        return self._compile(self.mapping.where, lambda given: isinstance(given, YesNoType), "where")

    def _compile(self, formula: Formula, fits: Callable[[Any], bool], name: str) -> Read:
        """Compile a formula; where it cannot be, the finding is kept and the function gives nothing."""
        columns = [column for column in self.table.columns or () if column]
        compute, given, problems = compile_formula(formula, columns, self.reader)
        if self.table.columns is None:
            # Nothing is known of the columns of a file without rows, and nothing is computed.
            return _nothing
        self.problems.extend(problems)
        if compute is not None and not isinstance(given, ColumnType | AnyType) and not fits(given):
            variant = "where" if name == "where" else ""
            self.problems.append(finding("SD012", formula.span, variant, name=name, formula=formula.text))
        return compute or _nothing
