# ruff: noqa: INP001, DTZ001 - a script; the shop's clock knows no zones
"""Makes the sample data of the appliance shop: `python generate.py [FOLDER]`.

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

FIRST_DAY = datetime(2024, 7, 1, 10, 0)
LAST_MOMENT = datetime(2026, 6, 30, 19, 0)
PEOPLE = 400
MONTHS = 24

WOMEN = ("Анна", "Вера", "Дарья", "Елена", "Ирина", "Ксения", "Мария", "Нина", "Полина", "Светлана")
MEN = ("Борис", "Виктор", "Глеб", "Егор", "Илья", "Лев", "Максим", "Николай", "Олег", "Степан")
FAMILIES = (
    "Абрамов",
    "Беляев",
    "Власов",
    "Громов",
    "Данилов",
    "Ершов",
    "Жуков",
    "Зимин",
    "Ильин",
    "Крылов",
    "Лаптев",
)
SOURCES = ("ТВ", "листовка", "листовка", "щит", "соцсети", "соцсети", "сайт", "сайт", "знакомые", "знакомые")
COMES = {"ТВ": 0.5, "листовка": 0.45, "щит": 0.55, "соцсети": 0.5, "сайт": 0.65, "знакомые": 0.85}
"""The share of those who have seen an advert and come."""
SPENT = {
    "ТВ": (7000, 12000),
    "листовка": (2500, 4000),
    "щит": (4000, 4000),
    "соцсети": (3000, 6000),
    "сайт": (3500, 5000),
    "знакомые": (0, 1500),
}
"""Roubles a month."""
THINGS = (
    *(
        ("Стиральная машина", 34900),
        ("Холодильник", 52900),
        ("Посудомоечная машина", 38900),
        ("Плита", 29900),
    ),
    *(("Пылесос", 14900), ("Микроволновая печь", 9900), ("Кофемашина", 42900), ("Мультиварка", 7900)),
)
HEAVY = 25000
"""What costs more than that is mostly brought to the door."""
ACCESSORIES = (690, 990, 1490, 1900, 2400)
COMPLAINTS = ("Не включается", "Шумит", "Течёт", "Не греет", "Показывает ошибку")
STEPS = ("принято", "починили", "заменили", "отказ")


@dataclass
class Shop:
    """Everything that the shop has written down, each list one file."""

    chance: Chance
    clients: list[list[Any]] = field(default_factory=list)
    visits: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    receipts: list[tuple[datetime, str, str, int, str, str]] = field(default_factory=list)
    contacts: list[tuple[datetime, str, str]] = field(default_factory=list)
    reviews: list[tuple[datetime, str, int]] = field(default_factory=list)
    refusals: list[tuple[datetime, str]] = field(default_factory=list)
    parcels: list[dict[str, Any]] = field(default_factory=list)
    repairs: list[tuple[datetime, str, str, dict[str, datetime]]] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    """Who would send a friend."""

    def visit(self, moment: datetime, code: str, what: str, price: str = "") -> None:
        """Write down what happened in the shop."""
        self.visits.append((moment, code, what, price))

    def pay(self, moment: datetime, code: str, goods: str, amount: int, *, door: bool = False) -> None:
        """Take a payment."""
        how = self.chance.pick(("карта", "карта", "карта", "наличные", "СБП", "СБП"))
        self.receipts.append((moment, code, goods, amount, how, "да" if door else "нет"))

    def contact(self, moment: datetime, code: str, about: str, share: float = 0.94) -> None:
        """Call or write, unless somebody forgets to."""
        if self.chance.happens(share):
            self.contacts.append((moment, code, about))


@dataclass
class Person:
    """A client, and how it goes on with him or her."""

    code: str
    source: str
    may_write: bool
    loyal: bool


def new_person(shop: Shop, moment: datetime) -> Person:
    """Make a card."""
    chance = shop.chance
    code = f"{100001 + len(shop.clients)}"
    source = chance.pick(SOURCES)
    woman = chance.happens(0.55)
    name = f"{chance.pick(WOMEN if woman else MEN)} {chance.pick(FAMILIES)}{'а' if woman else ''}"
    friend = chance.pick(shop.content[-12:]) if source == "знакомые" and shop.content else ""
    phone = f"+7 9{chance.between(10, 99)} {chance.between(1000000, 9999999)}" if chance.happens(0.94) else ""
    person = Person(code, source, may_write=chance.happens(0.82), loyal=chance.happens(0.6))
    write_to = "да" if person.may_write else "нет"
    shop.clients.append([code, name, phone, source, friend, write_to, day_and_hour(moment)])
    return person


def live(shop: Shop, person: Person, moment: datetime) -> None:
    """Lead somebody from the advert to the first appliance, if it comes to that."""
    chance = shop.chance
    comes, came = chance.happens(COMES[person.source]), chance.later(moment, 1, 30)
    if person.may_write and (not comes or came > moment + timedelta(days=12)):
        shop.contact(chance.later(moment, 10, 11), person.code, "приглашение")
    if not comes:
        if person.may_write:
            shop.contact(chance.later(moment, 60, 61), person.code, "приглашение", 0.9)
            if chance.happens(0.06):
                shop.refusals.append((chance.later(moment, 62, 70), person.code))
        return
    shop.visit(came, person.code, "визит")
    if not chance.happens(0.9):
        return
    thing, price = chance.pick(THINGS)
    told = came + timedelta(minutes=15)
    shop.visit(told, person.code, "консультация", roubles(price))
    if chance.happens(0.4):
        order(shop, person, told + timedelta(minutes=20), (thing, price))
        return
    shop.contact(chance.later(told, 1, 2), person.code, "консультация")
    if chance.happens(0.35):
        order(shop, person, chance.later(told, 3, 6), (thing, price))
        return
    shop.contact(chance.later(told, 7, 8), person.code, "консультация")
    if chance.happens(0.25):
        order(shop, person, chance.later(told, 9, 30), (thing, price))
    elif person.may_write:
        for days in (55, 105):
            shop.contact(chance.later(told, days, days + 1), person.code, "приглашение", 0.9)


def order(shop: Shop, person: Person, moment: datetime, thing: tuple[str, int]) -> None:
    """Write the order, agree and pay; a few do not pay in the end."""
    shop.visit(moment, person.code, "заказ")
    shop.visit(moment + timedelta(minutes=10), person.code, "договор")
    if shop.chance.happens(0.95):
        buy(shop, person, moment + timedelta(minutes=15), thing)
        stay(shop, person, moment + timedelta(minutes=15))


def buy(shop: Shop, person: Person, moment: datetime, thing: tuple[str, int]) -> None:
    """Pay for an appliance, have it brought, and sometimes repaired."""
    chance = shop.chance
    name, price = thing
    door = price > HEAVY and chance.happens(0.85)
    shop.pay(moment, person.code, "техника", price, door=door)
    shop.contact(chance.later(moment, 5, 6), person.code, "забота")
    home = deliver(shop, person, moment, name) if door else moment
    if chance.happens(0.3):
        shop.pay(chance.later(home, 2, 10), person.code, "аксессуары", chance.pick(ACCESSORIES))
    if chance.happens(0.12):
        shop.pay(moment + timedelta(minutes=5), person.code, "настройка", 2000)
    if chance.happens(0.06):
        mend(shop, person, chance.later(home, 15, 200))


def deliver(shop: Shop, person: Person, moment: datetime, thing: str) -> datetime:
    """Pack and bring it; tell when it is at home."""
    chance = shop.chance
    packed = on_workday(chance.later(moment, 0, 1), moment)
    left = on_workday(chance.later(packed, 0, 1), packed)
    handed = left + timedelta(hours=chance.between(1, 5))
    steps = {"оформлена": moment, "упаковано": packed, "выехало": left, "вручено": handed}
    shown = {name: day_and_hour(step) if step <= LAST_MOMENT else None for name, step in steps.items()}
    if moment <= LAST_MOMENT:
        shop.parcels.append({"доставка": "", "карта": person.code, "товар": thing, **shown, "": moment})
    return handed


def on_workday(moment: datetime, after: datetime) -> datetime:
    """Give the moment, or the same hour of the next Monday; never before another one."""
    while moment.weekday() > 4:
        moment += timedelta(days=1)
    return max(moment, after + timedelta(minutes=40))


def mend(shop: Shop, person: Person, moment: datetime) -> None:
    """Report a fault and have it repaired, replaced or explained."""
    chance = shop.chance
    taken = on_workday(chance.later(moment, 0, 1), moment)
    if chance.happens(0.1):
        steps = {"отказ": taken}
    else:
        ready = on_workday(chance.later(taken, 3, 8 if chance.happens(0.9) else 16), taken)
        steps = {"принято": taken, "заменили" if chance.happens(0.2) else "починили": ready}
    shop.repairs.append((moment, person.code, chance.pick(COMPLAINTS), steps))


def stay(shop: Shop, person: Person, moment: datetime) -> None:
    """Be asked, come again, become a member of the club, or fall silent."""
    chance = shop.chance
    if person.may_write:
        ask(shop, person, moment)
    number = 1
    while moment <= LAST_MOMENT:
        if chance.happens(0.88 if person.loyal else 0.4):
            moment = chance.later(moment, 40, 150)
        else:
            shop.contact(chance.later(moment, 378, 384), person.code, "возвращение", 0.9)
            if not chance.happens(0.3):
                return
            moment = chance.later(moment, 386, 420)
        number += 1
        buy_again(shop, person, moment)
        if number == 3 and person.may_write:
            write_letters(shop, person, moment)
        if number == 4 and chance.happens(0.5):
            subscribe(shop, person, chance.later(moment, 5, 20))


def buy_again(shop: Shop, person: Person, moment: datetime) -> None:
    """Buy filters and bags, or another appliance."""
    if shop.chance.happens(0.4):
        buy(shop, person, moment, shop.chance.pick(THINGS))
    else:
        shop.pay(moment, person.code, "аксессуары", shop.chance.pick(ACCESSORIES))


def ask(shop: Shop, person: Person, bought: datetime) -> None:
    """Ask after 30, 60 and 90 days; some answer."""
    chance = shop.chance
    for days in (30, 60, 90):
        asked = chance.later(bought, days, days + 1)
        shop.contact(asked, person.code, "опрос", 0.95)
        if not chance.happens(0.35):
            continue
        score = chance.pick((10, 10, 9, 9, 9, 8) if person.loyal else (9, 8, 8, 7, 7, 5))
        shop.reviews.append((asked + timedelta(hours=2), person.code, score))
        if score >= 9 and person.code not in shop.content:
            shop.content.append(person.code)
        if score <= 6:
            shop.contact(chance.later(asked, 1, 1), person.code, "извинение", 0.85)


def write_letters(shop: Shop, person: Person, since: datetime) -> None:
    """Write to a member of the club every two months, and now and then stop."""
    moment = since + timedelta(days=61)
    while moment <= LAST_MOMENT and shop.chance.happens(0.97):
        shop.contact(shop.chance.later(moment, 0, 2), person.code, "новости", 1)
        moment += timedelta(days=61)


def subscribe(shop: Shop, person: Person, moment: datetime) -> None:
    """Pay for the care plan every month."""
    while moment <= LAST_MOMENT and shop.chance.happens(0.97):
        shop.pay(moment, person.code, "абонемент", 490)
        moment += timedelta(days=30)


def day_and_hour(moment: datetime) -> str:
    """Write a moment as people do."""
    return f"{moment:%d.%m.%Y %H:%M}"


def roubles(amount: int) -> str:
    """Write an amount as accountants' programs do: a no-break space between thousands, and a comma."""
    return f"{amount:,},00".replace(",", "\u00a0", f"{amount:,}".count(","))


def make() -> dict[str, bytes]:
    """Give every file by its name."""
    chance = Chance(40, opens=10, closes=19, closed_days=())
    shop = Shop(chance)
    days = (LAST_MOMENT - FIRST_DAY).days
    for number in range(PEOPLE):
        met = chance.later(FIRST_DAY + timedelta(days=days * number / PEOPLE), 0, 1)
        if met <= LAST_MOMENT:
            live(shop, new_person(shop, met), met)
    reviews = [[code, day_and_hour(when), score] for when, code, score in happened(shop.reviews)]
    refusals = [[code, day_and_hour(when)] for when, code in happened(shop.refusals)]
    contacts = [
        {"карта": code, "когда": f"{when:%Y-%m-%d %H:%M}", "повод": about}
        for when, code, about in happened(shop.contacts)
    ]
    return {
        "clients.csv": cards(shop).encode("cp1251"),
        "visits.csv": visits(shop).encode("utf-8-sig"),
        "receipts.csv": receipts(shop).encode("utf-8-sig"),
        "contacts.ndjson": lines(contacts).encode(),
        "reviews.csv": table(("карта", "когда", "балл"), reviews, ";").encode("cp1251"),
        "refusals.csv": table(("карта", "когда"), refusals, ";").encode("cp1251"),
        "parcels.json": parcels(shop).encode(),
        "repairs.json": repairs(shop).encode(),
        "advert.tsv": advert(chance).encode(),
        "upkeep.tsv": upkeep(chance).encode(),
    }


def happened(rows: list[Any]) -> list[Any]:
    """Give what has happened until the last moment, in the order of time."""
    return sorted(row for row in rows if row[0] <= LAST_MOMENT)


def cards(shop: Shop) -> str:
    """Write the clients' cards: one twice, and one whose source nobody knows."""
    rows = [list(row) for row in shop.clients]
    rows.append([*rows[25]])
    rows.append(["109999", "Ольга Белова", "", "радио", "", "да", "14.05.2026 12:00"])
    return table(("карта", "имя", "телефон", "откуда", "пригласил", "писать", "заведена"), rows, ";")


def visits(shop: Shop) -> str:
    """Write the table of the shop assistants: one row without a price, one of a card that nobody has."""
    rows = [[day_and_hour(when), *rest] for when, *rest in happened(shop.visits)]
    rows.append(["29.06.2026 12:00", rows[5][1], "консультация", "дорого"])
    rows.append(["29.06.2026 12:10", "109000", "визит", ""])
    return table(("когда", "карта", "что", "цена"), rows, ";")


def receipts(shop: Shop) -> str:
    """Write the till's export: a receipt twice, one on a day that there is not, a total."""
    rows = []
    for number, (when, code, goods, amount, how, door) in enumerate(happened(shop.receipts), start=1):
        rows.append([f"{number:06}", day_and_hour(when), code, goods, roubles(amount), how, door])
    rows.insert(90, [*rows[88]])
    rows.append(["900001", "31.06.2026 10:00", rows[12][2], "аксессуары", roubles(990), "карта", "нет"])
    rows.append(["", "", "Итого", "", roubles(sum(row[3] for row in happened(shop.receipts))), "", ""])
    return table(("чек", "дата", "карта", "отдел", "сумма", "оплата", "доставка"), rows, ";")


def parcels(shop: Shop) -> str:
    """Write the drivers' list."""
    rows = sorted(shop.parcels, key=lambda row: (row[""], row["карта"]))
    listed = [
        {name: value for name, value in row.items() if name} | {"доставка": f"Д-{number:03}"}
        for number, row in enumerate(rows, start=1)
    ]
    return json.dumps(listed, ensure_ascii=False, indent=1) + "\n"


def repairs(shop: Shop) -> str:
    """Write the list of the service."""
    rows = []
    for number, (when, code, complaint, steps) in enumerate(
        sorted((row for row in shop.repairs if row[0] <= LAST_MOMENT), key=lambda row: row[:2]), start=1
    ):
        known = {name: day_and_hour(step) for name, step in steps.items() if step <= LAST_MOMENT}
        row = {"случай": f"Г-{number:03}", "карта": code, "жалоба": complaint, "сообщили": day_and_hour(when)}
        rows.append(row | {name: known.get(name) for name in STEPS})
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def months() -> list[datetime]:
    """Give the first day of every month of the two years."""
    return [datetime(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 1) for month in range(MONTHS)]


def advert(chance: Chance) -> str:
    """Write what was spent on advertising, month by month."""
    rows = [
        [
            f"{day:%Y-%m} {source}",
            source,
            f"{day:%d.%m.%Y}",
            roubles(10 * chance.between(low // 10, high // 10)),
        ]
        for day in months()
        for source, (low, high) in SPENT.items()
    ]
    return table(("строка", "откуда", "месяц", "сумма"), rows, "\t")


def upkeep(chance: Chance) -> str:
    """Write the running costs, month by month."""
    rows = [[f"{day:%d.%m.%Y}", roubles(100 * chance.between(1500, 1900))] for day in months()]
    return table(("месяц", "сумма"), rows, "\t")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent / "data", make())
