"""Values in the reader's words: digits, marks, money, shares, days of the calendar."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from stepladder_dsl.model.print_words import Words
from stepladder_engine.report.document import Unit
from stepladder_engine.texts.catalogue import Phrase, listed, number, tell_plainly


class Wording:
    """Writes values in one language."""

    def __init__(self, language: str, currency: str | None) -> None:
        """Take the reader's language and the currency of the spec."""
        self.language = language
        self.currency = currency
        self._words = Words(language)

    def text(self, key: str, /, **values: Any) -> str:
        """Give a sentence, without the marks that keep a direction in a terminal: a page has its own."""
        return tell_plainly(Phrase(key, values), self.language)

    def listed(self, parts: list[str]) -> str:
        """Join the parts of an enumeration."""
        return listed(self.language, parts)

    def number(self, value: Decimal | float, pattern: str = ",") -> str:
        """Write a number."""
        return number(self.language, value, pattern)

    def day(self, value: date) -> str:
        """Write a day by the calendar of the language."""
        return self._words.day(value)

    def value(self, value: Any, unit: Unit) -> str:
        """Write a value of a unit; what is not known says so, and what is not there says nothing."""
        match value:
            case None:
                return ""
            case bool():
                return self.text("value.yes" if value else "value.no")
            case date():
                return self.day(value)
            case str():
                return value
            case _:
                return self._amount(Decimal(value), unit)

    def change(self, value: Any, unit: Unit) -> str:
        """Write by how much a value has changed, with its sign."""
        if value is None:
            return ""
        size = abs(Decimal(value))
        if unit in {"share", "percent"}:
            told = self.text("report.points", value=self.number(size * 100, ",.1f"))
        else:
            told = self._amount(size, unit)
        sign = "+" if value > 0 else "−" if value < 0 else "±"
        return f"{sign}{told}"

    def _amount(self, value: Decimal, unit: Unit) -> str:
        match unit:
            case "share" | "percent":
                pattern = ",.1f" if unit == "share" else ",.0f"
                return self.text("number.percent", value=self.number(value * 100, pattern))
            case "money":
                # Nobody reads the cents of a million.
                pattern = (
                    ",.0f" if abs(value) >= _WITHOUT_CENTS or value == value.to_integral_value() else ",.2f"
                )
                return f"{self.number(value, pattern)} {self.currency or ''}".rstrip()
            case _ if value == value.to_integral_value():
                return self.number(int(value))
            case "days":
                return self.number(value, ",.1f")
            case _:
                return self.number(value, ",.2f")


_WITHOUT_CENTS = 10_000
