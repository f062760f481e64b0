"""Dates as data files write them: formats such as `dd.mm.yyyy hh:mm`, by either calendar, and ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from stepladder_dsl.jalali import JALALI_AT_FIRST_SIGHT, gregorian_day, is_jalali_year
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.serial_dates import CellFormat, number_cell
from stepladder_engine.data.typed_text import DateText, NumberText

FIRST_YEAR, LAST_YEAR = 1600, 2400
"""Outside of these a date is a placeholder or a slip, and calendar arithmetic could leave Python's range."""

DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
"""Persian and Arabic digits are digits."""

JALALI = "jalali"
"""Begins the formats of the Jalali calendar; alone it stands for the usual way to write such dates."""

SERIAL = "serial"
"""Stands for the numbers by which spreadsheets count days."""

_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?", re.ASCII)
"""Of the years 1954 to 2118: other numbers are hardly ever dates."""
_MONTHS = 12
_TOKEN = re.compile(r"yyyy|yy|mm|mi|dd|hh|ss|am")
_ISO = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_PLAIN = re.compile(r"(?:1[6-9]|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?", re.ASCII)
"""A local time in a year that stands for itself."""
_USUAL_JALALI = re.compile(
    r"(?P<year>\d{4})(?P<mark>[/-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?:(?:T|\s+)(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_FIRST_SHORT_YEARS = {False: 1969, True: 1348}
"""Two digits of a year: of the hundred years from this one, as POSIX has it; both calendars' are the same."""


@record
class Moment:
    """What a cell says about time: a day, perhaps with a time of day, perhaps with an offset."""

    moment: datetime
    has_time: bool

    def day(self, zone: Zone) -> date:
        """Give the day; a time with an offset counts in the zone."""
        return zone.day(zone.aware_instant(self.moment)) if self.moment.tzinfo else self.moment.date()

    def instant(self, zone: Zone) -> Instant:
        """Give the instant; a day without a time means its start."""
        if self.moment.tzinfo:
            return zone.aware_instant(self.moment)
        return zone.instant(self.moment) if self.has_time else zone.start_of(self.moment.date())


class DateFormat:
    """One way in which a data file writes dates."""

    def __init__(self, text: str) -> None:
        """Take a format; raises ``ValueError`` where year, month and day are not all in it exactly once."""
        self.text = text
        first, _, rest = text.strip().casefold().partition(" ")
        self.is_jalali = first == JALALI
        self.parts = _parts(rest.strip() if self.is_jalali else text.strip().casefold())
        pattern = _pattern(self.parts)
        names = [part.name for part in self.parts if part.name]
        years = names.count("year") + names.count("short_year")
        if len(names) != len(set(names)) or years != 1 or not {"month", "day"} <= set(names):
            raise ValueError(text)
        if {"minute", "second", "half"} & set(names) and "hour" not in names:
            raise ValueError(text)
        self.has_time = "hour" in names
        self._regex = re.compile(pattern, re.ASCII | re.IGNORECASE)

    def is_swapped(self, text: str) -> bool:
        """Tell whether a text would be a date with day and month the other way round."""
        match = self._regex.fullmatch(text)
        return match is not None and int(match["month"]) > _MONTHS >= int(match["day"]) > 0

    def read(self, text: str) -> Moment | None:
        """Give what the text says, or None where it is not written like this.

        Raises ``ValueError`` for a date that does not exist.
        """
        match = self._regex.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        parts = {name: int(value) for name, value in found.items() if name != "half"}
        year = _year(parts, _FIRST_SHORT_YEARS[self.is_jalali])
        if self.is_jalali and not is_jalali_year(year):
            return None
        hour = _hour(parts.get("hour", 0), found.get("half"))
        make_day = gregorian_day if self.is_jalali else date
        day = make_day(year, parts["month"], parts["day"])
        clock = time(hour, parts.get("minute", 0), parts.get("second", 0))
        return Moment(datetime.combine(day, clock), self.has_time)


@record
class FormatPart:
    """A piece of a format: a part of the date by its name, or what stands between two parts."""

    name: str
    between: str = ""
    fixed: bool = False
    """Whether the part has always two digits."""


def _parts(text: str) -> list[FormatPart]:
    """Cut a format into its pieces."""
    parts: list[FormatPart] = []
    position = 0
    tokens = list(_TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        parts.append(FormatPart("", text[position : token.start()]))
        # `mm` behind the hour is minutes, as in `hh:mm`.
        is_minute = token[0] == "mm" and any(part.name == "hour" for part in parts)
        name = "minute" if is_minute else _NAMES[token[0]]
        parts.append(FormatPart(name, fixed=name == "short_year" or _is_glued(tokens, index)))
        position = token.end()
    return [*parts, FormatPart("", text[position:])]


def _pattern(parts: Sequence[FormatPart]) -> str:
    """Give the regular expression of a format."""
    return "".join(
        f"(?P<{part.name}>{_digits(part)})" if part.name else _between(part.between) for part in parts
    )


_NAMES = {
    "yyyy": "year",
    "yy": "short_year",
    "mm": "month",
    "mi": "minute",
    "dd": "day",
    "hh": "hour",
    "ss": "second",
    "am": "half",
}


def _is_glued(tokens: list[re.Match[str]], index: int) -> bool:
    """Tell whether a token stands right beside another, so that only its width tells them apart."""
    token = tokens[index]
    before = index > 0 and tokens[index - 1].end() == token.start()
    return before or (index + 1 < len(tokens) and tokens[index + 1].start() == token.end())


def _digits(part: FormatPart) -> str:
    if part.name == "half":
        return "am|pm"
    if part.name == "year":
        return r"\d{4}"
    return r"\d{2}" if part.fixed else r"\d{1,2}"


def _between(text: str) -> str:
    """Give the pattern of what stands between two parts; letters would be a slip in the format."""
    if any(character.isalnum() and character != "t" for character in text):
        raise ValueError(text)
    return "".join(r"\s+" if character.isspace() else re.escape(character) for character in text)


def _year(parts: dict[str, int], first_short_year: int) -> int:
    if "year" in parts:
        return parts["year"]
    return first_short_year + (parts["short_year"] - first_short_year) % 100


def _hour(hour: int, half: str | None) -> int:
    """Give the hour of the day; with `am` or `pm` it is one of twelve."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.casefold() == "pm" else 0)


class SerialDates:
    """Days as spreadsheets count them: `46083` is 2 March 2026, and `46083.5` its noon."""

    @staticmethod
    def read(text: str) -> Moment | None:
        """Give what the text says, or None where it is not written like this."""
        if _SERIAL.fullmatch(text) is None:
            return None
        cell = number_cell(text.replace(",", "."), CellFormat.DATE, from_1904=False)
        return None if cell is None else _iso(cell)

    @staticmethod
    def is_swapped(_text: str) -> bool:
        """Tell that a number has no month that could be its day."""
        return False


class UsualJalali:
    """The usual dates of the Jalali calendar: `1405/01/15` or `1405-01-15`, perhaps with a time."""

    @staticmethod
    def read(text: str) -> Moment | None:
        """Give what the text says, or None where it is not written like this.

        Raises ``ValueError`` for a date that does not exist.
        """
        match = _USUAL_JALALI.fullmatch(text)
        if match is None or not is_jalali_year(int(match["year"])):
            return None
        day = gregorian_day(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
        if match["hour"] is None:
            return _iso(day)
        return _iso(f"{day}T{match['hour']:0>2}{match['rest']}{match['offset'] or ''}")

    @staticmethod
    def is_swapped(_text: str) -> bool:
        """Tell that the order of such dates is never in doubt: the year comes first."""
        return False


def read_format(text: str) -> DateFormat | UsualJalali | SerialDates:
    """Give the reader of a format; raises ``ValueError`` where it does not say how a date is written."""
    named = text.strip().casefold()
    if named == SERIAL:
        return SerialDates()
    return UsualJalali() if named == JALALI else DateFormat(text)


def _iso(text: str) -> Moment | None:
    """Read ISO 8601; raises ``ValueError`` for a date that does not exist."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    if match["time"] is None:
        return Moment(datetime.fromisoformat(match["day"]), has_time=False)
    written = f"{match['day']}T{match['time']}{match['offset'] or ''}"
    return Moment(datetime.fromisoformat(written), has_time=True)


def _looks_jalali(text: str) -> bool:
    """Tell whether a text is a usual date of the Jalali calendar."""
    try:
        return UsualJalali.read(text) is not None
    except ValueError:
        return False


class DateReader:
    """Reads dates in the formats of a mapping: those first, in their order, then ISO 8601."""

    def __init__(self, formats: Sequence[str], zone: Zone) -> None:
        """Take formats that are in order."""
        self.formats = [read_format(text) for text in formats]
        self.zone = zone
        self._shown_formats = [*formats, "yyyy-mm-dd"]

    def moment(self, text: str) -> Moment | Fault:
        """Give what a cell says about time."""
        plain = text if text.isascii() else text.translate(DIGITS)
        try:
            readings = [_iso(plain)] if isinstance(text, DateText) else self._readings(plain)
            found = next((moment for moment in readings if moment is not None), None)
        except ValueError:
            swapped = any(form.is_swapped(plain) for form in self.formats)
            return Fault("SD046", "swapped" if swapped else "nonexistent", {"value": shown(text)})
        if found is None and isinstance(text, NumberText):
            return Fault("SD046", "number", {"value": shown(text)})
        if found is None and (counted := SerialDates.read(plain)) is not None:
            day = counted.moment.date().isoformat()
            return Fault("SD046", "serial", {"value": shown(text), "day": day})
        if found is None and _looks_jalali(plain):
            return Fault("SD046", "jalali", {"value": shown(text)})
        if found is None:
            return Fault("SD046", "", {"value": shown(text), "formats": self._shown_formats})
        if found.moment.year in JALALI_AT_FIRST_SIGHT:
            return Fault("SD046", "jalali", {"value": shown(text)})
        if not FIRST_YEAR <= found.moment.year <= LAST_YEAR:
            return Fault("SD046", "range", {"value": shown(text), "first": FIRST_YEAR, "last": LAST_YEAR})
        return found

    def _readings(self, text: str) -> Iterator[Moment | None]:
        for form in self.formats:
            yield form.read(text)
        yield _iso(text)

    def day(self, text: str) -> date | Fault:
        """Give the day that a cell says."""
        moment = self.moment(text)
        return moment if isinstance(moment, Fault) else moment.day(self.zone)

    def instant(self, text: str) -> Instant | Fault:
        """Give the instant that a cell says."""
        if not self.formats and _PLAIN.fullmatch(text):
            # The usual way to write a time: nothing else reads this form, so nothing else is tried.
            try:
                return self.zone.instant(datetime.fromisoformat(text))
            except ValueError:
                return self._instant(text)
        return self._instant(text)

    def _instant(self, text: str) -> Instant | Fault:
        moment = self.moment(text)
        return moment if isinstance(moment, Fault) else moment.instant(self.zone)
