"""Dates of the Persian calendar, and digits and marks as Persian writes them.

The days are public knowledge: the first days of years and the leap years as Iran's calendars print
them, and dates of history that are known in both calendars.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import hint
from stepladder_dsl.jalali import gregorian_day, jalali_date
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text

NEW_YEARS_DAYS = {
    1390: date(2011, 3, 21),
    1391: date(2012, 3, 20),
    1392: date(2013, 3, 21),
    1393: date(2014, 3, 21),
    1394: date(2015, 3, 21),
    1395: date(2016, 3, 20),
    1396: date(2017, 3, 21),
    1397: date(2018, 3, 21),
    1398: date(2019, 3, 21),
    1399: date(2020, 3, 20),
    1400: date(2021, 3, 21),
    1401: date(2022, 3, 21),
    1402: date(2023, 3, 21),
    1403: date(2024, 3, 20),
    1404: date(2025, 3, 21),
    1405: date(2026, 3, 21),
    1406: date(2027, 3, 21),
    1407: date(2028, 3, 20),
    1408: date(2029, 3, 20),
    1409: date(2030, 3, 21),
    1410: date(2031, 3, 21),
}
LEAP_YEARS = {1391, 1395, 1399, 1403, 1408}
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))

ENGLISH = """\
language en

spec shop "Shop no. 12"  # 12 months

calendar work
    open sat-wed 09:00-17:30
    closed 2026-03-21 to 2026-03-24, 2027-01-01

role seller

record client
    born date optional
    share number >= 0 <= 0.5

event purchase for client
    amount money > 19.90

let due for client = if born < 2000-02-29 then 12.50% else 1000 / 12 / 30

process sale for client
    owner seller
    stage choosing
        start
        on purchase when amount >= 1500000 go to bought
        after 3 days stay
    stage bought
        end won

scenario "Buys on 2026-03-21"
    given client share = 0.25, born = 1999-12-31
    2026-03-21 purchase amount = 20
    2026-04-04 09:05 purchase amount = 2000000
    expect stage bought
    at 2026-06-30
"""
PERSIAN = """\
زبان fa

مشخصات shop "Shop no. 12"  # 12 months

تقویم work
    باز شنبه-چهارشنبه ۰۹:۰۰-۱۷:۳۰
    بسته ۱۴۰۵/۰۱/۰۱ تا ۱۴۰۵/۰۱/۰۴، ۱۴۰۵/۱۰/۱۱
"""


def translated(text: str, language: str) -> str:
    found = format_text(Source("x.ladder", text), language)
    assert found.text is not None, found.diagnostics
    return found.text


def model(text: str) -> Spec:
    """Give the model of a text without findings of form or meaning, as if it were English."""
    compiled = compile_text(Source("x.ladder", text), lint=False)
    assert compiled.diagnostics == ()
    assert compiled.spec
    return replace(compiled.spec, language="en")


def date_line(written: str, language: str) -> str:
    """Give the line of a date, as the formatter writes it in a language."""
    text = f"زبان fa\nمشخصات a\nمقدار x برای b = {written}\n"
    return translated(text, language).splitlines()[-1].rpartition(" = ")[2]


@pytest.mark.parametrize(("year", "day"), NEW_YEARS_DAYS.items())
def test_the_year_begins_at_the_spring_equinox(year: int, day: date) -> None:
    assert gregorian_day(year, 1, 1) == day
    assert jalali_date(day) == (year, 1, 1)
    assert jalali_date(day - timedelta(1)) == (year - 1, 12, 30 if year - 1 in LEAP_YEARS else 29)


@pytest.mark.parametrize("year", range(1390, 1410))
def test_the_last_month_has_30_days_in_leap_years_only(year: int) -> None:
    if year in LEAP_YEARS:
        assert gregorian_day(year, 12, 30) == NEW_YEARS_DAYS[year + 1] - timedelta(1)
    else:
        with pytest.raises(ValueError):
            gregorian_day(year, 12, 30)


@pytest.mark.parametrize(
    ("jalali", "day"),
    [
        ((1329, 12, 29), date(1951, 3, 20)),
        ((1348, 10, 11), date(1970, 1, 1)),
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1378, 10, 11), date(2000, 1, 1)),
        ((1405, 1, 31), date(2026, 4, 20)),
        ((1405, 2, 1), date(2026, 4, 21)),
        ((1405, 6, 31), date(2026, 9, 22)),
        ((1405, 7, 1), date(2026, 9, 23)),
        ((1405, 7, 30), date(2026, 10, 22)),
        ((1405, 8, 1), date(2026, 10, 23)),
        ((1405, 11, 30), date(2027, 2, 19)),
        ((1405, 12, 1), date(2027, 2, 20)),
    ],
)
def test_known_days_are_the_same_in_both_calendars(jalali: tuple[int, int, int], day: date) -> None:
    assert gregorian_day(*jalali) == day
    assert jalali_date(day) == jalali


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_has_its_days_and_no_more(month: int) -> None:
    last = 31 if month <= 6 else 30 if month <= 11 else 29
    following = (1406, 1, 1) if month == 12 else (1405, month + 1, 1)
    assert gregorian_day(1405, month, last) + timedelta(1) == gregorian_day(*following)
    for impossible in (0, last + 1):
        with pytest.raises(ValueError):
            gregorian_day(1405, month, impossible)


@given(DAYS)
def test_every_day_has_one_date_in_each_calendar(day: date) -> None:
    assert gregorian_day(*jalali_date(day)) == day


@pytest.mark.parametrize(
    ("written", "english", "persian"),
    [
        ("۱۴۰۵/۰۱/۱۵", "2026-04-04", "۱۴۰۵/۰۱/۱۵"),
        ("1405-1-15", "2026-04-04", "۱۴۰۵/۰۱/۱۵"),
        ("١٤٠٥-٠١-١٥", "2026-04-04", "۱۴۰۵/۰۱/۱۵"),
        ("2026-04-04", "2026-04-04", "۱۴۰۵/۰۱/۱۵"),
        ("۲۰۲۶/۴/۴", "2026-04-04", "۱۴۰۵/۰۱/۱۵"),
        ("1699-12-29", "2321-03-20", "۱۶۹۹/۱۲/۲۹"),
        ("1900-01-01", "1900-01-01", "۱۲۷۸/۱۰/۱۱"),
        # From 1700 years are Gregorian, and a day of that far future is written so.
        ("2321-03-21", "2321-03-21", "۲۳۲۱/۰۳/۲۱"),
        ("۱۹٫۹۰", "19.90", "۱۹٫۹۰"),
        ("19.90", "19.90", "۱۹٫۹۰"),
        ("۲۵٪", "25%", "۲۵٪"),
        ("2.5 %", "2.5%", "۲٫۵٪"),
        ("1405/01/15 + 1200 / 12 / 30", "2026-04-04 + 1200 / 12 / 30", "۱۴۰۵/۰۱/۱۵ + ۱۲۰۰ / ۱۲ / ۳۰"),
    ],
)
def test_each_language_writes_dates_and_numbers_in_its_own_way(
    written: str, english: str, persian: str
) -> None:
    assert (date_line(written, "en"), date_line(written, "fa")) == (english, persian)


def test_a_persian_text_has_persian_digits_outside_of_names_texts_and_comments() -> None:
    found = translated(ENGLISH, "fa")
    assert found.startswith(PERSIAN)
    for line in (
        "    share عدد >= ۰ <= ۰٫۵\n",
        " = اگر born < ۱۳۷۸/۱۲/۱۰ آنگاه ۱۲٫۵۰٪ وگرنه ۱۰۰۰ / ۱۲ / ۳۰\n",
        "        پس از ۳ روز ماندن در مرحله\n",
        ' "Buys on 2026-03-21"\n',
        "share = ۰٫۲۵، born = ۱۳۷۸/۱۰/۱۰\n",
        "    ۱۴۰۵/۰۱/۱۵ ۰۹:۰۵ purchase amount = ۲۰۰۰۰۰۰\n",
    ):
        assert line in found


def test_a_translation_into_persian_and_back_gives_the_same_bytes_and_the_same_model() -> None:
    persian = translated(translated(translated(ENGLISH, "ru"), "bg"), "fa")
    assert model(persian) == model(ENGLISH)
    assert translated(persian, "fa") == persian
    assert translated(persian, "en") == ENGLISH
    assert translated(translated(persian, "en"), "fa") == persian


@given(st.lists(DAYS, min_size=1, max_size=4), st.times(), st.decimals(0, 10**9, places=2))
def test_whatever_days_and_numbers_a_spec_holds_they_come_back(
    days: list[date], clock: time, number: Decimal
) -> None:
    lines = [f"    {day} {clock:%H:%M} e amount = {number}" for day in sorted(days)]
    english = "\n".join(
        [
            *("language en", "", "spec a", "", "calendar c", "    open mon 09:00-17:00"),
            f"    closed {', '.join(str(day) for day in days)}",
            *("", "record r", "", "event e for r", "    amount money", "", 'scenario "s"', "    given r"),
            *lines,
            "",
        ]
    )
    persian = translated(english, "fa")
    assert model(persian) == model(english)
    assert translated(persian, "en") == english
    assert translated(persian, "fa") == persian


def test_who_writes_such_a_date_elsewhere_is_told_the_day() -> None:
    text = "spec a\ncalendar work\n    open mon 10:00-12:00\n    closed 1405-01-15\n"
    (finding,) = compile_text(Source("x.ladder", text), lint=False).diagnostics
    assert (hint(finding) or "").startswith("write it as `2026-04-04`")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("زبان fa\nمشخصات a\nمقدار x برای b = 1404/12/30\n", "en"),
        ("language en\nspec a\nlet x for b = 0600-01-01\n", "fa"),
    ],
)
def test_a_date_that_the_other_language_cannot_write_is_no_translation(text: str, language: str) -> None:
    found = format_text(Source("x.ladder", text), language)
    assert found.text is None
    assert [(finding.code, finding.variant, finding.span.line) for finding in found.diagnostics] == [
        ("SL117", "date", 3)
    ]
