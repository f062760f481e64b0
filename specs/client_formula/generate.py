# ruff: noqa: INP001, DTZ001 - a script; the studio's clock knows no zones
"""Makes the sample data of the fitness studio: `python generate.py [FOLDER]`.

Invented from beginning to end, and the same bytes every time.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from invented import Chance, lines, table, write

FIRST_DAY = datetime(2024, 7, 1)
LAST_MOMENT = datetime(2026, 6, 30, 20, 0)
PEOPLE = 420

WOMEN = ("Алина", "Вера", "Дина", "Зоя", "Кира", "Лариса", "Марина", "Нина", "Ольга", "Полина", "Яна")
MEN = ("Артём", "Борис", "Глеб", "Егор", "Илья", "Лев", "Марат", "Олег", "Руслан")
FAMILIES = (
    *("Ашихмин", "Бажов", "Вершинин", "Глазырин", "Ершов", "Зырянов", "Калинин", "Лаптев", "Мельников"),
    *("Некрасов", "Пермяков", "Русаков", "Сысолятин", "Третьяков", "Уфимцев", "Черепанов", "Шадрин"),
)
WISHES = ("похудеть к лету", "чтобы не болела спина", "подтянуться десять раз", "больше сил", "хорошо спать")
SOURCES = ("карты и поиск", "карты и поиск", "ВКонтакте", "ВКонтакте", "вывеска", "соседи", "друг")
COMES = {"карты и поиск": 0.66, "ВКонтакте": 0.52, "вывеска": 0.72, "соседи": 0.76, "друг": 0.88}
"""The share of those who asked who come to the trial training."""
BUYS = {"карты и поиск": 0.60, "ВКонтакте": 0.42, "вывеска": 0.62, "соседи": 0.66, "друг": 0.80}
"""The share of those who tried who buy."""
ADVERTISING = {
    "карты и поиск": (4500, 8000),
    "ВКонтакте": (6000, 11000),
    "вывеска": (900, 900),
    "соседи": (0, 1500),
    "друг": (0, 3200),
}
"""Roubles a month."""
COSTS = {
    "аренда": (58000, 58000),
    "зарплата": (92000, 108000),
    "коммунальные": (9000, 17000),
    "прочее": (4000, 12000),
}
"""Roubles a month."""
PRICES = {
    "пробная неделя": 690,
    "абонемент 8": 3900,
    "3 месяца": 9900,
    "ежемесячно": 3200,
    "с тренером": 5400,
    "массаж": 1800,
}
FIRST_GOODS = (
    *("пробная неделя", "пробная неделя", "пробная неделя", "абонемент 8", "абонемент 8", "абонемент 8"),
    *("3 месяца", "ежемесячно", "ежемесячно"),
)


@dataclass
class Studio:
    """Everything that the studio has written down, each list one file."""

    chance: Chance
    clients: list[list[Any]] = field(default_factory=list)
    desk: list[dict[str, Any]] = field(default_factory=list)
    payments: list[tuple[datetime, str, str, int]] = field(default_factory=list)
    bank: list[tuple[datetime, str, str]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[tuple[datetime, str, int]] = field(default_factory=list)
    refusals: list[tuple[datetime, str]] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)
    plan_book: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    happy: list[tuple[datetime, str]] = field(default_factory=list)
    """Who would send a friend, and since when."""

    def note(self, code: str, moment: datetime, what: str) -> None:
        """Write into the book at the desk that somebody asked or came."""
        if moment <= LAST_MOMENT:
            self.desk.append({"клиент": code, "когда": f"{moment:%Y-%m-%d %H:%M}", "что": what})

    def pay(self, code: str, moment: datetime, goods: str, amount: int = 0) -> None:
        """Write down a payment."""
        if moment <= LAST_MOMENT:
            self.payments.append((moment, code, goods, amount or PRICES[goods]))

    def contact(self, code: str, moment: datetime, reason: str, via: str = "телефон") -> None:
        """Write down that somebody called, wrote or spoke."""
        if moment <= LAST_MOMENT:
            row = {"клиент": code, "когда": f"{moment:%Y-%m-%d %H:%M}", "повод": reason, "как": via}
            self.contacts.append(row)

    def told_by_bank(self, code: str, moment: datetime, what: str) -> None:
        """Write down what the bank says of a monthly payment."""
        if moment <= LAST_MOMENT:
            self.bank.append((moment, code, what))


def new_client(studio: Studio, moment: datetime) -> str:
    """Put somebody into the book, and tell the code."""
    chance = studio.chance
    number = len(studio.clients) + 1
    code = f"К-{number:03}"
    source = chance.pick(SOURCES)
    woman = chance.happens(0.64)
    name = f"{chance.pick(WOMEN if woman else MEN)} {chance.pick(FAMILIES)}{'а' if woman else ''}"
    recent = [other for since, other in studio.happy if since <= moment < since + timedelta(days=270)]
    friend = chance.pick(recent[-6:]) if source == "друг" and recent else ""
    phone = f"+7 9{chance.between(10, 99)} {chance.between(1000000, 9999999)}" if chance.happens(0.95) else ""
    wish = chance.pick(WISHES)
    write_to = "да" if chance.happens(0.85) else "нет"
    studio.clients.append(
        [code, name, phone, source, wish, friend, write_to, f"{moment:%d.%m.%Y %H:%M}"],
    )
    return code


def live(studio: Studio, code: str, asked: datetime) -> None:
    """Lead somebody up the ladder, as far as it goes."""
    chance = studio.chance
    source, may_write = studio.clients[-1][3], studio.clients[-1][6] == "да"
    if chance.happens(0.85):
        studio.note(code, asked, "вопрос")
        if chance.happens(0.96):
            studio.contact(code, asked + timedelta(minutes=5 * chance.between(3, 22)), "приглашение")
    if not chance.happens(COMES[source]):
        think(studio, code, asked + timedelta(days=30), may_write=may_write)
        return
    tried = chance.later(asked, 1, 8)
    try_out(studio, code, tried, may_write=may_write)


def try_out(studio: Studio, code: str, tried: datetime, *, may_write: bool) -> None:
    """Come to the trial training, and buy or not."""
    chance = studio.chance
    studio.note(code, tried, "пробная")
    source = next(row[3] for row in studio.clients if row[0] == code)
    buys = chance.happens(BUYS[source])
    if buys and chance.happens(0.55):
        begin(studio, code, tried + timedelta(minutes=60), may_write=may_write)
        return
    called = tried + timedelta(days=1, minutes=5 * chance.between(1, 20))
    if chance.happens(0.95):
        studio.contact(code, called, "после пробной")
    if buys:
        begin(studio, code, chance.later(called, 1, 6), may_write=may_write)
        return
    if chance.happens(0.95):
        studio.contact(code, chance.later(tried, 9, 10), "после пробной")
    think(studio, code, tried + timedelta(days=30), may_write=may_write)


def think(studio: Studio, code: str, since: datetime, *, may_write: bool) -> None:
    """Think it over for a year, hear from the studio now and then, and perhaps come."""
    chance = studio.chance
    comes = chance.later(since, 40, 300) if chance.happens(0.14) else datetime(2100, 1, 1)
    stops = chance.later(since, 20, 200) if chance.happens(0.07) else datetime(2100, 1, 1)
    letter = since + timedelta(days=15)
    while may_write and letter < min(comes, stops, since + timedelta(days=330), LAST_MOMENT):
        if not chance.happens(0.97):
            break
        studio.contact(code, chance.later(letter, 0, 1), "новости", "мессенджер")
        letter += timedelta(days=92)
    if stops < min(comes, LAST_MOMENT):
        studio.refusals.append((stops, code))
        may_write = False
    if comes <= LAST_MOMENT:
        try_out(studio, code, comes, may_write=may_write)


def begin(studio: Studio, code: str, moment: datetime, *, may_write: bool) -> None:
    """Pay for the first time."""
    chance = studio.chance
    goods = chance.pick(FIRST_GOODS)
    loyal = chance.happens(0.72)
    studio.pay(code, moment, goods)
    if chance.happens(0.96):
        studio.contact(code, chance.later(moment, 10, 11), "забота")
    ask_how_it_is(studio, code, moment, loyal=loyal, may_write=may_write)
    if goods == "ежемесячно":
        every_month(studio, code, moment, loyal=loyal)
    elif goods == "пробная неделя":
        after_the_week(studio, code, moment, loyal=loyal)
    else:
        again(studio, code, moment, goods, loyal=loyal)


def ask_how_it_is(studio: Studio, code: str, moment: datetime, *, loyal: bool, may_write: bool) -> None:
    """Ask after 30, 60 and 90 days how content somebody is; two of three answer once."""
    chance = studio.chance
    answers = chance.pick((30, 30, 60, 90, 0, 0))
    for days in (30, 60, 90):
        asked = chance.later(moment + timedelta(days=days), 0, 1)
        if may_write and chance.happens(0.96):
            studio.contact(code, asked, "опрос", "мессенджер")
        answered = asked + timedelta(hours=2)
        if days == answers and answered <= LAST_MOMENT:
            score = chance.pick((10, 10, 9, 9, 9, 8, 8) if loyal else (9, 8, 7, 7, 6, 5, 3))
            studio.reviews.append((answered, code, score))
            if score >= 9:
                studio.happy.append((answered, code))
            if score <= 6 and chance.happens(0.9):
                studio.contact(code, chance.later(answered, 1, 1), "жалоба")


def after_the_week(studio: Studio, code: str, moment: datetime, *, loyal: bool) -> None:
    """Go on after the cheap week, or not."""
    chance = studio.chance
    if chance.happens(0.74 if loyal else 0.45):
        moment = chance.later(moment, 6, 18)
        goods = chance.pick(("абонемент 8", "абонемент 8", "3 месяца", "ежемесячно"))
        studio.pay(code, moment, goods)
        if goods == "ежемесячно":
            every_month(studio, code, moment, loyal=loyal)
        else:
            again(studio, code, moment, goods, loyal=loyal)
        return
    renew(studio, code, moment)
    fall_silent(studio, code, moment + timedelta(days=60), moment)


def renew(studio: Studio, code: str, moment: datetime) -> None:
    """Speak of the next pass before this one is over."""
    if studio.chance.happens(0.95):
        studio.contact(code, studio.chance.later(moment, 24, 25), "продление", "мессенджер")


def again(studio: Studio, code: str, moment: datetime, goods: str, *, loyal: bool) -> None:
    """Buy pass after pass, and at some time a monthly payment."""
    chance = studio.chance
    number = 1
    while moment <= LAST_MOMENT:
        if chance.happens(0.14):
            studio.pay(code, chance.later(moment, 2, 8), "с тренером")
        if not chance.happens(0.84 if loyal else 0.5):
            if goods == "абонемент 8":
                renew(studio, code, moment)
            quiet = {"3 месяца": 110}.get(goods, 60 if number == 1 else 75)
            fall_silent(studio, code, moment + timedelta(days=quiet), moment)
            return
        if goods == "абонемент 8":
            renew(studio, code, moment)
        moment = chance.later(moment, *((84, 96) if goods == "3 месяца" else (27, 40)))
        number += 1
        if chance.happens(0.42):
            studio.pay(code, moment, "ежемесячно")
            every_month(studio, code, moment, loyal=loyal)
            return
        goods = "3 месяца" if chance.happens(0.16) else "абонемент 8"
        studio.pay(code, moment, goods)
        if number > 2 and chance.happens(0.15):
            studio.pay(code, chance.later(moment, 1, 12), "массаж")


def every_month(studio: Studio, code: str, since: datetime, *, loyal: bool) -> None:
    """Pay every month, until the card fails or the wish does."""
    chance = studio.chance
    moment, months = since, 0
    may_write = next(row[6] for row in studio.clients if row[0] == code) == "да"
    train_by_plans(studio, code, since)
    while True:
        if chance.happens(0.05):
            studio.pay(code, chance.later(moment, 2, 20), "с тренером" if chance.happens(0.6) else "массаж")
        moment = (moment + timedelta(days=30)).replace(hour=9, minute=10)
        months += 1
        if moment > LAST_MOMENT:
            return
        if may_write and months <= 3 and chance.happens(0.97):
            studio.contact(code, chance.later(moment, 0, 1), "опрос", "мессенджер")
        if months % 3 == 0 and chance.happens(0.95):
            studio.contact(code, chance.later(moment, 1, 4), "забота", "в студии")
        if chance.happens(0.045 if loyal else 0.13):
            stopped = moment - timedelta(days=chance.between(1, 6))
            studio.told_by_bank(code, stopped, "отключено")
            if chance.happens(0.06):  # The bank tries once more, although nothing is to be paid.
                studio.told_by_bank(code, moment, "отказ")
            fall_silent(studio, code, stopped, moment - timedelta(days=30))
            return
        if chance.happens(0.05):
            studio.told_by_bank(code, moment, "отказ")
            if chance.happens(0.93):
                studio.contact(code, moment + timedelta(hours=chance.between(3, 6)), "карта")
            if chance.happens(0.2):
                fall_silent(studio, code, moment + timedelta(days=21), moment - timedelta(days=30))
                return
            moment = chance.later(moment, 1, 3)
        studio.pay(code, moment, "ежемесячно")


def fall_silent(studio: Studio, code: str, moment: datetime, paid: datetime) -> None:
    """Stop paying; be called; perhaps come back."""
    chance = studio.chance
    called = chance.later(moment, 1, 2)
    if chance.happens(0.95):
        studio.contact(code, called, "возвращение")
    if chance.happens(0.2):
        back = chance.later(called, 5, 50)
        studio.pay(code, back, "ежемесячно", 1600)
        every_month(studio, code, back, loyal=False)
        return
    if chance.happens(0.9):
        studio.contact(code, chance.later(paid + timedelta(days=366), 1, 6), "возвращение")


def train_by_plans(studio: Studio, code: str, moment: datetime) -> None:
    """Train by one plan after the other, as long as the monthly payments may last."""
    chance = studio.chance
    level = chance.pick(("начальный", "начальный", "средний"))
    for _ in range(chance.between(1, 4)):
        if moment > LAST_MOMENT:
            return
        number = f"ПТ-{len(studio.plans) + 1:03}"
        studio.plans.append(
            {"план": number, "клиент": code, "уровень": level, "заказан": f"{moment:%Y-%m-%d %H:%M}"}
        )
        fits = False
        while not fits:
            moment = chance.later(moment, 0, 2)
            studio.plan_book.append((moment, number, "написан", ""))
            moment = chance.later(moment, 2, 6)
            fits = chance.happens(0.93)
            studio.plan_book.append((moment, number, "проверен", "да" if fits else "нет"))
        moment = chance.later(moment, 56, 66)
        studio.plan_book.append((moment, number, "пройден", ""))
        level = "средний" if level == "начальный" else "сильный"


def by_month(chance: Chance, amounts: dict[str, tuple[int, int]]) -> list[list[str]]:
    """Give what was paid for each thing in each month."""
    rows = []
    for month in range(24):
        day = datetime(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
        for what, (low, high) in amounts.items():
            amount = roubles(chance.between(low // 100, high // 100) * 100)
            rows.append([f"{day:%Y-%m} {what}", what, f"{day:%d.%m.%Y}", amount])
    return rows


def roubles(amount: int) -> str:
    """Write an amount as accountants' programs do: a no-break space between thousands, and a comma."""
    return f"{amount:,},00".replace(",", "\u00a0", f"{amount:,}".count(","))


def make() -> dict[str, bytes]:
    """Give every file by its name."""
    chance = Chance(20, closes=20, closed_days=())
    studio = Studio(chance)
    days = (LAST_MOMENT - FIRST_DAY).days
    for number in range(PEOPLE):
        met = chance.later(FIRST_DAY + timedelta(days=days * number / PEOPLE), 0, 2)
        if met <= LAST_MOMENT:
            live(studio, new_client(studio, met), met)
    costs, advertising = by_month(chance, COSTS), by_month(chance, ADVERTISING)
    return {
        "clients.csv": clients(studio).encode("cp1251"),
        "desk.ndjson": log(studio.desk),
        "payments.csv": payments(studio).encode("utf-8-sig"),
        "bank.csv": table(("клиент", "когда", "ответ"), dated(studio.bank), "\t").encode("utf-16"),
        "contacts.ndjson": log(studio.contacts),
        "reviews.csv": table(("клиент", "когда", "оценка"), dated(studio.reviews), ";").encode("cp1251"),
        "refusals.csv": table(("клиент", "когда"), dated(studio.refusals), ";").encode("cp1251"),
        "plans.json": (json.dumps(studio.plans, ensure_ascii=False, indent=1) + "\n").encode(),
        "plan_book.csv": table(("план", "когда", "что", "подходит"), dated(studio.plan_book), ";").encode(
            "cp1251"
        ),
        "costs.csv": table(("строка", "статья", "месяц", "сумма"), costs, ";").encode("cp1251"),
        "advertising.csv": table(("строка", "откуда", "месяц", "сумма"), advertising, ";").encode("cp1251"),
    }


def log(rows: list[dict[str, Any]]) -> bytes:
    """Write a book in the order of time."""
    return lines(sorted(rows, key=lambda row: (row["когда"], row["клиент"]))).encode()


def dated(rows: list[Any]) -> list[list[Any]]:
    """Give rows in the order of time, the code first, without those of a later day."""
    return [
        [code, f"{moment:%d.%m.%Y %H:%M}", *rest]
        for moment, code, *rest in sorted(rows)
        if moment <= LAST_MOMENT
    ]


def clients(studio: Studio) -> str:
    """Write the list of clients: one twice, one whose source nobody knows, one whose telephone is none."""
    rows = [list(row) for row in studio.clients]
    rows.append([*rows[25]])
    rows.append(["К-901", "Лев Шадрин", "", "радио", "больше сил", "", "да", "14.05.2026 12:00"])
    rows.append(["К-902", "Яна Русакова", "нет", "вывеска", "", "", "да", "20.05.2026 18:00"])
    header = ("код", "имя", "телефон", "откуда", "зачем", "пригласил", "писать", "записан")
    return table(header, rows, ";")


def payments(studio: Studio) -> str:
    """Write the till's export: a receipt twice, one of no day, one of no client, a line of totals."""
    rows = []
    for number, (moment, code, goods, amount) in enumerate(sorted(studio.payments), start=1):
        rows.append([f"{number:06}", f"{moment:%d.%m.%Y %H:%M}", code, goods, roubles(amount)])
    rows.insert(140, [*rows[138]])
    rows.append(["900001", "31.06.2026 10:00", rows[12][2], "абонемент 8", roubles(3900)])
    rows.append(["900002", "20.06.2026 10:00", "К-999", "массаж", roubles(1800)])
    rows.append(["", "", "Итого", "", roubles(sum(amount for *_, amount in studio.payments))])
    return table(("чек", "дата", "клиент", "товар", "сумма"), rows, ";")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent / "data", make())
