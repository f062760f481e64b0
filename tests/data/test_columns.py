"""Expressions over columns: three-valued, exact, and typed by what stands beside a cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest

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
    RecordField,
)
from stepladder_dsl.model.types import AnyType, ColumnType, DateType, NumberType, TextType, YesNoType
from stepladder_engine.expressions.columns import compile_column_expression

ROW = {
    "n": " 3 ",
    "m": "0.10",
    "big": "10",
    "t": " paid ",
    "d": "2026-03-02",
    "e": "",
    "no": None,
    "yes": "да",
    "z": "0",
}


def column(name: str) -> ColumnField:
    return ColumnField(name, ColumnType())


def number(value: str) -> Literal:
    return Literal(Decimal(value), NumberType())


def text(value: str) -> Literal:
    return Literal(value, TextType())


TRUE, FALSE = (Literal(value=value, type=YesNoType()) for value in (True, False))
UNKNOWN = Literal(None, AnyType())
DAY = Literal(date(2026, 3, 1), DateType())


def to_number(cell: str) -> Decimal | None:
    try:
        return Decimal(cell.strip())
    except InvalidOperation:
        return None


def to_date(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        return None


def value(expression: Expression, row: dict[str, str | None] = ROW) -> Any:
    return compile_column_expression(expression, to_number, to_date)(row)


def calculated(operator: str, left: Expression, right: Expression) -> Any:
    return value(Arithmetic(operator, left, right, NumberType()))


def test_arithmetic_is_exact_and_unknown_where_a_cell_is() -> None:
    assert calculated("*", column("n"), column("m")) == Decimal("0.30")
    assert calculated("+", column("m"), number("0.20")) == Decimal("0.30")
    assert calculated("-", column("n"), column("big")) == Decimal(-7)
    assert calculated("/", column("n"), column("big")) == Decimal("0.3")
    assert calculated("*", number("9" * 40), number("9" * 40)) == Decimal(int("9" * 40) ** 2)
    for cell in ("e", "no", "t", "absent"):
        assert calculated("*", column("n"), column(cell)) is None
    assert calculated("/", column("n"), column("z")) is None
    assert value(Negate(column("n"), NumberType())) == Decimal(-3)
    assert value(Negate(column("e"), NumberType())) is None


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        (">", column("n"), number("2"), True),
        ("<", column("big"), column("n"), False),
        ("=", column("t"), text("paid"), True),
        ("!=", column("t"), text("open"), True),
        ("=", column("n"), text("3"), True),
        ("=", column("d"), column("d"), True),
        (">", column("d"), DAY, True),
        (">=", column("d"), column("d"), True),
        (">", column("e"), number("2"), None),
        ("=", column("no"), column("t"), None),
        ("<", column("t"), number("2"), None),
        ("<", column("t"), column("n"), None),
        ("=", column("t"), column("t"), True),
        ("=", column("yes"), TRUE, True),
        ("=", column("n"), UNKNOWN, None),
    ],
)
def test_a_cell_is_read_as_what_stands_beside_it(
    operator: str, left: Expression, right: Expression, expected: bool | None
) -> None:
    assert value(Comparison(operator, left, right)) is expected


@pytest.mark.parametrize(
    ("operator", "operands", "expected"),
    [
        ("and", (TRUE, TRUE), True),
        ("and", (TRUE, UNKNOWN), None),
        ("and", (UNKNOWN, FALSE), False),
        ("or", (FALSE, FALSE), False),
        ("or", (FALSE, UNKNOWN), None),
        ("or", (UNKNOWN, TRUE), True),
        ("or", (column("yes"), FALSE), True),
    ],
)
def test_logic_is_three_valued(
    operator: str, operands: tuple[Expression, ...], expected: bool | None
) -> None:
    assert value(Logical(operator, operands)) is expected


def test_negation_of_unknown_is_unknown() -> None:
    assert [value(Not(operand)) for operand in (TRUE, FALSE, UNKNOWN)] == [False, True, None]


def test_membership_and_ranges() -> None:
    assert value(Membership(column("t"), (text("open"), text("paid")))) is True
    assert value(Membership(column("t"), (text("open"), UNKNOWN))) is None
    assert value(Membership(column("t"), (text("open"),))) is False
    assert value(Between(column("n"), number("3"), number("4"))) is True
    assert value(Between(column("n"), number("4"), number("5"))) is False
    assert value(Between(column("e"), number("4"), number("5"))) is None


def test_known_is_never_unknown() -> None:
    assert [value(IsKnown(column(name))) for name in ("n", "e", "no", "absent")] == [
        True,
        False,
        False,
        False,
    ]
    assert value(IsKnown(column("e"), negated=True)) is True
    assert value(IsKnown(Arithmetic("+", column("n"), column("t"), NumberType()))) is False


def test_a_choice_reads_its_branches_as_the_whole_is_used() -> None:
    chosen = Conditional(Comparison("=", column("t"), text("paid")), column("n"), number("0"), NumberType())
    assert value(chosen) == Decimal(3)
    assert value(Conditional(UNKNOWN, column("n"), number("0"), NumberType())) is None
    assert value(Conditional(FALSE, column("n"), number("0"), NumberType())) == Decimal(0)


def test_a_bare_column_is_its_text() -> None:
    assert value(column("t")) == "paid"
    assert value(column("e")) is None


def test_a_field_of_a_record_has_no_meaning_over_columns() -> None:
    with pytest.raises(TypeError):
        value(RecordField("name", TextType()))
