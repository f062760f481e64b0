"""The one place where a mapping's expressions meet the compiler of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.expressions import ColumnField, walk
from stepladder_dsl.model.types import ColumnType, Type
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.mapping_model import Formula
from stepladder_engine.data.problems import Fault
from stepladder_engine.data.typed_text import FaultyText

Compute = Callable[[Mapping[str, str | None]], Any]


def compile_formula(
    formula: Formula, columns: Sequence[str], reader: CellReader
) -> tuple[Compute | None, Type, list[Diagnostic]]:
    """Give the function that computes a formula for a row, the type of what it gives, and what is wrong."""
    from stepladder_dsl.compile import column_expression
    from stepladder_engine.expressions.columns import compile_column_expression

    span = formula.span
    expression, problems = column_expression(
        formula.text, columns, span.file, span.line, span.column, formula.language
    )
    if expression is None:
        return None, ColumnType(), problems
    compute = compile_column_expression(expression, _number(reader), _day(reader))
    blanked = _blanked(compute, reader)
    if reader.typed:
        used = tuple(part.name for part in walk(expression) if isinstance(part, ColumnField))
        blanked = _telling_faults(blanked, used)
    return blanked, expression.type, problems


def _number(reader: CellReader) -> Callable[[str], Decimal | None]:
    def number(text: str) -> Decimal | None:
        cleaned = reader.clean(text)
        value = None if cleaned is None else reader.number(cleaned)
        return None if isinstance(value, Fault) else value

    return number


def _day(reader: CellReader) -> Callable[[str], date | None]:
    def day(text: str) -> date | None:
        cleaned = reader.clean(text)
        value = None if cleaned is None else reader.day(cleaned)
        return None if isinstance(value, Fault) else value

    return day


def _blanked(compute: Compute, reader: CellReader) -> Compute:
    """Let the texts that mean unknown in this source be unknown in its expressions, too."""
    if reader.unknown == {""} and not reader.typed:
        return compute
    clean = reader.clean
    return lambda cells: compute({name: clean(text) for name, text in cells.items()})


def _telling_faults(compute: Compute, used: Sequence[str]) -> Compute:
    """Say of what stays unknown because of a cell without a value that it is so: it is not just empty."""

    def computed(cells: Mapping[str, str | None]) -> Any:
        value = compute(cells)
        if value is not None:
            return value
        given = (cells.get(name) for name in used)
        return next((cell.fault for cell in given if isinstance(cell, FaultyText)), None)

    return computed


def columns_of(formula: Formula, columns: Sequence[str]) -> tuple[str, ...]:
    """Give the columns that a formula looks at, each once; none where it is not in order."""
    from stepladder_dsl.compile import column_expression

    span = formula.span
    expression, _ = column_expression(
        formula.text, columns, span.file, span.line, span.column, formula.language
    )
    parts = () if expression is None else walk(expression)
    return tuple(dict.fromkeys(part.name for part in parts if isinstance(part, ColumnField)))
