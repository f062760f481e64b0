"""Numbers, amounts, lengths of time, days and hours as they are written elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from decimal import Decimal
from typing import Any

from stepladder_dsl.keywords.dialect import Dialect
from stepladder_dsl.record import record
from stepladder_dsl.syntax.values import real_day

Words = Callable[[str, str], dict[str, Any]]

_UNIT_NAMES = ("WORKING_DAY", "WORKING_HOUR", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR")
_SPACE = " \u00a0\u202f\u2009\u066c"
_CURRENCY_SIGNS = "€$£¥₽₴₺₹"
_LONG_NUMBER = re.compile(
    rf"(?<![\w.,])\d{{1,3}}(?:[{_SPACE}'’.,،]\d{{3}})+(?:[.,\u066b]\d{{1,2}})?(?![\w%]|[.,]\d)"
)
_AMOUNT = re.compile(
    rf"[{_CURRENCY_SIGNS}]\s*(?P<a>\d[\d.,]*)|\b[A-Z]{{3}}\s+(?P<b>\d[\d.,]*)"
    rf"|(?P<c>\d[\d.,]*)\s*(?:[{_CURRENCY_SIGNS}]|[A-Z]{{3}}\b)"
)
_THOUSANDS_AS_K = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)[kK]\b")
_DAY_FIRST = re.compile(r"(?<![\w.])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\w])")
_YEAR_FIRST = re.compile(r"(?<![\w.])(\d{4})[./](\d{1,2})[./](\d{1,2})(?!\w)")
_CLOCK = r"\d{1,2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?)?"
_HOURS = re.compile(rf"(?<![\w.:-])({_CLOCK})\s*[-–—]\s*({_CLOCK})(?![\w:])", re.IGNORECASE)
_TIME = re.compile(rf"(?<=\d )({_CLOCK})(?![\w:.-])", re.IGNORECASE)
_NOON = 12
_LEAP_YEARS = {"gregorian": "2024", "jalali": "1403"}
"""A year of each calendar that has all the days there may be."""
_NEXT_CENTURY = 50
"""The two digits from which on a short year of the Persian calendar is one of the 1300s."""


@record
class Written:
    """A piece of a line that is written in another way here."""

    start: int
    end: int
    here: str
    """What is written in its place."""
    say: str
    """The sentence's name on the page of SL006."""
    values: dict[str, str] = field(default_factory=dict)
    sure: bool = False
    """Whether it is a habit even if the mended line has another mistake."""
    code: str = "SL006"
    probably: bool = False
    """Whether it may have been meant otherwise."""


SENTENCES = (
    *("thousands", "thousands_or_decimals", "currency", "day", "day_or_month", "day_without_year"),
    *("clock", "habit"),
)
"""The sentences that figures speak with."""


def figures_in(text: str, dialect: Dialect, block: str, words: Words) -> Iterator[Written]:
    """Yield the figures of a line that are written in another way here."""
    yield from _days(text, dialect, words)
    yield from _hours(text, block)
    yield from _amounts(text)
    yield from _long_numbers(text)
    yield from _lengths(text, dialect, words)


def _days(text: str, dialect: Dialect, words: Words) -> Iterator[Written]:
    for found in _YEAR_FIRST.finditer(text):
        day = _day(found[1], found[2], found[3], dialect)
        if day is not None and day != found.group():
            yield Written(*found.span(), day, "day")
    for found in _DAY_FIRST.finditer(text):
        yield from _numbered_day(found, dialect)
    months = words(dialect.language, "months")
    if months:
        yield from _named_days(text, months, dialect, _LEAP_YEARS[dialect.calendar])
    foreign_months = words(dialect.language, "gregorian_months")
    if foreign_months:
        yield from _named_days(text, foreign_months, dialect, None)


def _numbered_day(found: re.Match[str], dialect: Dialect) -> Iterator[Written]:
    if dialect.calendar == "jalali" and len(found[4]) == 2:
        yield from _short_jalali_day(found, dialect)
        return
    year = found[4] if len(found[4]) > 2 else f"20{found[4]}"
    as_day_first = _day(year, found[3], found[1], dialect)
    as_month_first = _day(year, found[1], found[3], dialect)
    marks = "/-" if dialect.language == "en" else "/"
    if as_day_first and as_month_first and as_day_first != as_month_first and found[2] in marks:
        yield Written(*found.span(), as_day_first, "day_or_month", {"other": as_month_first})
    elif as_day_first or as_month_first:
        yield Written(*found.span(), as_day_first or as_month_first or "", "day")


def _short_jalali_day(found: re.Match[str], dialect: Dialect) -> Iterator[Written]:
    """Give a day whose year has two digits: of this century of the Persian calendar, or of the one before."""
    ways = [(found[1], found[3], found[4]), (found[4], found[3], found[1])]
    days = [
        _day(f"{'14' if int(year) < _NEXT_CENTURY else '13'}{year}", month, day, dialect)
        for year, month, day in ways
        if len(year) == 2
    ]
    possible = list(dict.fromkeys(day for day in days if day))
    if len(possible) > 1:
        yield Written(*found.span(), possible[0], "day_or_month", {"other": possible[1]})
    elif possible:
        yield Written(*found.span(), possible[0], "day")


def _named_days(
    text: str, months: dict[str, int], dialect: Dialect, any_year: str | None
) -> Iterator[Written]:
    """Yield the days whose month has a name; `any_year` has all days, None where the year has to be known."""
    names = "|".join(sorted(months, key=len, reverse=True))
    day, year = r"(?P<day>\d{1,2})(?:[snr][td]|th)?\.?", r"(?:,?\s+(?P<year>\d{4}))?"
    month = rf"(?P<month>{names})\b\.?"
    for pattern in (rf"(?<!\w){day}\s+{month}{year}", rf"\b{month}\s+{day}(?!\d){year}"):
        for found in re.finditer(pattern, text, re.IGNORECASE):
            number = str(months[found["month"].casefold()])
            if found["year"] is not None:
                written = _day(found["year"], number, found["day"], dialect)
                if written is not None:
                    yield Written(*found.span(), written, "day")
            elif any_year is not None:
                written = _day(any_year, number, found["day"], dialect)
                if written is not None:
                    # No year is written, so none can be known: the reader puts it in.
                    yield Written(*found.span(), written, "day_without_year", {"rest": written[5:]})


def _day(year: str, month: str, day: str, dialect: Dialect) -> str | None:
    """Give a day as it is written in the language, or None where its calendar has no such day."""
    written = dialect.date_separator.join((f"{int(year):04}", f"{int(month):02}", f"{int(day):02}"))
    return written if real_day(written, dialect.calendar) is not None else None


def _hours(text: str, block: str) -> Iterator[Written]:
    if block in {"calendar_line", "spec_line"}:
        for found in _HOURS.finditer(text):
            opens, closes = _time(found[1]), _time(found[2])
            if opens and closes and f"{opens}-{closes}" != found.group():
                # `9-5` are the hours of a day, and `22-6` those of a night.
                unclear = opens >= closes and not found.group().casefold().endswith("m")
                yield Written(*found.span(), f"{opens}-{closes}", "clock", probably=unclear)
    if block == "scenario_line":
        for found in _TIME.finditer(text):
            clock = _time(found[1])
            if clock and clock != found[1]:
                yield Written(*found.span(), clock, "clock")


def _time(text: str) -> str | None:
    """Give a time of the day as it is written here: `8pm` is 20:00."""
    parts = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:([ap])\.?m\.?)?", text.strip(), re.IGNORECASE)
    if parts is None:
        return None
    hour, minute = int(parts[1]), parts[2] or "00"
    if parts[3]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if parts[3].casefold() == "p" else 0)
    return f"{hour:02}:{minute}" if hour <= 24 and int(minute) < 60 else None


def _amounts(text: str) -> Iterator[Written]:
    for found in _AMOUNT.finditer(text):
        amount = next(part for part in (found["a"], found["b"], found["c"]) if part)
        long_number = _LONG_NUMBER.fullmatch(amount)
        decimal_comma = re.fullmatch(r"\d+,\d{1,2}", amount)
        plain = _plain(amount)[0] if long_number or decimal_comma else amount
        yield Written(*found.span(), plain, "currency")


def _long_numbers(text: str) -> Iterator[Written]:
    for found in _LONG_NUMBER.finditer(text):
        plain, other = _plain(found.group())
        if other is not None:
            yield Written(*found.span(), plain, "thousands_or_decimals", {"other": other})
        else:
            yield Written(*found.span(), plain, "thousands")
    for found in _THOUSANDS_AS_K.finditer(text):
        yield Written(*found.span(), f"{(Decimal(found[1]) * 1000).normalize():f}", "habit")


def _plain(number: str) -> tuple[str, str | None]:
    """Give a number without marks between its thousands, and what else it may mean."""
    digits = re.sub(rf"[{_SPACE}'’]", "", number).replace("،", ",")
    if "\u066b" in digits:
        return re.sub("[.,]", "", digits).replace("\u066b", "."), None
    marks = [mark for mark in digits if mark in ".,"]
    if len(set(marks)) > 1:
        head, _, tail = digits.rpartition(marks[-1])
        return f"{re.sub('[.,]', '', head)}.{tail}", None
    plain = re.sub("[.,]", "", digits)
    if len(marks) != 1:
        return plain, None
    head, _, tail = digits.partition(marks[0])
    if len(tail) < 3 or len(digits) != len(number):
        return f"{head}.{tail}", None
    return plain, f"{head}.{tail}"


def _lengths(text: str, dialect: Dialect, words: Words) -> Iterator[Written]:
    units = words(dialect.language, "units")
    for found in re.finditer(r"(?<![\w.])(\d+)( ?)([^\W\d_]+)\b(?:\.(?!\w))?", text):
        unit = units.get(found[3].casefold())
        if unit is not None:
            length = f"{found[1]} {dialect.counted(unit, int(found[1]))}"
            # A stop behind the whole word is not part of it, as it is behind `2 hrs.`
            if length.casefold() != f"{found[1]}{found[2]}{found[3]}".casefold():
                yield Written(*found.span(), length, "habit")
    spelled = "|".join(
        sorted((re.escape(word) for name in _UNIT_NAMES for word in dialect.spellings[name]), key=len)[::-1]
    )
    numbers = words(dialect.language, "numbers")
    if numbers:
        names = "|".join(sorted(numbers, key=len, reverse=True))
        for found in re.finditer(rf"\b({names}) ((?:{spelled})(?!\w))", text, re.IGNORECASE):
            yield Written(*found.span(), f"{numbers[found[1].casefold()]} {found[2]}", "habit")
    for found in re.finditer(rf"\d+(?:[,،]? [^\W\d]+ \d+|[,،] ?\d+)+ ({spelled})(?!\w)", text):
        unit = next(name for name in _UNIT_NAMES if found[1].casefold() in dialect.spellings[name])
        amounts = map(int, re.findall(r"\d+", found.group()))
        listed = f"{dialect.comma} ".join(f"{amount} {dialect.counted(unit, amount)}" for amount in amounts)
        yield Written(*found.span(), listed, "habit")
