"""Numbers as data files write them, read exactly."""

from __future__ import annotations

import re
from decimal import Decimal

from stepladder_engine.data.dates import DIGITS
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.typed_text import NumberText

_SPACES = "\u00a0\u202f\u2009\u2007 "
_MARKS = str.maketrans({"\u2212": "-", "\u066c": "\u00a0"})
_MOST_DIGITS = 40
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)


class NumberReader:
    """Reads numbers with the decimal mark and the thousands separators of a mapping.

    Spaces between groups of three digits are always separators, also the
    no-break ones that spreadsheets write. Any other separator has to be named,
    because `1,234` is one number in London and another in Sofia.
    """

    def __init__(self, decimal: str = ".", thousands: str | None = None) -> None:
        """Take the marks."""
        self.decimal = decimal
        self.thousands = thousands
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
            plain = plain.translate(DIGITS).replace("\u066b", self.decimal).translate(_MARKS)
        if self._grouped.fullmatch(plain):
            plain = plain.translate(self._separators)
        if self.decimal == ",":
            # With a decimal comma a point is a slip, not a second decimal mark.
            plain = plain.replace(",", ".") if "." not in plain else ""
        if len(plain) > _MOST_DIGITS or not _PLAIN.fullmatch(plain):
            return Fault("SD045", "", {"value": shown(text), "decimal": self.decimal})
        return Decimal(plain)
