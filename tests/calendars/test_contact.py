"""When somebody may be contacted, by a table of days written out by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Calendar, ContactHours
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.zone import MINUTE, NEVER, Zone

SHOP = Calendar(
    "shop",
    week={**dict.fromkeys(range(5), ((600, 780), (840, 1080))), 5: ((600, 840),)},
    closed=((date(2026, 12, 25), date(2026, 12, 26)),),
    opened=((date(2026, 12, 27), date(2026, 12, 27), ((720, 780),)),),
)
ZONE = Zone("Europe/Sofia", {"shop": SHOP})
NIGHT = ContactHours(((0, 540), (1200, 1440)))
"""From 20:00 to 9:00."""
SMALL_HOURS = ContactHours(((0, 210), (1200, 1440)))
"""From 20:00 to 3:30, which on one night does not exist and on another exists twice."""


def moved(hours: ContactHours, text: str) -> str:
    """Give when somebody may be contacted from a local moment (or one with an offset) on."""
    moment = datetime.fromisoformat(text)
    start = ZONE.aware_instant(moment) if moment.tzinfo else ZONE.instant(moment)
    found = ZONE.local(ContactTimes(ZONE, hours).next_open(start))
    return f"{found:%Y-%m-%d %H:%M:%S%z}" if moment.tzinfo else f"{found:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("2026-03-02 19:59:59", "2026-03-02 19:59:59"),
        ("2026-03-02 20:00", "2026-03-03 09:00:00"),
        ("2026-03-02 23:30", "2026-03-03 09:00:00"),
        ("2026-03-03 00:00", "2026-03-03 09:00:00"),
        ("2026-03-03 08:59:59", "2026-03-03 09:00:00"),
        ("2026-03-03 09:00", "2026-03-03 09:00:00"),
        # A date without a time is its whole day, and has open hours.
        ("2026-03-03 23:59:59.999999", "2026-03-03 23:59:59"),
        # The night in which the clocks go forward is an hour shorter, and ends at nine all the same.
        ("2026-03-28 22:00", "2026-03-29 09:00:00"),
        ("2026-10-24 22:00", "2026-10-25 09:00:00"),
        ("2028-02-28 22:00", "2028-02-29 09:00:00"),
        ("2026-12-31 22:00", "2027-01-01 09:00:00"),
    ],
)
def test_quiet_hours_begin_with_their_first_moment_and_end_before_their_last(wanted: str, found: str) -> None:
    assert moved(NIGHT, wanted) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        # 3:30 does not exist on 29 March: it moves on by as much as the clocks.
        ("2026-03-29 02:59:00+02:00", "2026-03-29 04:30:00+0300"),
        ("2026-03-29 04:10:00+03:00", "2026-03-29 04:30:00+0300"),
        # 3:30 exists twice on 25 October: the quiet hours end with the first, and do not come back.
        ("2026-10-25 03:10:00+03:00", "2026-10-25 03:30:00+0300"),
        ("2026-10-25 03:10:00+02:00", "2026-10-25 03:10:00+0200"),
        ("2026-10-25 03:40:00+02:00", "2026-10-25 03:40:00+0200"),
    ],
)
def test_quiet_hours_that_end_while_the_clocks_change(wanted: str, found: str) -> None:
    assert moved(SMALL_HOURS, wanted) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("2026-03-06 23:00", "2026-03-06 23:00:00"),
        ("2026-03-07 00:00", "2026-03-09 00:00:00"),
        ("2026-03-08 15:00", "2026-03-09 00:00:00"),
        ("2026-03-07 23:59:59.999999", "2026-03-09 23:59:59"),
    ],
)
def test_quiet_days_are_quiet_as_a_whole(wanted: str, found: str) -> None:
    assert moved(ContactHours(quiet_days=(5, 6)), wanted) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("2026-03-02 09:00", "2026-03-02 10:00:00"),
        ("2026-03-02 12:59", "2026-03-02 12:59:00"),
        # The moment of closing still belongs to the day: `2 working days` end with it.
        ("2026-03-02 13:00", "2026-03-02 13:00:00"),
        ("2026-03-02 13:01", "2026-03-02 14:00:00"),
        ("2026-03-02 18:00", "2026-03-02 18:00:00"),
        ("2026-03-02 18:01", "2026-03-03 10:00:00"),
        ("2026-03-07 14:01", "2026-03-09 10:00:00"),
        # Closed over Christmas, and open on a Sunday instead.
        ("2026-12-24 19:00", "2026-12-27 12:00:00"),
        ("2026-12-25 23:59:59.999999", "2026-12-27 23:59:59"),
    ],
)
def test_a_calendar_is_open_from_its_first_to_its_last_moment(wanted: str, found: str) -> None:
    assert moved(ContactHours(calendar="shop"), wanted) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("2026-03-02 10:00", "2026-03-02 10:30:00"),
        ("2026-03-02 12:30", "2026-03-02 14:00:00"),
        ("2026-03-02 18:00", "2026-03-02 18:00:00"),
        ("2026-03-06 18:01", "2026-03-09 10:30:00"),
    ],
)
def test_quiet_hours_are_taken_from_the_hours_of_a_calendar(wanted: str, found: str) -> None:
    assert moved(ContactHours(((0, 630), (750, 840)), (5,), "shop"), wanted) == found


def test_what_lies_at_the_ends_of_time_does_no_harm() -> None:
    times = ContactTimes(ZONE, NIGHT)
    assert times.next_open(NEVER) == NEVER
    assert times.next_open(ZONE.instant(datetime.fromisoformat("9999-12-31 22:00"))) == NEVER
    first = ZONE.instant(datetime.fromisoformat("0001-01-01 10:00"))
    assert times.next_open(first) == first


def test_hours_that_never_come_are_never() -> None:
    holiday = Calendar("once", opened=((date(2026, 3, 2), date(2026, 3, 2), ((600, 660),)),))
    zone = Zone("UTC", {"once": holiday})
    times = ContactTimes(zone, ContactHours(calendar="once"))
    assert times.next_open(zone.instant(datetime.fromisoformat("2026-03-01"))) == zone.instant(
        datetime.fromisoformat("2026-03-02 10:00")
    )
    assert times.next_open(zone.instant(datetime.fromisoformat("2026-03-03"))) == NEVER


HOURS = st.builds(
    ContactHours,
    st.lists(st.tuples(st.integers(0, 23), st.integers(1, 12)), max_size=2).map(
        lambda found: tuple(sorted((start * 60, min(start + length, 24) * 60) for start, length in found))
    ),
    st.lists(st.integers(0, 6), max_size=5, unique=True).map(tuple),
    st.sampled_from((None, None, "shop")),
)


@given(HOURS, st.integers(0, 400 * 24 * 60))
def test_the_next_open_moment_is_later_and_open_and_the_first_one(hours: ContactHours, minutes: int) -> None:
    times = ContactTimes(ZONE, hours)
    wanted = ZONE.instant(datetime.fromisoformat("2026-01-01")) + minutes * MINUTE
    found = times.next_open(wanted)
    assert found >= wanted
    assert times.next_open(found) == found
    if wanted < found < NEVER:
        between = wanted + (found - wanted) // 2
        assert times.next_open(between) == found
        local = ZONE.local(wanted)
        minute = local.hour * 60 + local.minute
        quiet = any(start <= minute < end for start, end in hours.quiet)
        assert quiet or local.weekday() in hours.quiet_days or hours.calendar == "shop"
