"""Finds out how a table writes dates and numbers, and where two readings are possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.dates import DIGITS, SERIAL, DateReader
from stepladder_engine.data.decimals import NumberReader
from stepladder_engine.data.guess.words import means
from stepladder_engine.data.problems import Fault
from stepladder_engine.data.typed_text import DateText, NumberText, TypedText

_MOST_TRIED = 300
"""So many different texts of a column show how it is written."""

_ENOUGH = 0.9
_LEAST_OF_A_WAY = 2
_MOST_OF_THE_REST = 0.6
"""So many of the dates that one way does not read have to be written in a second one."""
_DAYS = ("dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "dd-mm-yyyy", "mm-dd-yyyy", "yyyy/mm/dd", "yyyy.mm.dd")
_SHORT_DAYS = ("dd.mm.yy", "dd/mm/yy", "mm/dd/yy", "dd-mm-yy")
_CLOCKS = ("", " hh:mm", " hh:mm:ss", " hh:mm am", " hh:mm:ss am", ", hh:mm", ", hh:mm:ss", "Thh:mm")
_JALALI_DAYS = ("jalali dd.mm.yyyy", "jalali dd/mm/yyyy", "jalali dd.mm.yy", "jalali yy/mm/dd")
_WHOLE = ("yyyymmdd", "jalali yyyymmdd", "yyyymmddhhmiss")
_DIGIT = re.compile(r"\d")
_LOOKS_LIKE_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([T,\s]+[\d:.]+(\s?[APap][Mm])?)?.{0,7}")
_FOR_NOTHING = r"""
null|none|nan|n/a|na|#n/a|#ref!|nil|unknown|undefined|\n|-|--|---|—|–|?|??
0000-00-00|00.00.0000|0000-00-00 00:00:00
нет данных|н/д|неизвестно|не указано|няма|няма данни|неизвестен|неизвестна
ندارد|نامشخص
"""
_PLACEHOLDERS = frozenset(re.split(r"[|\n]", _FOR_NOTHING.strip()))
_MARKS = ((".", None), (",", None), (".", ","), (",", "."), (".", "'"), (",", "'"), (".", "_"))
_THREE_BEHIND = re.compile(r"[+-]?\d{1,3}([.,])\d{3}")


def is_placeholder(text: str) -> bool:
    """Tell whether a text is one of those that stand for nothing.

    >>> is_placeholder("N/A"), is_placeholder("нет данных"), is_placeholder("0")
    (True, True, False)
    """
    return not isinstance(text, TypedText) and text.casefold() in _PLACEHOLDERS


@dataclass
class Formats:
    """How a table writes dates, column by column, and numbers; `unsure` names columns with two readings.

    Dates may be written in a second way, too: `two_ways` shows a text of each. `counted` are columns of
    numbers that are days only by their names.
    """

    dates: Mapping[str, str] = field(default_factory=dict)
    second_dates: Mapping[str, str] = field(default_factory=dict)
    two_ways: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    unsure_dates: frozenset[str] = frozenset()
    decimal: str = "."
    thousands: str | None = None
    unsure_number: str | None = None

    def date_of(self, column: str) -> str | None:
        """Give the format of a column of dates: an empty one for ISO 8601; None where it has no dates."""
        return self.dates.get(column)

    def dates_of(self, column: str) -> list[str]:
        """Give the formats that have to be named for a column: ISO 8601 is read in any case."""
        forms = (self.dates.get(column), self.second_dates.get(column))
        return list(dict.fromkeys(form for form in forms if form))

    def earliest(self, column: str, values: Iterable[str]) -> datetime:
        """Give the earliest moment of a column of dates, by its own clock."""
        reader = _reader(*self.dates_of(column))
        moments = (reader.moment(text) for text in values)
        found = [one.moment.replace(tzinfo=None) for one in moments if not isinstance(one, Fault)]
        return min(found, default=datetime.max)  # noqa: DTZ901 (also of clocks without a zone)

    def are_numbers(self, values: Iterable[str]) -> bool:
        """Tell whether texts are numbers as this table writes them."""
        tried = _some(values)
        return bool(tried) and _read_as_numbers(tried, self.decimal, self.thousands) >= _ENOUGH


def formats_of(columns: Mapping[str, Mapping[str, int]]) -> Formats:
    """Find out how the columns of a table are written."""
    tried = {
        name: _some(text for text in values if not is_placeholder(text)) for name, values in columns.items()
    }
    found = {name: _date_formats(values) for name, values in tried.items()}
    counted = frozenset(
        name for name, forms in found.items() if not forms and _are_counted(name, tried[name])
    )
    found |= {name: [SERIAL] for name in counted}
    usual = [forms[0] for forms in found.values() if len(forms) == 1]
    dates = {name: _agreed(forms, usual) for name, forms in found.items() if forms}
    unsure = frozenset(
        name for name, forms in found.items() if len(forms) > 1 and not set(forms) & set(usual)
    )
    ways = {name: way for name, form in dates.items() if (way := _second_way(tried[name], form)) is not None}
    second = {name: way.form for name, way in ways.items()}
    texts = {name: way.texts for name, way in ways.items()}
    others = [values for name, values in tried.items() if name not in dates]
    decimal, thousands = _marks(others)
    doubtful = _doubtful(others, decimal, thousands)
    return Formats(dates, second, texts, counted, unsure, decimal, thousands, doubtful)


def _some(values: Iterable[str]) -> list[str]:
    return [text for text, _ in zip(values, range(_MOST_TRIED), strict=False)]


@cache
def _reader(*forms: str) -> DateReader:
    return DateReader(tuple(form for form in forms if form), Zone("UTC"))


def _reads(form: str, text: str) -> bool:
    return not isinstance(_reader(form).moment(text), Fault)


def _share(values: Sequence[str], form: str) -> float:
    return sum(_reads(form, text) for text in values) / len(values)


def _are_counted(name: str, values: Sequence[str]) -> bool:
    """Tell whether numbers are days as spreadsheets count them: then a name has to say so."""
    if len(values) < _LEAST_OF_A_WAY or not means(name, "time"):
        return False
    return _share(values, SERIAL) >= _ENOUGH


@dataclass(frozen=True)
class _Way:
    """Another way to write dates, and a text of the first and of this one."""

    form: str
    texts: tuple[str, str]


def _second_way(values: Sequence[str], form: str) -> _Way | None:
    """Give the format of most of the dates that a first one does not read, if they have one."""
    left = [text for text in values if not _reads(form, text)]
    if len(left) < _LEAST_OF_A_WAY:
        return None
    forms = [other for other in ("", *_candidates(left), SERIAL) if _agree(form, other)]
    share, _, second = max((_share(left, other), -place, other) for place, other in enumerate(forms))
    if share < _MOST_OF_THE_REST:
        return None
    first = next(text for text in values if _reads(form, text))
    return _Way(second, (first, next(text for text in left if _reads(second, text))))


def _agree(form: str, other: str) -> bool:
    """Tell whether two formats take day and month in the same order, as far as both say one."""
    tells = [one for one in (form, other) if "dd" in one and not one.startswith("yy")]
    return len(tells) < 2 or _day_and_month(form) == _day_and_month(other)


def _date_formats(values: Sequence[str]) -> list[str]:
    """Give the formats that read the texts: more than one where day and month cannot be told apart."""
    if not values or not _may_be_dates(values):
        return []
    best = _share(values, "")
    if best >= _ENOUGH:
        return [""]
    scored = [(best, ""), *((_share(values, form), form) for form in _candidates(values))]
    top = max(share for share, _ in scored)
    if top >= _ENOUGH:
        return _distinct([form for share, form in scored if share == top])
    possible = _without_impossible(values, [form for _, form in scored])
    return _mixed(values, scored) if len(possible) == len(values) else _date_formats(possible)


def _without_impossible(values: Sequence[str], forms: Sequence[str]) -> Sequence[str]:
    """Leave out days that no month has, such as `31/02/2026`: they are written as the others are.

    Where they are not few, the column is none of dates.
    """
    shapes: dict[str, list[bool]] = {}
    for text in values:
        shapes.setdefault(_shape(text), []).append(any(_reads(form, text) for form in forms))
    if any(2 * sum(read) < len(read) for read in shapes.values() if any(read)):
        return values
    return [
        text for text in values if not any(shapes[_shape(text)]) or any(_reads(form, text) for form in forms)
    ]


def _shape(text: str) -> str:
    return _DIGIT.sub("0", text)


def _mixed(values: Sequence[str], scored: Sequence[tuple[float, str]]) -> list[str]:
    """Give the format of most of the dates where two ways are needed to read them."""
    unread = next(
        (text for text in values if not any(_reads(form, text) for share, form in scored if share)), ""
    )
    scored = [*scored, *((_share(values, form), form) for form in _candidates([unread]))]
    top = max(share for share, _ in scored)
    found = _distinct([form for share, form in scored if share == top])
    second = _second_way(values, found[0]) if top else None
    if second is None:
        return []
    together = sum(_reads(found[0], text) or _reads(second.form, text) for text in values)
    return found if together >= _ENOUGH * len(values) else []


def _distinct(forms: Sequence[str]) -> list[str]:
    """Give the first of the formats, and the first that takes day and month the other way round."""
    others = [form for form in forms[1:] if _day_and_month(form) != _day_and_month(forms[0])]
    return [forms[0], *others[:1]]


def _day_and_month(form: str) -> bool:
    return form.find("dd") < form.find("mm")


def _agreed(forms: Sequence[str], usual: Sequence[str]) -> str:
    """Give the format of a column: where there are two, the one that another column settles."""
    first_days = {_day_and_month(form) for form in usual if "dd" in form}
    settled = [form for form in forms if first_days == {_day_and_month(form)}]
    return settled[0] if settled else forms[0]


def _may_be_dates(values: Sequence[str]) -> bool:
    if any(isinstance(text, DateText) for text in values):
        return True
    plain = [text.translate(DIGITS) for text in values if not isinstance(text, NumberText)]
    if not plain:
        return False
    like_dates = sum(_DIGIT.search(text) is not None and len(text) <= 40 for text in plain[:20])
    return like_dates >= _ENOUGH * len(plain[:20])


def _candidates(values: Sequence[str]) -> list[str]:
    """Give the formats worth trying: what the first text looks like says which."""
    plain = values[0].translate(DIGITS)
    if plain.isdigit():
        return [
            form for form in _WHOLE if len(plain) == len(form.removeprefix("jalali ").replace("mi", "mm"))
        ]
    days = ("jalali", *_DAYS, *_SHORT_DAYS, *_JALALI_DAYS)
    if not _LOOKS_LIKE_DATE.match(plain):
        return []
    return [day if day == "jalali" else f"{day}{clock}" for day in days for clock in _CLOCKS]


def _read_as_numbers(values: Sequence[str], decimal: str, thousands: str | None) -> float:
    reader = NumberReader(decimal, thousands)
    return sum(not isinstance(reader.number(text), Fault) for text in values) / len(values)


def _marks(columns: Sequence[Sequence[str]]) -> tuple[str, str | None]:
    """Give the marks with which most of the columns that look like numbers are numbers."""
    numeric = [values for values in columns if values and _may_be_numbers(values)]

    def readable(marks: tuple[str, str | None]) -> float:
        return sum(_read_as_numbers(values, *marks) for values in numeric)

    return max(_MARKS, key=lambda marks: (round(readable(marks), 6), -_MARKS.index(marks)))


def _may_be_numbers(values: Sequence[str]) -> bool:
    return max(_read_as_numbers(values, *marks) for marks in _MARKS) >= _ENOUGH


def _doubtful(columns: Sequence[Sequence[str]], decimal: str, thousands: str | None) -> str | None:
    """Give a text such as `1,234` that is another number with other marks, where nothing settles which."""
    marked = [
        text
        for values in columns
        if values and _read_as_numbers(values, decimal, thousands) >= _ENOUGH
        for text in values
        if not isinstance(text, NumberText) and ("," in text or "." in text)
    ]
    in_doubt = bool(marked) and all(_THREE_BEHIND.fullmatch(text) for text in marked)
    return marked[0] if in_doubt else None
