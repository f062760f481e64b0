"""Compiles expressions over the columns of a data file into functions of a row.

A cell has no type of its own: beside a number it is read as a number, beside a
date as a date, beside a text as a text. What cannot be read so is unknown.
Logic is three-valued as in SQL; an unknown value is ``None``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from stepladder_dsl.model.expressions import (
    Arithmetic,
    Between,
    ColumnField,
    Comparison,
    Conditional,
    Expression,
    IsKnown,
    Literal,
    Logical,
    Membership,
    Negate,
    Not,
)
from stepladder_dsl.model.logic import COMPARE
from stepladder_dsl.model.types import (
    AnyType,
    ColumnType,
    DateType,
    MoneyType,
    NumberType,
    TextType,
    Type,
    YesNoType,
)

Cells = Mapping[str, str | None]
Value = Callable[[Cells], Any]

_MOST_REMEMBERED = 20_000

YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "да", "д", "بله", "آری"), True),
    **dict.fromkeys(("no", "n", "false", "0", "нет", "не", "н", "خیر"), False),
}
"""How data files write yes and no, in lower case."""

# Sums and products of cells stay exact far beyond any amount of money; only a division rounds.
_EXACT = Context(prec=200, traps=[InvalidOperation])
_ROUNDED = Context(prec=28, traps=[InvalidOperation])
_CALCULATE: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
}


def compile_column_expression(
    expression: Expression,
    to_number: Callable[[str], Decimal | None],
    to_date: Callable[[str], date | None],
) -> Value:
    """Give a function that computes the expression for a row of cells."""
    return _Compiler(to_number, to_date).compile(expression, expression.type)


class _Compiler:
    """Makes one function of each node; what it needs to know about types it decides once, here."""

    def __init__(
        self, to_number: Callable[[str], Decimal | None], to_date: Callable[[str], date | None]
    ) -> None:
        self.to_number = to_number
        self.to_date = to_date

    def compile(self, expression: Expression, wanted: Type) -> Value:
        """Give the function of an expression; a bare column in it is read as the wanted type."""
        match expression:
            case Literal(value):
                constant = _text(value) if isinstance(value, str) else value
                return lambda _cells: constant
            case ColumnField(name):
                return self._column(name, wanted)
            case Negate(operand):
                return _negated(self.compile(operand, NumberType()))
            case Arithmetic(symbol, left, right):
                return _calculated(
                    symbol, self.compile(left, NumberType()), self.compile(right, NumberType())
                )
            case Comparison(symbol, left, right):
                return self._comparison(symbol, left, right)
            case Membership(operand, choices):
                equal = [self._comparison("=", operand, choice) for choice in choices]
                return _any_of(equal)
            case Between(operand, low, high):
                return _all_of([self._comparison(">=", operand, low), self._comparison("<=", operand, high)])
            case IsKnown(operand, negated):
                return _known(self.compile(operand, operand.type), negated)
            case Not(operand):
                return _inverted(self.compile(operand, YesNoType()))
            case Logical(symbol, operands):
                parts = [self.compile(operand, YesNoType()) for operand in operands]
                return _all_of(parts) if symbol == "and" else _any_of(parts)
            case Conditional(condition, then, otherwise):
                branches = self.compile(then, wanted), self.compile(otherwise, wanted)
                return _chosen(self.compile(condition, YesNoType()), *branches)
        raise TypeError(f"{type(expression).__name__} has no meaning over the columns of a file")

    def _column(self, name: str, wanted: Type) -> Value:
        """Give the function that reads a cell as the wanted type."""
        read: Callable[[str], Any]
        match wanted:
            case NumberType() | MoneyType():
                read = self.to_number
            case DateType():
                read = self.to_date
            case YesNoType():
                read = _yes_no
            case _:
                read = _text

        def cell(cells: Cells) -> Any:
            text = cells.get(name)
            return None if text is None or not text.strip() else read(text)

        return cell

    def _comparison(self, symbol: str, left: Expression, right: Expression) -> Value:
        """Give the function of a comparison; both sides are read as the type that one of them has."""
        shared = next(
            (side.type for side in (left, right) if not isinstance(side.type, ColumnType | AnyType)), None
        )
        if shared is None:
            return self._between_cells(
                symbol, self.compile(left, TextType()), self.compile(right, TextType())
            )
        compared = _compared(COMPARE[symbol], self.compile(left, shared), self.compile(right, shared))
        if isinstance(left, ColumnField) and isinstance(right, Literal):
            return _remembered(left.name, compared)
        return compared

    def _between_cells(self, symbol: str, left: Value, right: Value) -> Value:
        """Compare two cells: as numbers or dates where both are such, else as texts.

        Texts are only equal or different; which of two is the larger stays unknown.
        """
        compare = COMPARE[symbol]
        readers: tuple[Callable[[str], Any], ...] = (self.to_number, self.to_date)

        def compared(cells: Cells) -> bool | None:
            first, second = left(cells), right(cells)
            if first is None or second is None:
                return None
            for read in readers:
                low, high = read(first), read(second)
                if low is not None and high is not None:
                    return compare(low, high)
            return compare(first, second) if symbol in {"=", "!="} else None

        return compared


def _text(text: str) -> str:
    if type(text) is not str:
        # A reader's own kind of text is clean, and knows more about its cell than its letters do.
        return text
    stripped = text.strip()
    return stripped if stripped.isascii() else normalize("NFC", stripped)


def _yes_no(text: str) -> bool | None:
    return YES_NO.get(_text(text).casefold())


def _negated(operand: Value) -> Value:
    def negated(cells: Cells) -> Any:
        value = operand(cells)
        return None if value is None else _EXACT.minus(value)

    return negated


def _calculated(symbol: str, left: Value, right: Value) -> Value:
    if symbol == "/":
        return _divided(left, right)
    calculate = _CALCULATE[symbol]

    def calculated(cells: Cells) -> Any:
        first, second = left(cells), right(cells)
        return None if first is None or second is None else calculate(first, second)

    return calculated


def _divided(left: Value, right: Value) -> Value:
    """Divide; a division by zero is unknown, as a business has no figure for it either."""

    def divided(cells: Cells) -> Any:
        first, second = left(cells), right(cells)
        if first is None or second is None or second == 0:
            return None
        return _ROUNDED.divide(first, second)

    return divided


def _compared(compare: Callable[[Any, Any], bool], left: Value, right: Value) -> Value:
    def compared(cells: Cells) -> bool | None:
        first, second = left(cells), right(cells)
        return None if first is None or second is None else compare(first, second)

    return compared


def _remembered(name: str, compared: Value) -> Value:
    """Compare a cell with a constant once for each text: columns say the same few things over and over."""
    known: dict[str | None, Any] = {}

    def look_up(cells: Cells) -> Any:
        text = cells.get(name)
        if text is not None and type(text) is not str:
            # A reader's own kind of text may be another value with the same letters.
            return compared(cells)
        try:
            return known[text]
        except KeyError:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            found = known[text] = compared(cells)
            return found

    return look_up


def _known(operand: Value, negated: bool) -> Value:
    return lambda cells: (operand(cells) is None) is negated


def _inverted(operand: Value) -> Value:
    def inverted(cells: Cells) -> bool | None:
        value = operand(cells)
        return None if value is None else not value

    return inverted


def _all_of(parts: list[Value]) -> Value:
    """Three-valued `and`: false as soon as one part is, unknown where one is unknown."""

    def all_of(cells: Cells) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(cells)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return all_of


def _any_of(parts: list[Value]) -> Value:
    """Three-valued `or`: true as soon as one part is, unknown where one is unknown."""

    def any_of(cells: Cells) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(cells)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return any_of


def _chosen(condition: Value, then: Value, otherwise: Value) -> Value:
    def chosen(cells: Cells) -> Any:
        holds = condition(cells)
        if holds is None:
            return None
        return then(cells) if holds else otherwise(cells)

    return chosen
