"""The types of values that fields, expressions and literals have.

Values at run time, by type:

=============  =====================================================
text           ``str``
number, money  ``decimal.Decimal`` (never binary floating point)
yes/no         ``bool``
date           ``datetime.date``
datetime       ``int``: microseconds since 1970-01-01 UTC
duration       ``Duration``
choice         ``str``: the canonical name of the value
reference      ``str``: the key of the other record
person         ``str``: the name of the person
list           ``tuple`` of such values
=============  =====================================================

A missing value of any type is ``None`` and means *unknown*.
"""

from __future__ import annotations

from enum import Enum

from stepladder_dsl.record import record


class Unit(Enum):
    """A unit of time, as written after a number."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@record
class Duration:
    """A span of time in one unit: ``Duration(30, Unit.DAY)``.

    Days, weeks, months and years are calendar units of the spec's time zone;
    hours and minutes are exact (semantics, "Cases and time", rule 5). With a
    `calendar` the unit is a day or an hour, and only open ones of it count.
    """

    amount: int
    unit: Unit
    calendar: str | None = None

    def __str__(self) -> str:
        """Write it in the words of no human language but the code's own: ``30 days``."""
        plural = "" if self.amount == 1 else "s"
        return f"{self.amount} {self.unit.value}{plural}"


@record
class TextType:
    """Any text."""


@record
class NumberType:
    """An exact decimal number; with a `unit` it counts units of time, such as days since something."""

    unit: Unit | None = None


@record
class MoneyType:
    """An exact amount in the currency of the spec."""


@record
class YesNoType:
    """Yes or no."""


@record
class DateType:
    """A day without a time."""


@record
class DatetimeType:
    """A moment."""


@record
class DurationType:
    """A length of time, such as 30 days."""


@record
class ChoiceType:
    """One of a fixed list of names."""

    values: tuple[str, ...]


@record
class ReferenceType:
    """The key of a record of the kind ``record``."""

    record: str


@record
class PersonType:
    """The name of the person who acts in ``role`` for this record."""

    role: str


@record
class ListType:
    """Several values of one type, in an order; none is a list too."""

    element: Type


@record
class ColumnType:
    """A cell of a data file, whose type follows from where it is used.

    Only expressions of a mapping have it: a cell beside a number is read as a
    number, beside a text as a text, with the mapping's own formats.
    """


@record
class AnyType:
    """The type of `unknown` and of what could not be typed: fits everywhere.

    An expression that already has an error gets it, so that one mistake gives
    one message.
    """


Type = (
    TextType
    | NumberType
    | MoneyType
    | YesNoType
    | DateType
    | DatetimeType
    | DurationType
    | ChoiceType
    | ReferenceType
    | PersonType
    | ListType
    | ColumnType
    | AnyType
)
