"""Days and times in cells of text, in an explicit format or ISO 8601, read without a text for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from stepladder_dsl.jalali import FIRST_GREGORIAN_YEAR, gregorian_day
from stepladder_engine.calendars.many import NOT_SURE, Moments
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.dates import FIRST_YEAR, LAST_YEAR, DateFormat, DateReader, UsualJalali
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.columns import DAYS_BEFORE_1970
from stepladder_engine.fast.read.compiling import can_compile, compiled
from stepladder_engine.fast.read.number_cells import EMPTY, READ, UNSURE, States
from stepladder_engine.fast.read.text_table import Bytes, Whole

IN_UTC = 3
"""The state of a cell that says by itself how far its clock is from UTC; `READ` times are local."""

DAY = 86_400_000_000
EARLIEST = (date(FIRST_YEAR, 1, 2).toordinal() - DAYS_BEFORE_1970) * DAY
LATEST = (date(LAST_YEAR, 12, 31).toordinal() - DAYS_BEFORE_1970) * DAY
"""Moments from the one on and before the other lie in the years of which dates are, by any clock."""
_TOKENS = ("year", "short_year", "month", "day", "hour", "minute", "second", "half")
_SPACES, _BYTE, _USUAL_JALALI = 8, 9, 10
_FIRST_SHORT, _FIRST_JALALI = 1969, 1348
"""The first years that two digits may mean."""


@compiled
def _is_digit(byte: int) -> bool:
    return 48 <= byte <= 57


@compiled
def _is_space(byte: int) -> bool:
    return byte == 32 or 9 <= byte <= 13


@compiled
def _two(data: Bytes, at: int, last: int) -> int:
    """Give the number of exactly two digits, or -1."""
    if at + 2 > last or not _is_digit(data[at]) or not _is_digit(data[at + 1]):
        return -1
    return int(data[at] - 48) * 10 + int(data[at + 1]) - 48


@compiled
def _four(data: Bytes, at: int, last: int) -> int:
    """Give the number of exactly four digits, or -1."""
    high, low = _two(data, at, last), _two(data, at + 2, last)
    return -1 if high < 0 or low < 0 else high * 100 + low


@compiled
def _days_of(year: int, month: int, day: int) -> int:
    """Give the days since the start of 1970, or `UNKNOWN` where the calendar has no such day."""
    if month < 1 or month > 12 or day < 1 or year < 1:
        return UNKNOWN
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 31
    if month == 2:
        length = 29 if leap else 28
    elif month in (4, 6, 9, 11):
        length = 30
    if day > length:
        return UNKNOWN
    years = year if month > 2 else year - 1
    shifted = month - 3 if month > 2 else month + 9
    era = years // 400
    of_era = years - era * 400
    of_year = (153 * shifted + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@compiled
def _jalali_days_of(year: int, month: int, day: int, first_days: Whole) -> int:
    """Do the same for the Jalali calendar; `first_days` has the first day of each of its years."""
    if year < 1 or year + 1 >= len(first_days) or month < 1 or month > 12 or day < 1:
        return UNKNOWN
    length = 31 if month <= 6 else 30
    if month == 12 and first_days[year + 1] - first_days[year] == 365:
        length = 29
    if day > length:
        return UNKNOWN
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return int(first_days[year]) + before + day - 1


@compiled
def _clock(data: Bytes, at: int, last: int) -> tuple[int, int, int]:
    """Read `:mm`, `:ss` and a fraction: gives where they end (-1 for another shape), and the time.

    A third number tells that there is no such time.
    """
    minute = _two(data, at + 1, last) if at < last and data[at] == 58 else -1
    if minute < 0:
        return -1, 0, 0
    at += 3
    second = fraction = 0
    if at < last and data[at] == 58:
        second = _two(data, at + 1, last)
        if second < 0:
            return -1, 0, 0
        at += 3
        if at < last and data[at] == 46:
            at += 1
            weight = 100_000
            if at == last or not _is_digit(data[at]):
                return -1, 0, 0
            while at < last and _is_digit(data[at]):
                if weight == 0:
                    return -1, 0, 0
                fraction += (data[at] - 48) * weight
                weight //= 10
                at += 1
    wrong = 1 if minute > 59 or second > 59 else 0
    return at, (minute * 60 + second) * 1_000_000 + fraction, wrong


@compiled
def _offset(data: Bytes, at: int, last: int) -> tuple[int, int, int]:
    """Read what may stand behind a time: 0 for another shape, 1 for nothing, 2 for an offset; and it."""
    if at == last:
        return 1, 0, 0
    if _is_space(data[at]):
        at += 1
        if at == last:
            return 1, 0, 0
    if data[at] == 90:
        return (2 if at + 1 == last else 0), 0, 0
    sign = 1 if data[at] == 43 else -1
    if data[at] not in (43, 45):
        return 0, 0, 0
    hours = _two(data, at + 1, last)
    at += 3
    if at < last and data[at] == 58:
        at += 1
    minutes = _two(data, at, last)
    if hours < 0 or minutes < 0 or at + 2 != last:
        return 0, 0, 0
    return 2, sign * (hours * 60 + minutes) * 60_000_000, 1 if hours > 23 or minutes > 59 else 0


@compiled
def _behind_day(data: Bytes, at: int, last: int, days: int, fewest: int) -> tuple[int, int]:
    """Read the time behind a day, from the hour on: gives the state (-1 for another shape) and the moment."""
    hour = _two(data, at, last)
    behind = at + 2
    if hour < 0 and fewest == 1 and at < last and _is_digit(data[at]):
        hour = int(data[at]) - 48
        behind = at + 1
    if hour < 0:
        return -1, 0
    behind, time, wrong = _clock(data, behind, last)
    if behind < 0:
        return -1, 0
    kind, offset, wrong_offset = _offset(data, behind, last)
    if kind == 0:
        return -1, 0
    if wrong or wrong_offset or hour > 23 or days == UNKNOWN:
        return UNSURE, 0
    return (READ if kind == 1 else IN_UTC), days * DAY + hour * 3_600_000_000 + time - offset


@compiled
def _iso(data: Bytes, at: int, last: int) -> tuple[int, int, int]:
    """Read ISO 8601: gives the state (-1 for another shape), the moment and its year."""
    year, month, day = _four(data, at, last), _two(data, at + 5, last), _two(data, at + 8, last)
    if year < 0 or month < 0 or day < 0 or data[at + 4] != 45 or data[at + 7] != 45:
        return -1, 0, 0
    days = _days_of(year, month, day)
    if at + 10 == last:
        return (UNSURE if days == UNKNOWN else READ), days * DAY if days != UNKNOWN else 0, year
    if data[at + 10] not in (84, 32):
        return -1, 0, 0
    state, moment = _behind_day(data, at + 11, last, days, 2)
    return state, moment, year


@compiled
def _usual_jalali(data: Bytes, at: int, last: int, first_days: Whole) -> tuple[int, int]:
    """Read `1405/01/15` or `1405-1-15`, perhaps with a time: gives the state (-1 for another shape)."""
    year = _four(data, at, last)
    if year < 0 or year >= FIRST_GREGORIAN_YEAR or at + 4 >= last or data[at + 4] not in (45, 47):
        return -1, 0
    mark = data[at + 4]
    at += 5
    month = _two(data, at, last)
    width = 2
    if month < 0 and at < last and _is_digit(data[at]):
        month = int(data[at]) - 48
        width = 1
    at += width
    if month < 0 or at >= last or data[at] != mark:
        return -1, 0
    at += 1
    day = _two(data, at, last)
    width = 2
    if day < 0 and at < last and _is_digit(data[at]):
        day = int(data[at]) - 48
        width = 1
    at += width
    if day < 0:
        return -1, 0
    days = _jalali_days_of(year, month, day, first_days)
    if at == last:
        return (UNSURE, 0) if days == UNKNOWN else (READ, days * DAY)
    if data[at] == 84:
        at += 1
    elif _is_space(data[at]):
        while at < last and _is_space(data[at]):
            at += 1
    else:
        return -1, 0
    return _behind_day(data, at, last, days, 1)


@compiled
def _by_format(
    data: Bytes, at: int, last: int, tokens: Whole, first: int, behind: int, jalali: int, first_days: Whole
) -> tuple[int, int]:
    """Read a moment in one format: gives the state (-1 where it is not written so) and the moment.

    The format's `tokens` are those from the `first` on: what it is, and what is wanted of it.
    """
    year = month = day = -1
    hour = minute = second = 0
    half = -1
    for index in range(first, behind):
        token, wanted = tokens[2 * index], tokens[2 * index + 1]
        if token == _SPACES:
            if at == last or not _is_space(data[at]):
                return -1, 0
            while at < last and _is_space(data[at]):
                at += 1
        elif token == _BYTE:
            if at == last or (data[at] != wanted and not (wanted == 116 and data[at] == 84)):
                return -1, 0
            at += 1
        elif token == 0:
            year = _four(data, at, last)
            if year < 0:
                return -1, 0
            at += 4
        elif token == 7:
            if at + 2 > last or data[at + 1] | 32 != 109 or data[at] | 32 not in (97, 112):
                return -1, 0
            half = 0 if data[at] | 32 == 97 else 1
            at += 2
        else:
            value = _two(data, at, last)
            width = 2
            if value < 0:
                if wanted or at == last or not _is_digit(data[at]):
                    return -1, 0
                value = int(data[at]) - 48
                width = 1
            at += width
            if token == 1:
                century = _FIRST_JALALI if jalali else _FIRST_SHORT
                year = century + (value - century) % 100
            elif token == 2:
                month = value
            elif token == 3:
                day = value
            elif token == 4:
                hour = value
            elif token == 5:
                minute = value
            else:
                second = value
    if at != last or (jalali and year >= FIRST_GREGORIAN_YEAR):
        return -1, 0
    if half >= 0:
        if hour < 1 or hour > 12:
            return UNSURE, 0
        hour = hour % 12 + 12 * half
    days = _jalali_days_of(year, month, day, first_days) if jalali else _days_of(year, month, day)
    if days == UNKNOWN or hour > 23 or minute > 59 or second > 59:
        return UNSURE, 0
    return READ, days * DAY + ((hour * 60 + minute) * 60 + second) * 1_000_000


@compiled
def _read_moments(
    data: Bytes,
    start: Whole,
    end: Whole,
    tokens: Whole,
    formats: Whole,
    first_days: Whole,
    earliest: int,
    latest: int,
    moments: Whole,
    states: Bytes,
) -> None:
    """Read each cell in the first format that it is written in, and else by ISO 8601."""
    for row in range(len(start)):
        at, last = start[row], end[row]
        while at < last and (_is_space(data[at]) or 28 <= data[at] <= 31):
            at += 1
        while at < last and (_is_space(data[last - 1]) or 28 <= data[last - 1] <= 31):
            last -= 1
        moments[row] = UNKNOWN
        if at == last:
            states[row] = EMPTY
            continue
        state = -1
        moment = 0
        for index in range(len(formats) // 3):
            first, behind, jalali = formats[3 * index], formats[3 * index + 1], formats[3 * index + 2]
            if jalali == 2:
                state, moment = _usual_jalali(data, at, last, first_days)
            else:
                state, moment = _by_format(data, at, last, tokens, first, behind, jalali, first_days)
            if state >= 0:
                break
        if state < 0:
            state, moment, _ = _iso(data, at, last)
        # A day more or less lies between the year as it is written and the one in UTC.
        if state in (READ, IN_UTC) and earliest <= moment < latest:
            moments[row] = moment
            states[row] = state
        else:
            states[row] = UNSURE


class MomentShapes:
    """The formats of a source as tables for the compiled loop."""

    def __init__(self, reader: DateReader) -> None:
        tokens: list[tuple[int, int]] = []
        formats: list[tuple[int, int, int]] = []
        for form in reader.formats:
            first = len(tokens)
            if isinstance(form, UsualJalali):
                formats.append((first, first, 2))
            elif isinstance(form, DateFormat):
                # Numbers of days are of no shape that another format has, so their place does not matter.
                tokens.extend(_tokens(form))
                formats.append((first, len(tokens), int(form.is_jalali)))
        self._tokens = np.array(tokens, np.int64).reshape(-1)
        self._formats = np.array(formats, np.int64).reshape(-1)
        self._first_days = (
            _jalali_years() if any(jalali for _, _, jalali in formats) else np.zeros(0, np.int64)
        )

    def read(self, data: Bytes, start: Whole, end: Whole) -> tuple[Whole, States]:
        """Give the moments of cells, local ones as if the clock were UTC, and what is known of each."""
        moments, states = np.empty(len(start), np.int64), np.empty(len(start), np.uint8)
        tables = (self._tokens, self._formats, self._first_days)
        _read_moments(data, start, end, *tables, EARLIEST, LATEST, moments, states)
        return moments, states


def _tokens(form: DateFormat) -> Sequence[tuple[int, int]]:
    tokens: list[tuple[int, int]] = []
    for part in form.parts:
        if part.name:
            tokens.append((_TOKENS.index(part.name), int(part.fixed)))
        for letter in part.between:
            if letter.isspace():
                tokens.append((_SPACES, 0))
            else:
                tokens.extend((_BYTE, byte) for byte in letter.encode())
    return tokens


def _jalali_years() -> Whole:
    """Give the first day of every Jalali year up to the first that means a Gregorian one."""
    days = [gregorian_day(year, 1, 1).toordinal() for year in range(1, FIRST_GREGORIAN_YEAR + 1)]
    return np.array([0, *days], np.int64) - DAYS_BEFORE_1970


class LocalTimes:
    """Instants of local times: by the day where no clock changes, and one by one on the other days."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._moments = Moments(zone)
        self._first = date(FIRST_YEAR, 1, 1).toordinal() - DAYS_BEFORE_1970
        count = date(LAST_YEAR, 12, 31).toordinal() - DAYS_BEFORE_1970 - self._first + 1
        self._offsets = np.full(count, _NOT_LOOKED_UP, np.int64)

    def instants(self, local: Whole) -> Whole:
        """Give the instants of known local times between the first and the last year."""
        if can_compile() and len(local):
            first, last = int(local.min()) // DAY - self._first, int(local.max()) // DAY - self._first
            if last - first < min(_FEW_DAYS, len(local)):
                between = np.arange(first, last + 1)
                missing = between[self._offsets[between] == _NOT_LOOKED_UP]
                if len(missing):
                    self._look_up(missing)
            plain = np.empty(len(local), np.int64)
            if _moved(local, self._first, self._offsets, plain):
                return plain
        days = local // DAY - self._first
        offsets = self._offsets[days]
        if np.any(offsets == _NOT_LOOKED_UP):
            there = np.zeros(len(self._offsets), np.bool_)
            there[days] = True
            self._look_up(np.flatnonzero(there & (self._offsets == _NOT_LOOKED_UP)))
            offsets = self._offsets[days]
        instants = local - offsets
        changing = np.flatnonzero(offsets == _CHANGING)
        if len(changing):
            times, which = np.unique(local[changing], return_inverse=True)
            exact = [self._zone.instant(_clock_time(time)) for time in times.tolist()]
            instants[changing] = np.array(exact, np.int64)[which]
        return instants

    def _look_up(self, places: Whole) -> None:
        """Note how far the clock is from UTC on days, where it is the same all day."""
        found = self._moments.offsets_on(places + self._first)
        self._offsets[places] = np.where(found == NOT_SURE, _CHANGING, found)


_FEW_DAYS = 1000
"""Times so near each other have most of the days between them: none of these is looked for first."""
_NOT_LOOKED_UP, _CHANGING = 2 * DAY, 3 * DAY
"""No clock is so far from UTC."""


@compiled
def _moved(local: Whole, first: int, offsets: Whole, found: Whole) -> bool:
    """Take the offset of its day from each time, and tell whether each of these days has one all day long."""
    sure = True
    for row in range(len(local)):
        offset = offsets[local[row] // DAY - first]
        found[row] = local[row] - offset
        sure &= offset < _NOT_LOOKED_UP
    return sure


def _clock_time(local: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(microseconds=local)  # noqa: DTZ001 (a local clock, without a zone)
