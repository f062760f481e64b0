"""Working days and hours, against cases written out by hand from real calendars.

Bulgaria 2026: 3 March (Tuesday), Good Friday 10 to Easter Monday 13 April, 1 May (Friday), 6 May
(Wednesday), 25 May for Sunday 24. Iran 1405: Nowruz 21 to 24 March 2026, a Friday weekend.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.types import Duration, Unit
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import NEVER, Zone

SPEC = """\
spec work
    timezone {zone}

{calendar}
"""
SHOP = """\
calendar shop
    open mon-fri 10:00-13:00, 14:00-20:00
    open sat 10:00-18:00
    holidays BG
    closed 2026-08-10 to 2026-08-16
    open 2026-08-15 09:00-12:00
    open 2026-05-01
"""
BAZAAR = """\
calendar bazaar
    open sat-wed 09:00-17:00
    open thu 09:00-13:00
    holidays IR
"""
NIGHT = """\
calendar night
    open mon-sun 00:00-24:00
"""


def zone(calendar: str, name: str) -> Zone:
    compiled = compile_text(Source("work", SPEC.format(zone=name, calendar=calendar)), lint=False)
    assert compiled.spec is not None
    assert not compiled.errors
    return Zone(name, compiled.spec.calendars)


SOFIA = zone(SHOP, "Europe/Sofia")
TEHRAN = zone(BAZAAR, "Asia/Tehran")
ALWAYS = zone(NIGHT, "Europe/Sofia")


def later(where: Zone, start: str, amount: int, unit: Unit, calendar: str) -> str:
    instant = where.instant(datetime.fromisoformat(start))
    return where.text(where.add(instant, Duration(amount, unit, calendar)))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param("2026-03-12T11:00", 5, "2026-03-18T20:00:00+02:00", id="warranty, five days"),
        pytest.param("2026-03-12T11:00", 7, "2026-03-20T20:00:00+02:00", id="warranty, seven days"),
        pytest.param("2026-03-13T21:00", 1, "2026-03-14T18:00:00+02:00", id="after closing: Saturday"),
        pytest.param("2026-03-15T12:00", 1, "2026-03-16T20:00:00+02:00", id="from a Sunday"),
        pytest.param("2026-03-02T10:00", 1, "2026-03-04T20:00:00+02:00", id="over 3 March"),
        pytest.param("2026-04-09T10:00", 1, "2026-04-14T20:00:00+03:00", id="over Easter"),
        pytest.param("2026-05-23T10:00", 1, "2026-05-26T20:00:00+03:00", id="Sunday 24 May moved to Monday"),
        pytest.param("2026-04-30T10:00", 1, "2026-05-01T20:00:00+03:00", id="own open day on a holiday"),
        pytest.param(
            "2026-08-08T10:00", 1, "2026-08-15T12:00:00+03:00", id="own holidays, one open day in them"
        ),
        pytest.param("2026-03-28T10:00", 1, "2026-03-30T20:00:00+03:00", id="over the change of clocks"),
    ],
)
def test_working_days_end_with_the_hours_of_the_last_of_them(start: str, days: int, end: str) -> None:
    assert later(SOFIA, start, days, Unit.DAY, "shop") == end


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-03-12T10:00", 2, "2026-03-12T12:00:00+02:00", id="inside"),
        pytest.param("2026-03-12T12:30", 2, "2026-03-12T15:30:00+02:00", id="over the break"),
        pytest.param("2026-03-12T18:00", 2, "2026-03-12T20:00:00+02:00", id="to the minute of closing"),
        pytest.param("2026-03-13T19:00", 2, "2026-03-14T11:00:00+02:00", id="over night"),
        pytest.param("2026-03-14T17:30", 1, "2026-03-16T10:30:00+02:00", id="over Sunday"),
        pytest.param("2026-03-15T12:00", 1, "2026-03-16T11:00:00+02:00", id="begun on a closed day"),
        pytest.param("2026-03-12T06:00", 1, "2026-03-12T11:00:00+02:00", id="begun before opening"),
    ],
)
def test_working_hours_count_open_time_exactly(start: str, hours: int, end: str) -> None:
    assert later(SOFIA, start, hours, Unit.HOUR, "shop") == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param("2026-02-05T10:00", 1, "2026-02-07T17:00:00+03:30", id="Friday is closed"),
        pytest.param("2026-02-04T10:00", 1, "2026-02-05T13:00:00+03:30", id="a short Thursday"),
        pytest.param("2026-03-19T10:00", 1, "2026-03-25T17:00:00+03:30", id="over Nowruz"),
    ],
)
def test_a_week_from_saturday_to_wednesday(start: str, days: int, end: str) -> None:
    assert later(TEHRAN, start, days, Unit.DAY, "bazaar") == end


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.HOUR])
def test_working_time_beyond_the_year_9999_never_ends(unit: Unit) -> None:
    last = SOFIA.end_of(date.max)
    assert SOFIA.add(last, Duration(1, unit, "shop")) == NEVER
    assert SOFIA.add_to_day(date.max, Duration(90, unit, "shop")) == NEVER


def test_own_days_of_the_persian_calendar_are_the_same_days() -> None:
    own = "    closed 2026-03-20 to 2026-04-02, 2026-04-04\n    open 2026-04-03 10:00-12:00\n"
    english = SPEC.format(zone="Asia/Tehran", calendar=BAZAAR + own)
    persian = """\
زبان fa
مشخصات work
    منطقه زمانی Asia/Tehran

تقویم bazaar
    باز شنبه-چهارشنبه ۰۹:۰۰-۱۷:۰۰
    باز پنجشنبه ۰۹:۰۰-۱۳:۰۰
    تعطیلات رسمی IR
    بسته ۱۴۰۴/۱۲/۲۹ تا ۱۴۰۵/۰۱/۱۳، ۱۴۰۵/۰۱/۱۵
    باز ۱۴۰۵/۰۱/۱۴ ۱۰:۰۰-۱۲:۰۰
"""
    specs = [compile_text(Source("work", text), lint=False).spec for text in (english, persian)]
    assert specs[0]
    assert specs[1]
    assert specs[0].calendars == specs[1].calendars
    tehran = Zone("Asia/Tehran", specs[1].calendars)
    assert later(tehran, "2026-03-19T14:00", 1, Unit.DAY, "bazaar") == "2026-04-03T12:00:00+03:30"
    assert later(tehran, "2026-03-19T14:00", 2, Unit.DAY, "bazaar") == "2026-04-05T17:00:00+03:30"


def test_an_hour_that_does_not_exist_is_not_open() -> None:
    assert later(ALWAYS, "2026-03-29T02:00", 2, Unit.HOUR, "night") == "2026-03-29T05:00:00+03:00"


def test_a_calendar_that_is_never_open_again_never_ends() -> None:
    shut = zone(SHOP + "    closed 2027-01-01 to 9999-12-30\n", "Europe/Sofia")
    assert shut.add(shut.instant(datetime(2027, 1, 5)), Duration(1, Unit.DAY, "shop")) == NEVER  # noqa: DTZ001 - local time
