"""Numbers as data files write them, read exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from stepladder_dsl.model.money import minor_unit
from stepladder_engine.data.currencies import MARK, currencies_of
from stepladder_engine.data.dates import DIGITS
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.typed_text import NumberText

_SPACES = "\u00a0\u202f\u2009\u2007\u2008\u200a "
_UNSEEN = "\u200b\u2060\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_MARKS = str.maketrans(
    {
        "\u2212": "-",
        "\u2013": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u066c": "\u00a0",
        "\u066a": "%",
        "\uff05": "%",
        "\u2019": "'",
        **dict.fromkeys(_UNSEEN),
    }
)
_HUNDREDTH = Decimal("0.01")
_MOST_DIGITS = 40
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
# What people and programs put around an amount: a mark of its currency, a minus before or behind, brackets.
_DRESSED = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<first>%|(?:{MARK})\.?)?\s*(?P<inner>[+-])?\s*"
    rf"(?P<number>[\d.,'_](?:[\d.,'_\s]*[\d.,])?)\s*(?P<last>%|(?:{MARK})\.?)?\s*"
    r"(?P<behind>-)?\s*(?P<close>\))?",
    re.IGNORECASE,
)
_OTHER_MARKS = ((".", None), (",", None), (",", "."), (".", ","), (".", "'"), (",", "'"), (".", "_"))
"""Decimal marks and thousands separators that a message may propose, the simplest first."""


class NumberReader:
    """Reads numbers with the decimal mark and the thousands separators of a mapping.

    Spaces between groups of three digits are always separators, also the
    no-break ones that spreadsheets write. Any other separator has to be named,
    because `1,234` is one number in London and another in Sofia. The mark of a
    currency passes where it may be that of the spec.
    """

    def __init__(self, decimal: str = ".", thousands: str | None = None, currency: str | None = None) -> None:
        """Take the marks, and the currency of the spec."""
        self.decimal = decimal
        self.thousands = thousands
        self.currency = currency
        self.has_hundredths = minor_unit(currency) == _HUNDREDTH
        separators = _SPACES + (thousands or "")
        self._separators = str.maketrans(dict.fromkeys(separators))
        mark = re.escape(decimal)
        groups = rf"\d{{1,3}}(?:([{re.escape(separators)}])\d{{3}})(?:\1\d{{3}})*"
        self._grouped = re.compile(rf"[+-]?{groups}(?:{mark}\d*)?", re.ASCII)

    def number(self, text: str) -> Decimal | Fault:
        """Give the exact value of a cell."""
        if isinstance(text, NumberText) and len(text) <= _MOST_DIGITS:
            return Decimal(text)
        plain = text
        if not plain.isascii():
            plain = plain.translate(DIGITS).replace("\u066b", self.decimal).translate(_MARKS).strip()
        value = self.read(plain)
        if value is None:
            return self._fault(text, plain)
        return (
            replace(value, values={**value.values, "value": shown(text)})
            if isinstance(value, Fault)
            else value
        )

    def read(self, plain: str) -> Decimal | Fault | None:
        """Give the value of a number, whatever stands around it, or None for what is none."""
        value = self._bare(plain)
        return self._dressed(plain) if value is None else value

    def _bare(self, plain: str) -> Decimal | None:
        """Give the value of what is nothing but a number."""
        if self.decimal == "." and len(plain) <= _MOST_DIGITS and _PLAIN.fullmatch(plain):
            return Decimal(plain)
        if self._grouped.fullmatch(plain):
            plain = plain.translate(self._separators)
        if self.decimal == ",":
            # With a decimal comma a point is a slip, not a second decimal mark.
            plain = plain.replace(",", ".") if "." not in plain else ""
        return Decimal(plain) if len(plain) <= _MOST_DIGITS and _PLAIN.fullmatch(plain) else None

    def _dressed(self, plain: str) -> Decimal | Fault | None:
        """Give the value of a number with something around it."""
        if len(plain) > 2 * _MOST_DIGITS:
            return None
        match = _DRESSED.fullmatch(plain)
        if match is None or bool(match["open"]) != bool(match["close"]):
            return None
        signs = [part for part in match.group("open", "sign", "inner", "behind") if part]
        value = self._bare(match["number"])
        if value is None or len(signs) > 1:
            return None
        marks = [part for part in match.group("first", "last") if part]
        if len(marks) > 1:
            return None
        value = -value if signs and signs[0] != "+" else value
        return self._marked(value, marks[0], plain) if marks else value

    def _marked(self, value: Decimal, mark: str, plain: str) -> Decimal | Fault | None:
        """Give the value of a number beside which a mark stands."""
        if mark == "%":
            return value.scaleb(-2)
        meant = currencies_of(mark)
        if meant is None:
            return None
        if self.currency is not None and self.currency not in meant:
            return Fault("SD057", "", {"value": shown(plain), "currency": self.currency})
        return value

    def _fault(self, text: str, plain: str) -> Fault:
        """Say why a cell is no number, and which options would make it one."""
        found: dict[Decimal, str] = {}
        for value, options in self._with_other_marks(plain):
            found.setdefault(value, options)
        if not found:
            return Fault("SD045", "", {"value": shown(text), "decimal": self.decimal})
        (first, first_options), *others = found.items()
        if not others:
            return Fault("SD045", "marks", {"value": shown(text), "options": first_options})
        second, second_options = others[0]
        either = {"first": format(first, "f"), "second": format(second, "f")}
        named = {"first_options": first_options, "second_options": second_options}
        return Fault("SD045", "either", {"value": shown(text), **either, **named})

    def _with_other_marks(self, plain: str) -> Iterator[tuple[Decimal, str]]:
        """Give what the text would be with the marks of other countries, and how the options say so."""
        for decimal, thousands in _OTHER_MARKS:
            value = NumberReader(decimal, thousands).read(plain)
            if isinstance(value, Decimal):
                yield value, _written(decimal, thousands, self.decimal)


def _written(decimal: str, thousands: str | None, given: str) -> str:
    """Give marks as the options of a mapping write them, without a decimal mark that is named already.

    >>> _written(",", ".", "."), _written(".", ",", ".")
    ('decimal: ",", thousands: "."', 'thousands: ","')
    """
    parts = [f'decimal: "{decimal}"'] if decimal != given or thousands is None else []
    return ", ".join([*parts, *([f'thousands: "{thousands}"'] if thousands else [])])
