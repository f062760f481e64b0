"""The cells of an event log: each value as the type that the log gives it.

A value that is not written as its type demands stays a plain text, which the
options of the mapping read as they read the texts of a table.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from stepladder_engine.data.typed_text import DateText, TypedText, number_text

_MOST_ZEROS = 400
"""No number that anybody measures has more of them; written out, a few digits could fill the memory."""

_TIME = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?P<part>\.\d+)?\s?(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}


def typed_cell(kind: str, text: str) -> str:
    """Give a value as a cell: `kind` is what XES, OCEL or a database calls its type."""
    read = _READERS.get(kind) or _READERS.get(kind.casefold())
    return text if read is None else read(text)


def time_cell(text: str) -> str:
    """Give a time as a cell; of a second no more than its millionth part is kept.

    >>> time_cell("2026-03-02T10:30:00.1234567+02:00"), type(time_cell("yesterday")).__name__
    ('2026-03-02 10:30:00.123456+02:00', 'str')
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return text
    if match["time"] is None:
        return DateText(match["day"])
    seconds = (
        match["time"]
        if match["part"] is None or len(match["time"]) < 8
        else match["time"] + match["part"][:7]
    )
    offset = (match["offset"] or "").replace("UTC", "Z")
    return DateText(f"{match['day']} {seconds}{offset}")


def number_cell(text: str) -> str:
    """Give a number as a cell, exactly as many digits of it as the log has.

    >>> number_cell("19.90"), number_cell("1E+2"), type(number_cell("1 000")).__name__
    ('19.9', '100', 'str')
    """
    stripped = text.strip()
    if not stripped.isascii() or "_" in stripped:
        return text
    try:
        exact = Decimal(stripped)
    except InvalidOperation:
        return text
    if not exact.is_finite() or abs(exact.adjusted()) > _MOST_ZEROS + len(exact.as_tuple().digits):
        return text
    return number_text(exact)


def yes_no_cell(text: str) -> str:
    """Give yes or no as a cell.

    >>> yes_no_cell("1"), type(yes_no_cell("maybe")).__name__
    ('true', 'str')
    """
    known = _BOOLEANS.get(text.strip().casefold())
    return text if known is None else TypedText(known)


_READERS = {
    **dict.fromkeys(("date", "time", "timestamp", "datetime"), time_cell),
    **dict.fromkeys(("int", "integer", "float", "real", "double", "numeric"), number_cell),
    **dict.fromkeys(("boolean", "bool"), yes_no_cell),
}
"""Type -> what reads its values; those of all others are texts."""
