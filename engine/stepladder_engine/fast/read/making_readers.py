"""Chooses for each part of a row the reader that is quick and exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, TypeVar

from stepladder_dsl.model.spec import Field
from stepladder_dsl.model.types import (
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
)
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.columns import columns_of
from stepladder_engine.data.mapping_model import ColumnValue, EventMapping, FieldValue, Formula, Options
from stepladder_engine.data.row_plans import Part, Plan
from stepladder_engine.fast.read.columns import Column, WordColumn, YesNoColumn
from stepladder_engine.fast.read.moment_cells import LocalTimes
from stepladder_engine.fast.read.plan_rows import CASE, IDENTITY, SEQUENCE, TIME
from stepladder_engine.fast.read.readers import (
    DistinctReader,
    MomentReader,
    NumberReader,
    Reader,
    TextReader,
    TupleReader,
)

Made = TypeVar("Made", bound=Reader)


@record(frozen=False)
class ReaderMaker:
    """Makes the readers of one source; what several kinds read alike is read once."""

    zone: Zone
    times: LocalTimes
    typed: bool
    currency: str | None
    made: dict[Any, Reader] = field(default_factory=dict)
    cells: dict[Options, CellReader] = field(default_factory=dict)

    def readers(
        self, plan: Plan, targets: dict[str, Column], declared: Mapping[str, Field]
    ) -> dict[str, Reader]:
        """Give the readers of the parts of a row."""
        mapping = plan.mapping
        readers: dict[str, Reader] = {CASE: self._text(plan, plan.key, targets[CASE])}
        if plan.time is not None:
            readers[TIME] = self._moment(plan, plan.time, targets[TIME])
        if isinstance(mapping, EventMapping):
            if plan.sequence is not None:
                readers[SEQUENCE] = self._number(plan, plan.sequence, targets[SEQUENCE])
            if plan.id is not None:
                readers[IDENTITY] = self._identity(plan, plan.id, targets[IDENTITY])
        parts = {part.name: part for part in plan.fields}
        for name, value in mapping.fields.items():
            readers[name] = self._field(plan, parts[name], value, declared[name], targets[name])
        return readers

    def _identity(self, plan: Plan, part: Part, target: Column) -> Reader:
        if part.columns:
            return TupleReader(part.columns, part.read, target)
        return self._text(plan, part, target)

    def where(self, plan: Plan) -> Reader | None:
        """Give the reader of the condition that rows have to meet."""
        formula = plan.mapping.where
        if formula is None or plan.where is None:
            return None
        return self._formula(plan, formula, plan.where, YesNoColumn())

    def _cells(self, plan: Plan) -> CellReader:
        options = plan.mapping.options
        if options not in self.cells:
            self.cells[options] = CellReader(options, self.zone, typed=self.typed, currency=self.currency)
        return self.cells[options]

    def _once(self, key: Any, make: Callable[[], Made]) -> Reader:
        """Give a reader again where the same has been asked for."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def _text(self, plan: Plan, part: Part, target: Column) -> Reader:
        """Give the reader of a text that may be anything."""
        table = _table(target)
        unknown = sorted(self._cells(plan).unknown)
        return self._once(
            ("text", part.column, id(table), *unknown),
            lambda: TextReader(part.column, part.read, target, table, unknown),
        )

    def _moment(self, plan: Plan, part: Part, target: Column) -> Reader:
        options = plan.mapping.options
        return self._once(
            ("moment", part.column, options.dates, options.unknown),
            lambda: MomentReader(
                part.column,
                DistinctReader(part.column, part.read, target),
                self._cells(plan),
                self.times,
                days=False,
                optional=True,
            ),
        )

    def _number(self, plan: Plan, part: Part, target: Column) -> Reader:
        exact = DistinctReader(part.column, part.read, target)
        return NumberReader(part.column, exact, self._cells(plan), (), optional=True)

    def _field(self, plan: Plan, part: Part, value: FieldValue, field: Field, target: Column) -> Reader:
        """Give the reader of a field."""
        if isinstance(value, Formula):
            return self._formula(plan, value, part.read, target)
        options = plan.mapping.options
        exact = DistinctReader(part.column, part.read, target)
        is_plain = _is_plain(value)
        match field.type:
            case NumberType() | MoneyType() if is_plain:
                marks = (options.decimal, options.thousands, options.unknown)
                return self._once(
                    ("number", part.column, field.optional, field.limits, *marks),
                    lambda: NumberReader(
                        part.column, exact, self._cells(plan), field.limits, optional=field.optional
                    ),
                )
            case DateType() | DatetimeType() if is_plain and not field.limits:
                days = isinstance(field.type, DateType)
                return self._once(
                    ("field", part.column, days, field.optional, options.dates, options.unknown),
                    lambda: MomentReader(
                        part.column,
                        exact,
                        self._cells(plan),
                        self.times,
                        days=days,
                        optional=field.optional,
                    ),
                )
            case TextType() | ReferenceType() | PersonType() if is_plain and not field.limits:
                return self._text_field(plan, part, target)
            case _:
                return exact

    def _text_field(self, plan: Plan, part: Part, target: Column) -> Reader:
        unknown = sorted(self._cells(plan).unknown)
        return TextReader(part.column, part.read, target, _table(target), unknown)

    def _formula(self, plan: Plan, formula: Formula, read: Callable[[Any], Any], target: Column) -> Reader:
        """Give the reader of what is computed from columns."""
        named = [column for column in plan.table.columns or () if column]
        columns = columns_of(formula, named)
        if len(columns) == 1:
            return DistinctReader(columns[0], read, target)
        return TupleReader(columns, read, target)


def _is_plain(value: ColumnValue) -> bool:
    return value.values is None


def _table(target: Column) -> Any:
    if not isinstance(target, WordColumn):
        raise TypeError("texts go into a column of words")
    return target.table
