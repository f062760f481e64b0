"""Texts of cells that know what they are: a workbook's number is one whatever marks the options name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from stepladder_engine.data.problems import Fault


class TypedText(str):
    """The text of a cell whose file says what it is; it is clean, and no option changes its meaning."""

    __slots__ = ()


class NumberText(TypedText):
    """A number: digits, perhaps a minus and a decimal point, never an exponent."""

    __slots__ = ()


class DateText(TypedText):
    """A date by ISO 8601, perhaps with a time."""

    __slots__ = ()


class FaultyText(TypedText):
    """What stands in a cell without a value, such as `#N/A`, and why nothing can be read from it."""

    __slots__ = ("fault",)

    fault: Fault

    def __new__(cls, text: str, fault: Fault) -> Self:
        """Take the text as a person sees it, and the reason."""
        made = super().__new__(cls, text)
        made.fault = fault
        return made


class ListedText(FaultyText):
    """Several plain values in one cell: a field with several takes them, any other has the reason why not."""

    __slots__ = ("items",)

    items: tuple[str, ...]

    def __new__(cls, items: tuple[str, ...], fault: Fault) -> Self:
        """Take the values as texts, and the reason."""
        made = super().__new__(cls, "; ".join(items), fault)
        made.items = items
        return made


def number_text(value: Decimal) -> NumberText:
    """Give an exact number as the text of a cell.

    >>> number_text(Decimal("1E+3")), number_text(Decimal("12.50")), number_text(Decimal("-0"))
    ('1000', '12.5', '0')
    """
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return NumberText("0" if written == "-0" else written)


def date_text(value: date) -> DateText:
    """Give a day or a time as the text of a cell, with no more of the time than there is.

    >>> date_text(date(2026, 3, 2)), date_text(datetime(2026, 3, 2, 10, 30))
    ('2026-03-02', '2026-03-02 10:30')
    """
    if not isinstance(value, datetime):
        return DateText(value.isoformat())
    exact = value.second or value.microsecond
    return DateText(value.isoformat(" ", "auto" if exact else "minutes"))
