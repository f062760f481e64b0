# ruff: noqa: INP001, DTZ001 - a script; the shop's clock knows no zones
"""Makes the sample data of the shop for car parts: `python generate.py [FOLDER]`.

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
LAST_MOMENT = datetime(2026, 6, 30, 19, 0)
PEOPLE = 430

WOMEN = ("Ольга", "Софья", "Ульяна", "Анна", "Марина", "Татьяна", "Юлия", "Вера", "Дарья", "Ирина")
MEN = ("Павел", "Роман", "Тимур", "Фёдор", "Игорь", "Сергей", "Антон", "Денис", "Кирилл", "Михаил")
FAMILIES = (
    *("Кузнецов", "Смирнов", "Орлов", "Волков", "Лебедев", "Морозов", "Новиков", "Козлов", "Зайцев"),
    *("Соколов", "Павлов", "Голубев", "Виноградов", "Белов", "Комаров", "Киселёв", "Макаров"),
)
CARS = ("Гранта", "Веста", "Нива", "Логан", "Солярис", "Рио", "Поло", "Октавия", "Камри", "")
SOURCES = ("статья", "статья", "день открытых дверей", "партнёр", "партнёр", "знакомые", "мимо")
CLIMBS = {"статья": 0.30, "день открытых дверей": 0.42, "партнёр": 0.72, "знакомые": 0.80, "мимо": 0.55}
"""The share of those who come to know us and become interested, by where they were met."""
SPENT = {
    "статья": (0, 600),
    "день открытых дверей": (0, 1800),
    "партнёр": (200, 900),
    "знакомые": (0, 900),
}
"""Roubles a month."""
PARTNERS = (
    *(("Сервис на Лесной", "автосервис"), ("Гараж 12", "автосервис"), ("Мастер Мотор", "автосервис")),
    *(("Колесо", "шиномонтаж"), ("Шина и диск", "шиномонтаж"), ("Старт", "автошкола")),
    *(
        ("Первая передача", "автошкола"),
        ("Блеск", "мойка"),
        ("Капля", "мойка"),
        ("Сервис у моста", "автосервис"),
    ),
    *(("Автодоктор", "автосервис"), ("Зимний лес", "шиномонтаж"), ("Зелёный свет", "автошкола")),
    *(("Чистая машина", "мойка"),),
)
DETAILS = ("Тормозной диск", "Фара", "Радиатор", "Генератор", "Ступица", "Бампер", "Амортизатор")


@dataclass
class Shop:
    """Everything that the shop has written down, each list one file."""

    chance: Chance
    people: list[list[Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    receipts: list[list[Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[list[Any]] = field(default_factory=list)
    refusals: list[list[Any]] = field(default_factory=list)
    talks: list[list[Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    """Who would send a friend."""

    def visit(self, code: str, moment: datetime, what: str) -> None:
        """Write down that somebody heard of us, asked, or came to the check."""
        if moment <= LAST_MOMENT:
            self.visits.append({"карточка": code, "когда": f"{moment:%Y-%m-%d %H:%M}", "что": what})

    def pay(self, code: str, moment: datetime, goods: str, amount: int) -> None:
        """Write down a purchase."""
        if moment <= LAST_MOMENT:
            how = self.chance.pick(("магазин", "магазин", "магазин", "сайт", "телефон"))
            self.receipts.append([moment, code, goods, amount, how])

    def contact(self, code: str, moment: datetime, reason: str, via: str = "телефон") -> None:
        """Write down that somebody called or wrote."""
        if moment <= LAST_MOMENT:
            row = {"карточка": code, "когда": f"{moment:%Y-%m-%d %H:%M}", "повод": reason, "как": via}
            self.contacts.append(row)


def new_person(shop: Shop, moment: datetime) -> str:
    """Put a card into the central file, and tell its code."""
    chance = shop.chance
    number = len(shop.people) + 1
    code = f"Ч-{number:03}"
    source = chance.pick(SOURCES)
    woman = chance.happens(0.4)
    name = f"{chance.pick(WOMEN if woman else MEN)} {chance.pick(FAMILIES)}{'а' if woman else ''}"
    partner = f"П-{chance.pick((1, 1, 1, 2, 2, 3, 4, 6, 8, 10)):02}" if source == "партнёр" else ""
    friend = chance.pick(shop.content) if source == "знакомые" and shop.content else ""
    phone = f"+7 9{chance.between(10, 99)} {chance.between(1000000, 9999999)}" if chance.happens(0.93) else ""
    write_to = "да" if chance.happens(0.82) else "нет"
    car = chance.pick(CARS)
    shop.people.append(
        [code, name, phone, source, partner, friend, car, write_to, f"{moment:%d.%m.%Y %H:%M}"]
    )
    return code


def live(shop: Shop, code: str, moment: datetime) -> None:
    """Lead somebody up the ladder, as far as it goes."""
    chance = shop.chance
    source, may_write = shop.people[-1][3], shop.people[-1][7] == "да"
    if source in {"знакомые", "мимо"} and chance.happens(0.5):
        first_purchase(shop, code, moment + timedelta(minutes=30), may_write=may_write)
        return
    if source == "партнёр" and chance.happens(0.4):
        if may_write and chance.happens(0.8):
            shop.contact(code, chance.later(moment, 14, 16), "приглашение", "мессенджер")
        if not chance.happens(0.6):
            return
        moment = chance.later(moment, 20, 60)
    shop.visit(code, moment, "услышал")
    if may_write and chance.happens(0.88):
        shop.contact(code, chance.later(moment, 7, 9), "приглашение", "мессенджер")
    if may_write and chance.happens(0.03):
        refused = chance.later(moment, 8, 12)
        if refused <= LAST_MOMENT:
            shop.refusals.append([code, f"{refused:%d.%m.%Y %H:%M}"])
        return
    if not chance.happens(CLIMBS[source]):
        if may_write and chance.happens(0.7):
            shop.contact(code, chance.later(moment, 30, 33), "приглашение", "мессенджер")
        return
    ask_and_check(shop, code, chance.later(moment, 8, 40), may_write=may_write)


def ask_and_check(shop: Shop, code: str, asked: datetime, *, may_write: bool) -> None:
    """Ask, be answered, come to the free check, perhaps buy."""
    chance = shop.chance
    shop.visit(code, asked, "вопрос")
    if chance.happens(0.93):
        shop.contact(code, chance.later(asked, 1, 1), "предложение")
    checked = chance.later(asked, 2, 9)
    if chance.happens(0.75):
        shop.visit(code, checked, "проверка")
        if chance.happens(0.45):
            first_purchase(shop, code, checked + timedelta(minutes=50), may_write=may_write)
            return
        if chance.happens(0.85):
            shop.contact(code, chance.later(checked, 3, 5), "предложение")
            shop.contact(code, chance.later(checked, 14, 16), "предложение")
    if chance.happens(0.35):
        first_purchase(shop, code, chance.later(checked, 6, 20), may_write=may_write)


def first_purchase(shop: Shop, code: str, moment: datetime, *, may_write: bool) -> None:
    """Buy for the first time, and again, as the car wears."""
    chance = shop.chance
    shop.pay(code, moment, "запчасти", price(chance))
    if chance.happens(0.25):
        shop.pay(code, chance.later(moment, 1, 10), "набор", 4900)
    if chance.happens(0.9):
        shop.contact(code, chance.later(moment, 5, 6), "забота")
    loyal = chance.happens(0.55)
    if may_write:
        say(shop, code, chance.later(moment, 30, 34), loyal=loyal)
    number = 1
    while moment <= LAST_MOMENT:
        if not chance.happens(0.85 if loyal else 0.4):
            called = chance.later(moment, 366, 372)
            if chance.happens(0.85):
                shop.contact(code, called, "возвращение")
            if not chance.happens(0.25):
                return
            moment = chance.later(called, 3, 25)
        else:
            moment = chance.later(moment, 45, 170)
        number += 1
        goods = chance.pick(("масло", "запчасти", "запчасти", "диагностика", "набор"))
        shop.pay(code, moment, goods, 4900 if goods == "набор" else price(chance))
        if chance.happens(0.9):
            shop.contact(code, chance.later(moment, 5, 6), "забота")
        if number == 3 and may_write:
            write_letters(shop, code, moment)
        if number >= 4:
            treat(shop, code, moment)


def write_letters(shop: Shop, code: str, since: datetime) -> None:
    """Write to a constant client every two months, and now and then forget to."""
    moment = since + timedelta(days=30)
    while moment <= LAST_MOMENT and shop.chance.happens(0.97):
        shop.contact(code, shop.chance.later(moment, 0, 2), "новости", "почта")
        moment += timedelta(days=61)


def treat(shop: Shop, code: str, moment: datetime) -> None:
    """Sell tyres or a year of care to those who come constantly."""
    if shop.chance.happens(0.12):
        shop.pay(code, shop.chance.later(moment, 2, 20), "шины", 28000)
    if shop.chance.happens(0.08):
        shop.pay(code, shop.chance.later(moment, 2, 20), "год заботы", 12000)


def price(chance: Chance) -> int:
    """Give what a purchase costs."""
    return chance.pick((700, 1450, 2300, 2300, 3600, 4100, 5200, 7500, 11800))


def say(shop: Shop, code: str, moment: datetime, *, loyal: bool) -> None:
    """Answer how content one is."""
    chance = shop.chance
    if not chance.happens(0.6) or moment > LAST_MOMENT:
        return
    score = chance.pick((10, 10, 9, 9, 9, 8) if loyal else (9, 8, 7, 6, 5, 3))
    shop.reviews.append([code, f"{moment:%d.%m.%Y %H:%M}", score])
    if score >= 9:
        shop.content.append(code)
    if score <= 6 and chance.happens(0.85):
        shop.contact(code, chance.later(moment, 1, 1), "жалоба")


def partners(shop: Shop) -> list[list[str]]:
    """Find partners, talk, agree, and send clients both ways."""
    chance = shop.chance
    rows = []
    for number, (name, line) in enumerate(PARTNERS, start=1):
        code = f"П-{number:02}"
        found = chance.later(FIRST_DAY, 5 * number, 25 * number)
        rows.append([code, name, line, "Тверь" if chance.happens(0.8) else "Клин", f"{found:%d.%m.%Y %H:%M}"])
        moment = chance.later(found, 2, 5)
        shop.talks.append([code, moment, "встреча"])
        if number in {7, 13}:
            continue
        moment = chance.later(moment, 5, 25)
        shop.talks.append([code, moment, "договор"])
        while (moment := chance.later(moment, 25, 85)) <= LAST_MOMENT:
            shop.talks.append([code, moment, "встреча" if chance.happens(0.6) else "прислали мы"])
    return rows


def ordered_parts(shop: Shop) -> None:
    """Order what is not on the shelf, for those who buy."""
    chance = shop.chance
    buyers = sorted({(code, moment) for moment, code, *_ in shop.receipts if chance.happens(0.11)})
    for number, (code, moment) in enumerate(sorted(buyers, key=lambda buyer: buyer[1]), start=1):
        steps = {"попросили": moment, "заказано": chance.later(moment, 0, 1)}
        if chance.happens(0.05):
            steps["не_достали"] = chance.later(moment, 1, 3)
        else:
            steps["привезли"] = chance.later(steps["заказано"], 2, 5 if chance.happens(0.9) else 16)
            steps["выдано"] = chance.later(steps["привезли"], 0, 6)
        shown = {name: f"{step:%Y-%m-%d %H:%M}" for name, step in steps.items() if step <= LAST_MOMENT}
        part = chance.pick(DETAILS)
        shop.orders.append({"заказ": f"З-{number:03}", "карточка": code, "деталь": part, **shown})


def spending(chance: Chance) -> list[list[str]]:
    """Give what was spent in each month."""
    rows = []
    for month in range(24):
        day = datetime(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
        for source, (low, high) in SPENT.items():
            rows.append(
                [f"{day:%Y-%m} {source}", source, f"{day:%d.%m.%Y}", roubles(chance.between(low, high))]
            )
    return rows


def roubles(amount: int) -> str:
    """Write an amount as accountants' programs do: a no-break space between thousands, and a comma."""
    return f"{amount:,},00".replace(",", "\u00a0", f"{amount:,}".count(","))


def make() -> dict[str, bytes]:
    """Give every file by its name."""
    chance = Chance(3, closes=19)
    shop = Shop(chance)
    days = (LAST_MOMENT - FIRST_DAY).days
    for number in range(PEOPLE):
        met = chance.later(FIRST_DAY + timedelta(days=days * number / PEOPLE), 0, 2)
        if met <= LAST_MOMENT:
            live(shop, new_person(shop, met), met)
    found = partners(shop)
    ordered_parts(shop)
    talks = sorted((moment, code, what) for code, moment, what in shop.talks if moment <= LAST_MOMENT)
    return {
        "file.csv": central_file(shop).encode("cp1251"),
        "visits.ndjson": lines(sorted(shop.visits, key=lambda row: (row["когда"], row["карточка"]))).encode(),
        "receipts.csv": receipts(shop).encode("utf-8-sig"),
        "contacts.ndjson": lines(
            sorted(shop.contacts, key=lambda row: (row["когда"], row["карточка"]))
        ).encode(),
        "reviews.csv": table(("карточка", "когда", "оценка"), shop.reviews, ";").encode("cp1251"),
        "refusals.csv": table(("карточка", "когда"), shop.refusals, ";").encode("cp1251"),
        "partners.csv": table(("код", "название", "занятие", "город", "найден"), found, ";").encode("cp1251"),
        "talks.csv": table(
            ("когда", "партнёр", "что"), [[f"{when:%d.%m.%Y %H:%M}", *rest] for when, *rest in talks], ";"
        ).encode("cp1251"),
        "orders.json": (json.dumps(shop.orders, ensure_ascii=False, indent=1) + "\n").encode(),
        "spending.csv": table(("строка", "откуда", "месяц", "сумма"), spending(chance), ";").encode("cp1251"),
    }


def central_file(shop: Shop) -> str:
    """Write the central file: a card twice, and one whose source nobody knows."""
    rows = [list(row) for row in shop.people]
    rows.append([*rows[30]])
    rows.append(["Ч-900", "Лев Белов", "", "радио", "", "", "Рио", "да", "14.05.2026 12:00"])
    header = ("код", "имя", "телефон", "откуда", "партнёр", "посоветовал", "машина", "писать", "записан")
    return table(header, rows, ";")


def receipts(shop: Shop) -> str:
    """Write the till's export: a receipt twice, one of no day, one of no card, a total."""
    rows = []
    for number, (moment, code, goods, amount, how) in enumerate(sorted(shop.receipts), start=1):
        rows.append([f"{number:06}", f"{moment:%d.%m.%Y %H:%M}", code, goods, roubles(amount), how])
    rows.insert(120, [*rows[118]])
    rows.append(["900001", "30.02.2026 10:00", rows[12][2], "масло", roubles(2300), "магазин"])
    rows.append(["900002", "20.02.2026 10:00", "Ч-999", "масло", roubles(2300), "магазин"])
    rows.append(["", "", "Итого", "", roubles(sum(amount for _, _, _, amount, _ in shop.receipts)), ""])
    return table(("чек", "дата", "карточка", "товар", "сумма", "способ"), rows, ";")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent / "data", make())
