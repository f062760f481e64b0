"""The kernel's calendar gives what `Zone` gives: months, clock changes, open hours, quiet hours."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Calendar, ContactHours
from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.fast import clock
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock_tables import (
    calendar_hours,
    contact_hours,
    day_table,
    month_table,
    zone_tables,
)
from stepladder_engine.fast.lower import EPOCH_DAY, Lowering

SHOP = Calendar(
    "shop",
    week=dict.fromkeys(range(5), ((540, 780), (840, 1080))) | {5: ((600, 840),)},
    closed=((date(2026, 3, 2), date(2026, 3, 4)),),
    opened=((date(2026, 3, 29), date(2026, 3, 29), ((120, 300),)),),
)
HOURS = (
    ContactHours(quiet=((0, 540), (1200, 1440))),
    ContactHours(quiet=((150, 210),), quiet_days=(6,)),
    ContactHours(quiet=((720, 780),), calendar="shop"),
)
ZONES = ("Europe/Sofia", "Asia/Tehran", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
FIRST, LAST = date(2009, 1, 1), date(2045, 1, 1)
UNITS = tuple(Unit)


def fresh(name: str) -> tuple[Zone, list[int], list[Duration]]:
    """Give a zone, a memory that nobody has used, and the durations that it knows, in its order."""
    zone, memory, durations = memory_of(name)
    return zone, list(memory), durations


@cache
def memory_of(name: str) -> tuple[Zone, list[int], list[Duration]]:
    """Give a zone, and a memory that knows its offsets, a calendar, quiet hours and some durations."""
    zone = Zone(name, {"shop": SHOP})
    durations = [Duration(amount, unit) for unit in UNITS for amount in (1, 2, 5)]
    durations += [Duration(amount, unit, "shop") for unit in (Unit.DAY, Unit.HOUR) for amount in (1, 5, 60)]
    nothing: Any = None
    lowering = Lowering(nothing, {}, {}, ["shop"])
    for duration in durations:
        lowering.duration(duration)
    memory = [0] * at.HEADER

    def put(cells: Any) -> int:
        address = len(memory)
        memory.extend(cells)
        return address

    first, last = FIRST.toordinal() - EPOCH_DAY, LAST.toordinal() - EPOCH_DAY
    breaks, local, offsets = zone_tables(zone, first, last)
    memory[at.ZONE_BREAKS], memory[at.ZONE_LOCAL], memory[at.ZONE_OFFSETS] = map(
        put, (breaks, local, offsets)
    )
    memory[at.ZONE_COUNT] = len(offsets)
    months = month_table(first, last)
    memory[at.MONTH_STARTS], memory[at.MONTH_COUNT] = put(months), len(months)
    memory[at.ZONE_FIRST], memory[at.ZONE_LAST] = (
        (first + 2) * at.MICROSECOND_DAY,
        (last - 2) * at.MICROSECOND_DAY,
    )
    memory[at.CALENDAR_TABLE] = put(day_table(put, calendar_hours(zone, SHOP), first, last))
    contacts = [contact_hours(zone, hours, {"shop": SHOP}) for hours in HOURS]
    rows = [cell for hours in contacts for cell in day_table(put, hours, first, last)]
    memory[at.HOURS_TABLE] = put(rows)
    memory[at.DURATION_TABLE] = put(cell for row in lowering.durations for cell in row)
    known = {lowering.duration(duration): duration for duration in reversed(durations)}
    return zone, memory, [known[place] for place in range(len(lowering.durations))]


DAY = at.MICROSECOND_DAY
# Five days around the changes of clocks come up as often as everything else.
MOMENTS = st.one_of(
    st.integers(1_300_000_000, 1_800_000_000).map(lambda seconds: seconds * 1_000_000),
    st.integers(0, 5 * 24 * 4).map(lambda quarter: 1_774_500_000_000_000 + quarter * 900_000_000),
    st.integers(0, 5 * 24 * 4).map(lambda quarter: 1_761_200_000_000_000 + quarter * 900_000_000),
    st.integers(16_000, 20_000).map(lambda day: day * DAY - 1),
)


@given(st.sampled_from(ZONES), MOMENTS, st.integers(0, 100), st.integers(1, 3))
def test_adding_durations(name: str, moment: int, number: int, times: int) -> None:
    zone, memory, durations = fresh(name)
    duration = durations[number % len(durations)]
    times = 1 if duration.calendar else times
    expected = zone.add(moment, duration, times)
    assert clock.add(memory, moment, number % len(durations), times) == expected
    day = zone.day(moment)
    counted = clock.add_to_day(memory, day.toordinal() - EPOCH_DAY, number % len(durations))
    assert counted == zone.add_to_day(day, duration)
    assert memory[at.ERROR] == at.FINE


@given(st.sampled_from(ZONES), MOMENTS, MOMENTS, st.sampled_from(UNITS))
def test_elapsed_time(name: str, start: int, now: int, unit: Unit) -> None:
    zone, memory, durations = fresh(name)
    number = durations.index(Duration(1, unit))
    assert clock.elapsed(memory, start, now, number) == zone.elapsed(start, now, unit)


@given(st.sampled_from(ZONES), MOMENTS, st.sampled_from(range(len(HOURS))))
def test_when_somebody_may_be_contacted(name: str, moment: int, number: int) -> None:
    zone, memory, _ = fresh(name)
    assert clock.next_open(memory, number, moment) == ContactTimes(zone, HOURS[number]).next_open(moment)


@given(st.sampled_from(ZONES), st.integers(-(10**17), 10**17).filter(lambda moment: not 0 < moment < 10**16))
def test_a_moment_beyond_the_tables_is_left_to_the_reference(name: str, moment: int) -> None:
    _, memory, _ = fresh(name)
    clock.local_of(memory, moment)
    assert memory[at.ERROR] == at.HANDED
