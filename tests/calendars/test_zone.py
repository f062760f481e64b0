"""Calendar arithmetic in zones with changing clocks."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.zone import NEVER, Zone, add_months

SOFIA = Zone("Europe/Sofia")
ZONES = ("Europe/Sofia", "Asia/Tehran", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
INSTANTS = st.integers(-62_000_000_000, 250_000_000_000).map(lambda seconds: seconds * 1_000_000)


def at(text: str) -> int:
    return SOFIA.instant(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-28T12:00", 1, Unit.DAY, "2026-03-29T12:00:00+03:00"),
        ("2026-03-28T12:00", 24, Unit.HOUR, "2026-03-29T13:00:00+03:00"),
        ("2026-03-28T03:30", 1, Unit.DAY, "2026-03-29T04:30:00+03:00"),
        ("2026-02-28T03:30", 1, Unit.MONTH, "2026-03-28T03:30:00+02:00"),
        ("2026-10-24T03:30", 1, Unit.DAY, "2026-10-25T03:30:00+03:00"),
        ("2026-10-24T12:00", 24, Unit.HOUR, "2026-10-25T11:00:00+02:00"),
        ("2026-10-25T03:30", 60, Unit.MINUTE, "2026-10-25T03:30:00+02:00"),
        ("2026-01-31T08:00", 1, Unit.MONTH, "2026-02-28T08:00:00+02:00"),
        ("2026-01-31T08:00", 2, Unit.MONTH, "2026-03-31T08:00:00+03:00"),
        ("2024-01-31T08:00", 1, Unit.MONTH, "2024-02-29T08:00:00+02:00"),
        ("2024-02-29T08:00", 1, Unit.YEAR, "2025-02-28T08:00:00+02:00"),
        ("2024-02-29T08:00", 4, Unit.YEAR, "2028-02-29T08:00:00+02:00"),
        ("2026-03-25T08:00", 1, Unit.WEEK, "2026-04-01T08:00:00+03:00"),
    ],
)
def test_a_duration_later(start: str, amount: int, unit: Unit, end: str) -> None:
    assert SOFIA.text(SOFIA.add(at(start), Duration(amount, unit))) == end


def test_months_before() -> None:
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 15), -13) == date(2024, 12, 15)


@pytest.mark.parametrize(
    ("amount", "unit", "end"),
    [
        (1, Unit.DAY, "2026-02-01T23:59:59+02:00"),
        (1, Unit.MONTH, "2026-02-28T23:59:59+02:00"),
        (2, Unit.WEEK, "2026-02-14T23:59:59+02:00"),
        (1, Unit.YEAR, "2027-01-31T23:59:59+02:00"),
        (2, Unit.HOUR, "2026-02-01T01:59:59+02:00"),
    ],
)
def test_a_deadline_after_a_date_is_the_end_of_a_day(amount: int, unit: Unit, end: str) -> None:
    assert SOFIA.text(SOFIA.add_to_day(date(2026, 1, 31), Duration(amount, unit))) == end


@given(st.sampled_from(ZONES), INSTANTS, INSTANTS, st.sampled_from(list(Unit)))
def test_elapsed_is_the_largest_number_that_fits(name: str, start: int, now: int, unit: Unit) -> None:
    zone = Zone(name)
    count, one = zone.elapsed(start, now, unit), Duration(1, unit)
    assert zone.add(start, one, count) <= now < zone.add(start, one, count + 1)


@given(st.sampled_from(ZONES), INSTANTS, st.integers(0, 500), st.sampled_from(list(Unit)))
def test_more_time_is_later(name: str, start: int, amount: int, unit: Unit) -> None:
    zone = Zone(name)
    assert zone.add(start, Duration(amount, unit)) < zone.add(start, Duration(amount + 1, unit))


@given(st.sampled_from(ZONES), st.dates())
def test_a_day_has_a_first_and_a_last_moment(name: str, day: date) -> None:
    zone = Zone(name)
    first, last = zone.start_of(day), zone.end_of(day)
    assert zone.add_to_day(day, Duration(10**20, Unit.DAY)) == NEVER
    assert zone.text(first)
    assert zone.text(last)
    if date(1, 1, 3) < day < date(9999, 12, 30) and not (
        name == "Pacific/Apia" and day == date(2011, 12, 30)
    ):
        assert first < last
        assert zone.day(first) == zone.day(last) == day
        assert zone.day(first - 1) < day < zone.day(last + 1)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("name", ZONES)
def test_what_no_calendar_holds_never_comes(name: str, unit: Unit) -> None:
    zone = Zone(name)
    assert zone.end_of(date.max) < NEVER <= zone.add(0, Duration(10**30, unit))
    assert zone.add(0, Duration(1, unit), -(10**30)) < zone.start_of(date.min)
