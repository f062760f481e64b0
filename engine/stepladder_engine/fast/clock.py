"""The kernel's calendar: the arithmetic of `calendars.zone` in whole numbers, from tables of the zone.

A moment beyond the tables hands the case over to the reference executor.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.parts import part

Memory = MutableSequence[int]


@part
def last_at_most(m: Memory, first: int, count: int, value: int) -> int:
    """Give the place of the last of some rising cells that is at most a value, -1 where none is."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if m[first + middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low - 1


@part
def local_of(m: Memory, moment: int) -> int:
    """Give the local time of a moment: microseconds since the first of January 1970 on the wall's clock."""
    if moment < m[at.ZONE_FIRST] or moment > m[at.ZONE_LAST]:
        m[at.ERROR] = at.HANDED
        return 0
    breaks, hint = m[at.ZONE_BREAKS], m[at.ZONE_HINT]
    if moment < m[breaks + hint] or moment >= m[breaks + hint + 1]:
        hint = last_at_most(m, breaks, m[at.ZONE_COUNT], moment)
        m[at.ZONE_HINT] = hint
    return moment + m[m[at.ZONE_OFFSETS] + hint]


@part
def moment_of(m: Memory, local: int) -> int:
    """Give the moment of a local time; one that does not exist moves forward, of two it is the first."""
    if local < m[at.ZONE_FIRST] or local > m[at.ZONE_LAST]:
        m[at.ERROR] = at.HANDED
        return 0
    breaks, hint = m[at.ZONE_LOCAL], m[at.ZONE_LOCAL_HINT]
    if local < m[breaks + hint] or local >= m[breaks + hint + 1]:
        hint = last_at_most(m, breaks, m[at.ZONE_COUNT], local)
        m[at.ZONE_LOCAL_HINT] = hint
    return local - m[m[at.ZONE_OFFSETS] + hint]


@part
def month_of(m: Memory, day: int) -> int:
    """Give the place of a day's month in the table of first days."""
    first, count = m[at.MONTH_STARTS], m[at.MONTH_COUNT]
    if day < m[first] or day >= m[first + count - 1]:
        m[at.ERROR] = at.HANDED
        return 0
    # 400 years have 146,097 days; what that misses is a month at most.
    place = min((day - m[first]) * 4800 // 146097, count - 2)
    while m[first + place] > day:
        place -= 1
    while m[first + place + 1] <= day:
        place += 1
    return place


@part
def add_months(m: Memory, day: int, months: int) -> int:
    """Give the same day some months later, or that month's last day where it has no such day."""
    place = month_of(m, day)
    target = place + months
    if target < 0 or target >= m[at.MONTH_COUNT] - 1:
        m[at.ERROR] = at.HANDED
        return day
    first = m[at.MONTH_STARTS]
    return min(m[first + target] + day - m[first + place], m[first + target + 1] - 1)


@part
def shifted(m: Memory, moment: int, months: int, days: int) -> int:
    """Move the local date by months or days and keep the time of day."""
    local = local_of(m, moment)
    if months != 0:
        day = local // at.MICROSECOND_DAY
        return moment_of(m, local + (add_months(m, day, months) - day) * at.MICROSECOND_DAY)
    return moment_of(m, local + days * at.MICROSECOND_DAY)


@part
def day_of(m: Memory, moment: int) -> int:
    """Give the local day of a moment."""
    return local_of(m, moment) // at.MICROSECOND_DAY


@part
def start_of(m: Memory, day: int) -> int:
    """Give the first moment of a local day."""
    return moment_of(m, day * at.MICROSECOND_DAY)


@part
def end_of(m: Memory, day: int) -> int:
    """Give the last moment of a local day."""
    return start_of(m, day + 1) - 1


@part
def minute_of(m: Memory, day: int, minute: int) -> int:
    """Give the moment of a minute of a local day."""
    return moment_of(m, day * at.MICROSECOND_DAY + minute * at.MINUTE)


@part
def hours_of(m: Memory, table: int, day: int) -> int:
    """Give the address of where a day's open hours lie (first, how many), or 0 beyond the table."""
    place = day - m[table + at.H_FIRST]
    if place < 0 or place >= m[table + at.H_DAYS]:
        m[at.ERROR] = at.HANDED
        return 0
    return m[table + at.H_INDEX] + 2 * place


@part
def add_working_days(m: Memory, moment: int, table: int, amount: int) -> int:
    """Give the end of the opening hours of the N-th open day after the moment's day."""
    day = day_of(m, moment)
    left = amount
    while m[at.ERROR] == at.FINE:
        day += 1
        found = hours_of(m, table, day)
        if found != 0 and m[found + 1] > 0:
            left -= 1
            if left == 0:
                return minute_of(m, day, m[m[found] + 2 * m[found + 1] - 1])
    return 0


@part
def add_working_hours(m: Memory, moment: int, table: int, amount: int) -> int:
    """Give the moment at which so many open hours have passed."""
    left = amount * 60 * at.MINUTE
    day = day_of(m, moment)
    while m[at.ERROR] == at.FINE:
        found = hours_of(m, table, day)
        if found == 0:
            break
        for number in range(m[found + 1]):
            cell = m[found] + 2 * number
            begin = max(minute_of(m, day, m[cell]), moment)
            end = minute_of(m, day, m[cell + 1])
            if end - begin >= left:
                return begin + left
            left -= max(end - begin, 0)
        day += 1
    return 0


@part
def add(m: Memory, moment: int, duration: int, times: int) -> int:
    """Give the moment that lies so many times a duration later."""
    row = m[at.DURATION_TABLE] + duration * at.DURATION_WIDTH
    how, amount = m[row + at.D_HOW], m[row + at.D_AMOUNT] * times
    if how == at.EXACT:
        return moment + amount
    if how == at.DAYS:
        return shifted(m, moment, 0, amount)
    if how == at.MONTHS:
        return shifted(m, moment, amount, 0)
    table = m[at.CALENDAR_TABLE] + m[row + at.D_CALENDAR] * at.HOURS_WIDTH
    if how == at.WORKING_DAYS:
        return add_working_days(m, moment, table, amount)
    return add_working_hours(m, moment, table, amount)


@part
def add_to_day(m: Memory, day: int, duration: int) -> int:
    """Give the deadline that lies a duration after a day without a time."""
    row = m[at.DURATION_TABLE] + duration * at.DURATION_WIDTH
    how, amount = m[row + at.D_HOW], m[row + at.D_AMOUNT]
    if how == at.EXACT:
        return end_of(m, day) + amount
    if how == at.DAYS:
        return end_of(m, day + amount)
    if how == at.MONTHS:
        return end_of(m, add_months(m, day, amount))
    return add(m, start_of(m, day), duration, 1)


@part
def elapsed(m: Memory, start: int, now: int, unit: int) -> int:
    """Give the number of whole units between two moments; `unit` is a duration of one."""
    row = m[at.DURATION_TABLE] + unit * at.DURATION_WIDTH
    how, amount = m[row + at.D_HOW], m[row + at.D_AMOUNT]
    if how == at.EXACT:
        return (now - start) // amount
    first = local_of(m, start) // at.MICROSECOND_DAY
    last = local_of(m, now) // at.MICROSECOND_DAY
    count = (last - first) // amount if how == at.DAYS else (month_of(m, last) - month_of(m, first)) // amount
    while m[at.ERROR] == at.FINE and add(m, start, unit, count) > now:
        count -= 1
    while m[at.ERROR] == at.FINE and add(m, start, unit, count + 1) <= now:
        count += 1
    return count


@part
def written(m: Memory, moment: int) -> int:
    """Give a moment as texts tell it: the last instant of a minute is its last second."""
    local = local_of(m, moment)
    return moment - 999_999 if local % at.MINUTE == at.MINUTE - 1 else moment


@part
def next_open(m: Memory, hours: int, moment: int) -> int:
    """Give the first moment from one on at which somebody may be contacted; `hours` -1: at any time."""
    if hours < 0:
        return moment
    table = m[at.HOURS_TABLE] + hours * at.HOURS_WIDTH
    day = day_of(m, moment)
    if m[at.ERROR] == at.FINE and moment == end_of(m, day):
        while m[at.ERROR] == at.FINE:
            found = hours_of(m, table, day)
            if found != 0 and m[found + 1] > 0:
                return end_of(m, day)
            day += 1
        return moment
    # What is open until midnight ends on the day after.
    day -= 1
    while m[at.ERROR] == at.FINE:
        found = hours_of(m, table, day)
        if found == 0:
            break
        for number in range(m[found + 1]):
            cell = m[found] + 3 * number
            last = minute_of(m, day, m[cell + 1])
            if moment < last or (m[cell + 2] != 0 and moment == last):
                return max(moment, minute_of(m, day, m[cell]))
        day += 1
    return moment
