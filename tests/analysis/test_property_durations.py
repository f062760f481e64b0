"""What is claimed of lengths of time is true of every moment at which they can begin."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from stepladder_dsl.analysis.durations import Bounds, Durations, added, days_of, is_same, times
from stepladder_dsl.model.spec import Calendar
from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.offsets import MICROSECOND
from stepladder_engine.calendars.zone import NEVER, Zone, add_months

OPEN = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))
CALENDARS = {
    "office": Calendar("office", week=dict.fromkeys(range(5), OPEN)),
    "market": Calendar("market", week={5: ((360, 720),), 6: ((420, 1440),)}),
    "school": Calendar(
        "school",
        week=dict.fromkeys(range(5), OPEN),
        closed=((date(2025, 7, 1), date(2025, 8, 31)),),
        holidays=(("BG", None),),
    ),
    "fair": Calendar("fair", week={2: OPEN}, opened=((date(2025, 5, 1), date(2025, 5, 31), OPEN),)),
}
ZONES = [
    Zone(name, CALENDARS)
    for name in ("UTC", "Europe/Sofia", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe")
]
KNOWN = Durations(CALENDARS)

local = datetime.fromisoformat
plain = st.builds(Duration, st.integers(1, 70), st.sampled_from(Unit))
working = st.builds(
    Duration, st.integers(1, 15), st.sampled_from([Unit.DAY, Unit.HOUR]), st.sampled_from(sorted(CALENDARS))
)
durations = plain | working
moments = st.datetimes(local("2023-01-01"), local("2026-12-31"))
zones = st.sampled_from(ZONES)


@given(durations, durations, moments, zones)
@example(Duration(1, Unit.MONTH), Duration(28, Unit.DAY), local("2025-01-31"), ZONES[0])
@example(Duration(1, Unit.DAY), Duration(24, Unit.HOUR), local("2025-03-29T12:00"), ZONES[1])
def test_what_is_always_before_is_before(first: Duration, second: Duration, at: datetime, zone: Zone) -> None:
    start = zone.instant(at)
    one, other = zone.add(start, first), zone.add(start, second)
    if KNOWN.is_always_before(first, second):
        assert one < other
        assert not KNOWN.is_never_later(second, first)
    if KNOWN.is_never_later(first, second):
        assert one <= other
    if is_same(first, second):
        assert one == other


@given(durations, moments, zones)
@example(Duration(1, Unit.MONTH), local("2025-01-31"), ZONES[0])
@example(Duration(5, Unit.DAY, "office"), local("2025-03-28T23:59"), ZONES[1])
def test_a_time_lies_within_its_bounds(duration: Duration, at: datetime, zone: Zone) -> None:
    start = zone.instant(at)
    end = zone.add(start, duration)
    bounds = KNOWN.bounds(duration)
    if end < NEVER:
        assert bounds.least <= (end - start) * MICROSECOND
        assert bounds.most is None or (end - start) * MICROSECOND <= bounds.most


@given(plain, plain, moments, zones)
def test_the_bounds_of_one_after_the_other_hold(
    first: Duration, second: Duration, at: datetime, zone: Zone
) -> None:
    start = zone.instant(at)
    taken = (zone.add(zone.add(start, first), second) - start) * MICROSECOND
    both = KNOWN.bounds(first) + KNOWN.bounds(second)
    assert both.least <= taken
    assert both.most is not None
    assert taken <= both.most


@given(st.integers(0, 60), st.dates(date(1999, 1, 1), date(2032, 12, 31)))
@example(1, date(2025, 1, 31))
@example(1, date(2024, 1, 31))
def test_months_have_no_fewer_and_no_more_days(months: int, day: date) -> None:
    fewest, most = days_of(Duration(months, Unit.MONTH))
    assert fewest <= (add_months(day, months) - day).days <= most


def test_bounds_are_as_narrow_as_they_can_be() -> None:
    days = {(add_months(start, 3) - start).days for start in map(_day, range(4 * 366))}
    assert days_of(Duration(3, Unit.MONTH)) == (min(days), max(days))


def _day(number: int) -> date:
    return date(2023, 1, 1) + timedelta(days=number)


def test_days_and_months_are_compared_by_the_shortest_and_the_longest_month() -> None:
    month = Duration(1, Unit.MONTH)
    assert KNOWN.is_always_before(Duration(27, Unit.DAY), month)
    assert not KNOWN.is_always_before(Duration(28, Unit.DAY), month)
    assert KNOWN.is_never_later(Duration(28, Unit.DAY), month)
    assert KNOWN.is_never_later(month, Duration(31, Unit.DAY))
    assert not KNOWN.is_never_later(Duration(30, Unit.DAY), month)
    assert not KNOWN.is_never_later(month, Duration(30, Unit.DAY))


def test_working_days_take_a_week_where_the_calendar_says_so() -> None:
    five = Duration(5, Unit.DAY, "office")
    assert KNOWN.is_always_before(Duration(4, Unit.DAY), five)
    assert KNOWN.is_always_before(five, Duration(9, Unit.DAY))
    assert not KNOWN.is_always_before(five, Duration(7, Unit.DAY))
    assert not KNOWN.is_always_before(Duration(5, Unit.DAY, "school"), Duration(40, Unit.DAY))


def test_a_time_beyond_the_calendar_has_no_bound() -> None:
    assert KNOWN.bounds(Duration(10**12, Unit.DAY)) == Bounds(timedelta.max, None)
    assert KNOWN.is_always_before(Duration(10**12, Unit.DAY), Duration(10**12 + 1, Unit.DAY))


def test_the_shortest_is_known_or_it_is_not() -> None:
    month, thirty, week = Duration(1, Unit.MONTH), Duration(30, Unit.DAY), Duration(1, Unit.WEEK)
    assert KNOWN.shortest([month, week, thirty]) == week
    assert KNOWN.shortest([month, thirty]) is None
    assert KNOWN.shortest([]) is None


def test_days_add_up_and_months_do_not() -> None:
    week, day, month = Duration(1, Unit.WEEK), Duration(1, Unit.DAY), Duration(1, Unit.MONTH)
    assert added(week, day) == Duration(8, Unit.DAY)
    assert added(month, month) is None
    assert added(day, Duration(1, Unit.DAY, "office")) is None
    assert times(week, 3) == Duration(3, Unit.WEEK)
