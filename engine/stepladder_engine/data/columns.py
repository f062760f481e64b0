"""The one place where a mapping's expressions meet the compiler of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.types import ColumnType, Type
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.mapping_model import Formula
from stepladder_engine.data.problems import Fault

Compute = Callable[[Mapping[str, str | None]], Any]


def compile_formula(
    formula: Formula, columns: Sequence[str], reader: CellReader
) -> tuple[Compute | None, Type, set[str], list[Diagnostic]]:
    """Give the function that computes a formula for a row, its type and columns, and what is wrong."""
    from stepladder_dsl.compile import column_expression
    from stepladder_dsl.model.expressions import ColumnField, walk
    from stepladder_engine.expressions.columns import compile_column_expression

    span = formula.span
    expression, problems = column_expression(
        formula.text, columns, span.file, span.line, span.column, formula.language
    )
    if expression is None:
        return None, ColumnType(), set(), problems
    compute = compile_column_expression(expression, _number(reader), _day(reader))
    used = {part.name for part in walk(expression) if isinstance(part, ColumnField)}
    return _blanked(compute, reader), expression.type, used, problems


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
    if reader.unknown == {""}:
        return compute
    clean = reader.clean
    return lambda cells: compute({name: clean(text) for name, text in cells.items()})
