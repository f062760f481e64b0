"""The short ways of a zone's arithmetic lead where the zone itself does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.offsets import DAY, SECOND
from stepladder_engine.calendars.zone import HOUR, MINUTE, Zone, add_months

ODD_ZONES = (
    "UTC",
    "Europe/Sofia",
    "Europe/Amsterdam",  # until 1937 its offset had seconds
    "Atlantic/Azores",  # the clocks change at midnight, back into the day before
    "America/Havana",  # they change at midnight, forward
    "Asia/Beirut",
    "Africa/Casablanca",  # changes around Ramadan
    "Pacific/Apia",  # has no 30 December 2011
    "Antarctica/Troll",  # changes by two hours
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Tehran",
)
ZONES = {name: Zone(name) for name in ODD_ZONES}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}


def changes_of(name: str) -> list[int]:
    """Give the hours, since 1970, around which a zone changes its clocks between 1900 and 2040."""
    info = ZoneInfo(name)
    hours = range(-70 * 8766, 70 * 8766, 6)
    offsets = [(EPOCH + timedelta(hours=hour)).astimezone(info).utcoffset() for hour in hours]
    return [hour for hour, one, next_one in zip(hours, offsets, offsets[1:], strict=False) if one != next_one]


CHANGES = {name: changes_of(name) or [0] for name in ODD_ZONES}


@st.composite
def moments(draw: st.DrawFn, name: str) -> int:
    """Give a moment, as a rule one within two days of a change of clocks."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.integers(-60_000 * DAY, 2_900_000 * DAY))
    hour = draw(st.sampled_from(CHANGES[name])) + draw(st.integers(-48, 48))
    return hour * HOUR + draw(st.sampled_from((0, 0, 30 * MINUTE, 17 * MINUTE + 3 * SECOND, HOUR - 1)))


def plainly_local(info: ZoneInfo, instant: int) -> datetime:
    return (EPOCH + timedelta(microseconds=instant)).astimezone(info)


def plainly_added(info: ZoneInfo, instant: int, amount: int, unit: Unit) -> int:
    """Add a calendar duration as the rule says it, by the zone alone."""
    local = plainly_local(info, instant).replace(tzinfo=None)
    if unit in DAYS:
        moved = local + timedelta(days=amount * DAYS[unit])
    else:
        moved = datetime.combine(add_months(local.date(), amount * MONTHS[unit]), local.time())
    return (moved.replace(tzinfo=info, fold=0) - EPOCH) // timedelta(microseconds=1)


UNITS = st.sampled_from((*DAYS, *MONTHS))
DATA = st.data()


@pytest.mark.parametrize("name", ODD_ZONES)
@given(DATA, st.integers(-40, 40), UNITS)
def test_days_and_months_are_added_on_the_local_clock(
    name: str, data: st.DataObject, amount: int, unit: Unit
) -> None:
    instant = data.draw(moments(name))
    wanted = plainly_added(ZoneInfo(name), instant, amount, unit)
    assert ZONES[name].add(instant, Duration(1, unit), amount) == wanted


@pytest.mark.parametrize("name", ODD_ZONES)
@given(DATA, UNITS)
def test_whole_units_between_two_moments_are_the_most_that_can_be_added(
    name: str, data: st.DataObject, unit: Unit
) -> None:
    start, now = data.draw(moments(name)), data.draw(moments(name))
    count = ZONES[name].elapsed(start, now, unit)
    info = ZoneInfo(name)
    assert plainly_added(info, start, count, unit) <= now
    assert plainly_added(info, start, count + 1, unit) > now


@pytest.mark.parametrize("name", ODD_ZONES)
@given(DATA)
def test_moments_are_written_and_dated_by_the_local_clock(name: str, data: st.DataObject) -> None:
    instant = data.draw(moments(name))
    local = plainly_local(ZoneInfo(name), instant)
    ends_a_minute = local.microsecond == 999_999 and local.second == 59
    zone = ZONES[name]
    assert zone.text(instant) == (local.replace(microsecond=0) if ends_a_minute else local).isoformat()
    assert (zone.day(instant), zone.local(instant)) == (local.date(), local)
