"""What to say to a client: a text with the values that are known when the task comes into being."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.jalali import is_jalali_year, jalali_date
from stepladder_dsl.keywords.dialect import Dialect
from stepladder_dsl.model.money import with_all_places
from stepladder_dsl.model.types import DatetimeType, Duration, MoneyType, Type
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.expressions.logic import Evaluate
from stepladder_engine.expressions.tally import shortest
from stepladder_engine.expressions.view import View

UNKNOWN = "…"
"""Stands where a value is not known, so that whoever speaks sees the gap."""


@record
class Message:
    """A text cut at its values, the language in which those are written, and where its clocks go."""

    parts: Sequence[str | tuple[Type, Evaluate]]
    dialect: Dialect
    zone: Zone
    currency: str | None

    def text(self, view: View) -> str:
        """Give the text as it is to be said now."""
        return self.with_values([part[1](view) for part in self.parts if not isinstance(part, str)])

    def with_values(self, values: Sequence[Any]) -> str:
        """Give the text with its values, in their order."""
        following = iter(values)
        return "".join(
            part if isinstance(part, str) else self._written(next(following), part[0]) for part in self.parts
        )

    def _written(self, value: Any, kind: Type) -> str:
        """Write a value as a person of that language does."""
        match value:
            case None:
                return UNKNOWN
            case bool():
                return self.dialect.spelling("YES" if value else "NO")
            case Decimal():
                return self._number(value, kind)
            case int() if isinstance(kind, DatetimeType):
                local = self.zone.local(value)
                return f"{self._day(local.date())} {self._digits(f'{local:%H:%M}')}"
            case date():
                return self._day(value)
            case Duration():
                return duration_text(value, self.dialect.language)
            case tuple():
                return f"{self.dialect.comma} ".join(self._written(item, kind) for item in value)
            case _:
                return str(value)

    def _number(self, value: Decimal, kind: Type) -> str:
        """Write a number, a whole one without decimals, any other money with all its currency has."""
        short = shortest(value)
        if short != short.to_integral_value() and isinstance(kind, MoneyType):
            short = with_all_places(short, self.currency)
        plain = format(short, "f")
        return self._digits(plain.replace(".", self.dialect.decimal_mark))

    def _day(self, day: date) -> str:
        if self.dialect.calendar != "jalali":
            return day.isoformat()
        year, month, number = _jalali(day)
        return self._digits(
            f"{year:04}{self.dialect.date_separator}{month:02}{self.dialect.date_separator}{number:02}"
        )

    def _digits(self, text: str) -> str:
        return text.translate(str.maketrans("0123456789", self.dialect.digits))


def _jalali(day: date) -> tuple[int, int, int]:
    """Give a date as a Persian spec has it: that of the Gregorian calendar for days beyond the Jalali one."""
    with suppress(ValueError):
        found = jalali_date(day)
        if is_jalali_year(found[0]):
            return found
    return day.year, day.month, day.day
