# ruff: noqa: INP001, DTZ001 - a script; the office's clock knows no zones
"""Makes the sample data of the water purifiers: `python generate.py [FOLDER]`.

Invented from beginning to end, and the same bytes every time. Days are those of the Persian calendar, in
Persian digits where newer programs write them; the old ones write Windows-1256, which has no Persian ye.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from persiantools.jdatetime import JalaliDate

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from invented import Chance, lines, table, write

FIRST_DAY = datetime(2024, 7, 1)
LAST_MOMENT = datetime(2026, 6, 30, 16, 40)
PEOPLE = 400
THURSDAY, FRIDAY = 3, 4
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
OLD_LETTERS = str.maketrans({"ی": "ي", "\u200c": " "})
"""What a program that writes Windows-1256 makes of them."""

WOMEN = ("زهرا", "مریم", "فاطمه", "سارا", "نرگس", "لیلا", "شیرین", "الهام", "مینا", "پریسا", "سمیه", "ندا")
MEN = ("علی", "رضا", "محمد", "امیر", "حسین", "بهزاد", "کاوه", "سعید", "مهدی", "آرش", "نیما", "حمید")
FAMILIES = (
    *("احمدی", "رضایی", "کریمی", "موسوی", "حسینی", "محمدی", "جعفری", "صادقی", "رحیمی", "قاسمی", "نوری"),
    *("اکبری", "یزدانی", "شریفی", "کاظمی", "فرهادی", "مرادی", "زمانی", "طاهری", "بهرامی"),
)
DISTRICTS = ("نارمک", "تهرانپارس", "سعادت‌آباد", "شهرک غرب", "پونک", "صادقیه", "پیروزی", "یوسف‌آباد", "")
INSTAGRAM, GOOGLE, FAIR, LEAFLET, FRIEND = "اینستاگرام", "گوگل", "نمایشگاه", "تراکت", "معرفی آشنایان"
CHANNELS = (*5 * (INSTAGRAM,), *4 * (GOOGLE,), *3 * (FAIR,), *2 * (LEAFLET,), *4 * (FRIEND,))
ASKS = {INSTAGRAM: 0.50, GOOGLE: 0.80, FAIR: 0.60, LEAFLET: 0.45, FRIEND: 0.92}
"""The share of those who have left a number and ask for the test, by where they come from."""
DECIDES = {INSTAGRAM: 0.24, GOOGLE: 0.32, FAIR: 0.32, LEAFLET: 0.28, FRIEND: 0.52}
"""The share of those who buy within a day after the presentation."""
SPENT = {
    INSTAGRAM: (35_000_000, 70_000_000),
    GOOGLE: (40_000_000, 65_000_000),
    LEAFLET: (12_000_000, 30_000_000),
    "پاداش معرف": (12_000_000, 60_000_000),
}
"""Rials a month."""
FAIR_MONTHS, FAIR_COST = (7, 2), (120_000_000, 170_000_000)
FIVE, EIGHT = "RO-5", "RO-8"
UNTESTED = (37, 103)
"""Devices of which nobody has written down that they were tested under pressure."""


@dataclass
class Company:
    """Everything that the company has written down, each list one file."""

    chance: Chance
    clients: list[list[Any]] = field(default_factory=list)
    requests: list[tuple[datetime, str]] = field(default_factory=list)
    contacts: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    visits: list[tuple[datetime, str, datetime | None, int, int]] = field(default_factory=list)
    payments: list[tuple[datetime, str, str, str, int]] = field(default_factory=list)
    devices: list[tuple[datetime, str, str]] = field(default_factory=list)
    workshop: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    answers: list[tuple[datetime, str, int]] = field(default_factory=list)
    unsubscribed: list[tuple[datetime, str]] = field(default_factory=list)
    content: list[tuple[datetime, str]] = field(default_factory=list)
    """Who would send a friend, and from when on."""

    def later(self, moment: datetime, low: int, high: int) -> datetime:
        """Give a moment in opening hours, so many days later; nobody works on the days of Nowruz."""
        found = self.chance.later(moment, low, high)
        while is_nowruz(found) or found.weekday() == FRIDAY:
            found += timedelta(days=1)
        if found.weekday() == THURSDAY and found.hour >= 13:
            found = found.replace(hour=9 + found.hour % 4)
        return max(found, moment + timedelta(minutes=10))

    def contact(self, moment: datetime, code: str, reason: str, via: str = "تلفن") -> None:
        """Write down that somebody called or wrote."""
        if moment <= LAST_MOMENT:
            self.contacts.append((moment, code, reason, via))

    def pay(self, moment: datetime, code: str, goods: str, amount: int, model: str = "") -> None:
        """Write down a payment."""
        if moment <= LAST_MOMENT:
            self.payments.append((moment, code, goods, model, amount))


@dataclass
class Person:
    """Somebody with a number."""

    code: str
    channel: str
    may_write: bool
    sent_by: str
    hardness: int


def is_nowruz(moment: datetime) -> bool:
    """Say whether it is one of the days on which the year begins, or the thirteenth of it."""
    day = JalaliDate(moment.date())
    return bool(day.month == 1 and day.day in {1, 2, 3, 4, 12, 13})


def new_person(company: Company, moment: datetime) -> Person:
    """Write somebody into the clients' list."""
    chance = company.chance
    code = f"M-{len(company.clients) + 1:03}"
    senders = [sender for since, sender in company.content if since < moment]
    channel = chance.pick(CHANNELS)
    if channel == FRIEND and not senders:
        channel = GOOGLE
    sent_by = chance.pick(senders) if channel == FRIEND and chance.happens(0.92) else ""
    name = f"{chance.pick(WOMEN if chance.happens(0.55) else MEN)} {chance.pick(FAMILIES)}"
    phone = f"09{chance.pick((12, 35, 36, 19, 10))}{chance.between(1000000, 9999999)}"
    may_write = chance.happens(0.84)
    company.clients.append(
        [
            *(code, name, phone if chance.happens(0.96) else "", channel, chance.pick(DISTRICTS), sent_by),
            *("بله" if may_write else "خیر", moment),
        ]
    )
    return Person(code, channel, may_write, sent_by, chance.between(18, 68) * 10)


def live(company: Company, person: Person, moment: datetime) -> None:
    """Lead somebody through the six processes, as far as it goes."""
    chance = company.chance
    if person.channel in {FRIEND, GOOGLE} and chance.happens(0.7):
        ask(company, person, company.later(moment, 0, 1))
        return
    if person.may_write and chance.happens(0.9):
        company.contact(company.later(moment, 3, 4), person.code, "دعوت", "پیامک")
    if chance.happens(ASKS[person.channel]):
        ask(company, person, company.later(moment, 4, 24))
        return
    if person.may_write and chance.happens(0.85):
        company.contact(company.later(moment, 21, 22), person.code, "دعوت", "پیامک")
    stay_in_touch(company, person, moment + timedelta(days=60))


def stay_in_touch(company: Company, person: Person, since: datetime) -> None:
    """Write once a season to somebody who does not buy now; some ask again."""
    chance = company.chance
    if person.may_write and chance.happens(0.04):
        asked = company.later(since, 32, 36)
        if asked <= LAST_MOMENT:
            company.unsubscribed.append((asked, person.code))
        return
    moment = since + timedelta(days=30)
    for _ in range(4):
        if person.may_write and chance.happens(0.93):
            company.contact(company.later(moment, 0, 2), person.code, "خبرنامه", "پیامک")
        if chance.happens(0.06):
            ask(company, person, company.later(moment, 3, 20))
            return
        moment += timedelta(days=91)
    if person.may_write and chance.happens(0.85):
        company.contact(company.later(since, 370, 378), person.code, "خبرنامه", "پیامک")


def ask(company: Company, person: Person, moment: datetime) -> None:
    """Ask for the free test, be called back, agree on a day."""
    chance = company.chance
    if moment > LAST_MOMENT:
        return
    company.requests.append((moment, person.code))
    if chance.happens(0.04):
        stay_in_touch(company, person, moment + timedelta(days=30))
        return
    talked = moment + timedelta(minutes=chance.between(10, 90))
    if chance.happens(0.08):
        talked = company.later(moment, 2, 4)
    company.contact(talked, person.code, "نیازسنجی")
    if chance.happens(0.62):
        agreed = company.later(talked, 0, 2)
    else:
        called = company.later(talked, 3, 4)
        if chance.happens(0.9):
            company.contact(called, person.code, "دعوت")
        if not chance.happens(0.45):
            if chance.happens(0.85):
                company.contact(company.later(talked, 10, 11), person.code, "دعوت")
            stay_in_touch(company, person, talked + timedelta(days=45))
            return
        agreed = company.later(called, 0, 3)
    visit(company, person, agreed)


def visit(company: Company, person: Person, agreed: datetime) -> None:
    """Test the water at home, and name a price."""
    chance = company.chance
    if agreed > LAST_MOMENT:
        return
    shown = company.later(agreed, 1, 5)
    model = EIGHT if chance.happens(0.3) else FIVE
    price = chance.pick((148, 152, 155, 160) if model == FIVE else (195, 199, 205)) * 1_000_000
    if shown.year == 2026:
        price = price * 115 // 100
    if shown > LAST_MOMENT or chance.happens(0.08):
        company.visits.append((agreed, person.code, None, 0, 0))
        if shown <= LAST_MOMENT and chance.happens(0.7):
            company.contact(company.later(agreed, 17, 18), person.code, "دعوت")
        if shown <= LAST_MOMENT and chance.happens(0.35):
            visit(company, person, company.later(agreed, 18, 22))
        return
    company.visits.append((agreed, person.code, shown, person.hardness, price))
    decide(company, person, shown, (model, price))


def decide(company: Company, person: Person, shown: datetime, told: tuple[str, int]) -> None:
    """Buy on the same day, after some calls, or not now."""
    chance = company.chance
    model, price = told
    if person.hardness >= 450 and price < 180_000_000 and chance.happens(0.4):
        model, price = EIGHT, price + 45_000_000
    if chance.happens(DECIDES[person.channel]):
        off = 10 if person.channel == FRIEND else 8 if person.hardness >= 450 else 5
        bought = shown + timedelta(minutes=15 * chance.between(2, 60))
        if bought.hour < 8 or bought.hour > 21:
            bought = shown + timedelta(minutes=40)
        buy(company, person, bought, (model, price - price * off // 100))
        return
    reached = chance.happens(0.94)
    if reached:
        company.contact(company.later(shown, 1, 2), person.code, "پیگیری ارائه")
        company.contact(company.later(shown, 5, 6), person.code, "پیگیری ارائه")
    if chance.happens(0.34 if reached else 0.1):
        buy(company, person, company.later(shown, 6, 30), (model, price))
        return
    if reached:
        company.contact(company.later(shown, 20, 22), person.code, "پیگیری ارائه")
    stay_in_touch(company, person, shown + timedelta(days=46))


def buy(company: Company, person: Person, bought: datetime, what: tuple[str, int]) -> None:
    """Pay for the device, have it built and fitted, and stay."""
    chance = company.chance
    model, price = what
    if bought > LAST_MOMENT:
        return
    company.pay(bought, person.code, "دستگاه", price, model)
    if person.sent_by and chance.happens(0.93):
        company.contact(company.later(bought, 1, 2), person.sent_by, "تشکر")
    if chance.happens(0.27):
        company.pay(company.later(bought, 1, 12), person.code, "فیلتر املاح", 14_500_000)
    runs = build(company, person, bought, model)
    if chance.happens(0.94):
        company.contact(company.later(runs, 3, 4), person.code, "روز سوم")
    happy = chance.happens(0.8)
    for days, share in ((30, 0.75), (60, 0.7), (90, 0.7), (365, 0.9)):
        if chance.happens(share):
            say(company, person, company.later(runs, days, days + 4), happy=happy)
    if happy and chance.happens(0.5):
        planned = company.later(runs, 32, 85)
        company.pay(planned, person.code, "طرح نقره‌ای", 36_000_000)
        with_a_plan(company, person, planned)
    else:
        without_a_plan(company, person, bought, happy=happy)
    if person.hardness >= 450 and chance.happens(0.3):
        company.pay(company.later(runs, 93, 132), person.code, "فیلتر دوش", 22_000_000)


def build(company: Company, person: Person, bought: datetime, model: str) -> datetime:
    """Build the device, test it, fit it, and tell when it runs."""
    chance = company.chance
    serial = f"{model}-{len(company.devices) + 2401}"
    company.devices.append((bought, serial, person.code))
    moment = company.later(bought, 0, 1)
    works = [(moment, "مونتاژ", "")]
    if chance.happens(0.06):
        moment = company.later(moment, 1, 1)
        works.append((moment, "تست", "نشت"))
        moment = company.later(moment, 1, 1)
        works.append((moment, "مونتاژ", ""))
    moment = company.later(moment, 1, 1)
    if len(company.devices) not in UNTESTED:
        works.append((moment, "تست", "سالم"))
    moment = company.later(moment, 1, 2 if chance.happens(0.9) else 8)
    works.append((moment, "نصب", ""))
    company.workshop += [(when, serial, *work) for when, *work in works if when <= LAST_MOMENT]
    return moment


def say(company: Company, person: Person, moment: datetime, *, happy: bool) -> None:
    """Answer how content one is."""
    chance = company.chance
    if moment > LAST_MOMENT:
        return
    score = chance.pick((10, 10, 9, 9, 9, 8) if happy else (8, 7, 7, 6, 5, 3))
    company.answers.append((moment, person.code, score))
    if score >= 9:
        company.content.append((moment, person.code))
        if person.may_write and chance.happens(0.88):
            company.contact(company.later(moment, 2, 3), person.code, "تشکر", "پیامک")
    elif score <= 6 and chance.happens(0.92):
        company.contact(company.later(moment, 1, 1), person.code, "شکایت")


def with_a_plan(company: Company, person: Person, moment: datetime) -> None:
    """Have the filters changed twice a year, and renew the plan or not."""
    chance = company.chance
    while moment <= LAST_MOMENT:
        if chance.happens(0.92):
            company.contact(company.later(moment, 184, 186), person.code, "فیلتر", "پیامک")
        if not chance.happens(0.66):
            come_back(company, person, moment)
            return
        moment = company.later(moment, 338, 360)
        is_gold = chance.happens(0.55)
        goods, price = ("طرح طلایی", 58_000_000) if is_gold else ("طرح نقره‌ای", 36_000_000)
        company.pay(moment, person.code, goods, price)


def without_a_plan(company: Company, person: Person, moment: datetime, *, happy: bool) -> None:
    """Buy sets of filters, as long as somebody reminds."""
    chance = company.chance
    while moment <= LAST_MOMENT:
        if chance.happens(0.9):
            company.contact(company.later(moment, 184, 186), person.code, "فیلتر", "پیامک")
        if not chance.happens(0.7 if happy else 0.35):
            come_back(company, person, moment)
            return
        moment = company.later(moment, 186, 211)
        company.pay(moment, person.code, "ست فیلتر", 16_500_000 if chance.happens(0.6) else 18_000_000)


def come_back(company: Company, person: Person, last: datetime) -> None:
    """Be called after a year of silence, and perhaps buy again."""
    chance = company.chance
    called = company.later(last, 366, 374)
    if chance.happens(0.87):
        company.contact(called, person.code, "بازگشت")
        if chance.happens(0.38):
            company.pay(company.later(called, 2, 30), person.code, "ست فیلتر", 10_000_000)


def persian(moment: datetime) -> str:
    """Write a moment as newer programs do: the Persian calendar and its digits."""
    return old(moment).translate(PERSIAN_DIGITS)


def old(moment: datetime) -> str:
    """Write a moment as old programs do: the Persian calendar, and digits of every keyboard."""
    day = JalaliDate(moment.date())
    return f"{day.year}/{day.month:02}/{day.day:02} {moment:%H:%M}"


def rials(amount: int) -> str:
    """Write an amount as the books do."""
    return f"{amount:,}".replace(",", "٬").translate(PERSIAN_DIGITS)


def make() -> dict[str, bytes]:
    """Give every file by its name."""
    chance = Chance(5, closes=17, closed_days=(FRIDAY,))
    company = Company(chance)
    days = (LAST_MOMENT - FIRST_DAY).days
    for number in range(PEOPLE):
        met = company.later(FIRST_DAY + timedelta(days=days * number / PEOPLE), 0, 2)
        if met <= LAST_MOMENT:
            live(company, new_person(company, met), met)
    return {
        "clients.csv": clients(company).encode("utf-8-sig"),
        "requests.csv": of_old_program(
            ("کد مشتری", "زمان", "از"),
            [[code, old(moment), "فرم سایت"] for moment, code in sorted(company.requests)],
        ),
        "visits.tsv": visits(company).encode("utf-16"),
        "contacts.ndjson": lines(
            [
                {"مشتری": code, "زمان": f"{moment:%Y-%m-%dT%H:%M}", "موضوع": reason, "راه": via}
                for moment, code, reason, via in sorted(company.contacts)
            ]
        ).encode(),
        "payments.csv": payments(company).encode(),
        "devices.json": devices(company).encode(),
        "workshop.csv": of_old_program(
            ("سریال", "زمان", "کار", "نتیجه"),
            [[serial, old(when), *rest] for when, serial, *rest in sorted(company.workshop)],
        ),
        "surveys.csv": table(
            ("مشتری", "تاریخ", "امتیاز"),
            [
                [code, persian(when), str(score).translate(PERSIAN_DIGITS)]
                for when, code, score in sorted(company.answers)
            ],
        ).encode(),
        "unsubscribed.csv": of_old_program(
            ("کد مشتری", "زمان"), [[code, old(moment)] for moment, code in sorted(company.unsubscribed)]
        ),
        "costs.csv": of_old_program(("ردیف", "ماه", "کانال", "مبلغ"), costs(chance)),
    }


def of_old_program(header: tuple[str, ...], rows: list[list[Any]]) -> bytes:
    """Write a table as programs of the nineties do."""
    return table(header, rows, ";").translate(OLD_LETTERS).encode("cp1256")


def clients(company: Company) -> str:
    """Write the clients' list: a client twice, a number that is none, a channel that is on no list."""
    rows = [[*row[:-1], persian(row[-1])] for row in company.clients]
    rows[40][1] = rows[40][1].replace("ی", "ي")
    rows.append([*rows[25]])
    rows.append(["M-901", "نادر صالحی", "021-88776655", GOOGLE, "", "", "بله", "۱۴۰۵/۰۲/۱۴ ۱۱:۰۰"])
    rows.append(["M-902", "پروین سلطانی", "", "بیلبورد", "پونک", "", "خیر", "۱۴۰۵/۰۳/۰۲ ۱۰:۳۰"])
    header = ("کد", "نام و نام خانوادگی", "موبایل", "نحوه آشنایی", "محله", "کد معرف")
    return table((*header, "پیامک تبلیغاتی", "تاریخ ثبت"), rows)


def visits(company: Company) -> str:
    """Write the log of the consultants: what was not kept has no second time."""
    rows = []
    for agreed, code, shown, hardness, price in sorted(company.visits, key=lambda row: row[:2]):
        kept = (
            [persian(shown), str(hardness).translate(PERSIAN_DIGITS), rials(price)] if shown else ["", "", ""]
        )
        rows.append([code, persian(agreed), *kept])
    return table(("مشتری", "زمان هماهنگی", "زمان بازدید", "سختی آب", "قیمت"), rows, "\t")


def payments(company: Company) -> str:
    """Write the books: a payment twice, one in tomans, one of no day, one of no client, the sum of all."""
    rows = [
        [str(1001 + number), persian(moment), code, goods, model, f"{rials(amount)} ریال"]
        for number, (moment, code, goods, model, amount) in enumerate(sorted(company.payments))
    ]
    buyer, looker = rows[30][2], company.visits[3][1]
    rows.insert(90, [*rows[88]])
    rows.append(["9001", "۱۴۰۵/۰۳/۱۷ ۱۰:۱۵", buyer, "ست فیلتر", "", "۱٬۸۰۰٬۰۰۰ تومان"])
    rows.append(["9002", "۱۴۰۴/۱۲/۳۰ ۱۲:۰۰", buyer, "ست فیلتر", "", "۱۸٬۰۰۰٬۰۰۰ ریال"])
    rows.append(["9003", "۱۴۰۵/۰۲/۲۱ ۱۱:۰۰", "M-999", "فیلتر دوش", "", "۲۲٬۰۰۰٬۰۰۰ ریال"])
    rows.append(["9004", "۱۴۰۳/۰۴/۲۰ ۱۲:۱۰", looker, "فیلتر دوش", "", "۲۲٬۰۰۰٬۰۰۰ ریال"])
    total = sum(amount for *_, amount in company.payments)
    rows.append(["", "", "جمع کل", "", "", f"{rials(total)} ریال"])
    return table(("شماره سند", "تاریخ", "مشتری", "شرح", "مدل", "مبلغ"), rows, ";")


def devices(company: Company) -> str:
    """Write what the workshop has to build."""
    rows = [
        {"سریال": serial, "مشتری": code, "مدل": serial[:4], "ثبت": persian(moment)}
        for moment, serial, code in sorted(company.devices)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def costs(chance: Chance) -> list[list[str]]:
    """Give what every channel has cost in each month."""
    rows = []
    for month in range(24):
        year, number = 1403 + (3 + month) // 12, (3 + month) % 12 + 1
        spent = {channel: chance.between(*bounds) for channel, bounds in SPENT.items()}
        if number in FAIR_MONTHS:
            spent[FAIR] = chance.between(*FAIR_COST)
        for channel, amount in spent.items():
            rows.append(
                [f"{len(rows) + 1}", f"{year}/{number:02}/01", channel, str(amount // 100_000 * 100_000)]
            )
    return rows


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent / "data", make())
