# ruff: noqa: INP001, DTZ001 - a script; the office's clock knows no zones
"""Makes the sample data of the roastery: `python generate.py [FOLDER]`.

Invented from beginning to end, and the same bytes every time.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from invented import Chance, comma, lines, table, write

FIRST_DAY = datetime(2024, 7, 1)
LAST_MOMENT = datetime(2026, 6, 30, 18, 0)
CLIENTS = 420
SATURDAY, SUNDAY = 5, 6

WOMEN = ("Мария", "Ивана", "Елена", "Десислава", "Петя", "Силвия", "Теодора", "Виолета", "Анна", "Йоана")
MEN = (
    "Георги",
    "Николай",
    "Стоян",
    "Калоян",
    "Борислав",
    "Красимир",
    "Радостин",
    "Димитър",
    "Мартин",
    "Огнян",
)
FAMILIES = (
    *("Иванов", "Петров", "Димитров", "Колев", "Христов", "Янев", "Маринов", "Василев", "Ганев", "Тодоров"),
    *("Ангелов", "Стоянов", "Илиев", "Николов", "Георгиев", "Попов", "Кръстев"),
)
CITIES = ("София", "София", "София", "Пловдив", "Варна", "Бургас", "Русе", "")
CHANNELS = ("Онлайн", "Онлайн", "Онлайн", "изложение", "Магазин-партньор", "Магазин-партньор", "приятел")
TASTE = {"Онлайн": 0.30, "изложение": 0.42, "Магазин-партньор": 0.52, "приятел": 0.68}
"""The share of those with a box who buy, by the way on which they came."""
SPENT = {"Онлайн": (52, 72), "изложение": (0, 34), "Магазин-партньор": (20, 35), "приятел": (8, 18)}
"""What a month costs, from and to."""
LETTERS = 3
"""So many seasons somebody is written to who buys no more."""
WAYS = ("сайт", "сайт", "сайт", "магазин", "телефон")
SORTS = ("Бразилия", "Бразилия", "Етиопия", "Смес")


@dataclass
class Roastery:
    """Everything that the roastery has written down, each list one file."""

    chance: Chance
    clients: list[list[Any]] = field(default_factory=list)
    requests: list[list[Any]] = field(default_factory=list)
    boxes: list[list[Any]] = field(default_factory=list)
    orders: list[list[Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    answers: list[list[Any]] = field(default_factory=list)
    refusals: list[list[Any]] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    """Clients who would send a friend."""

    def pay(self, code: str, moment: datetime, goods: str, amount: float) -> None:
        """Write down a purchase, if the data has not ended before."""
        if moment <= LAST_MOMENT:
            self.orders.append([moment, code, goods, amount, self.chance.pick(WAYS)])

    def contact(self, code: str, moment: datetime, reason: str, via: str = "телефон") -> None:
        """Write down that somebody called or wrote."""
        if moment <= LAST_MOMENT:
            row = {"клиент": code, "кога": f"{moment:%Y-%m-%d %H:%M}", "повод": reason, "връзка": via}
            self.contacts.append(row)

    def refuse(self, code: str, moment: datetime) -> None:
        """Write down that somebody wants to hear no more."""
        if moment <= LAST_MOMENT:
            self.refusals.append([f"{moment:%d.%m.%Y %H:%M}", code])


def new_client(books: Roastery, moment: datetime) -> str:
    """Put somebody who asks for the box on the list, and tell the code."""
    chance = books.chance
    number = len(books.clients) + 1
    code = f"К-{number:03}"
    channel = chance.pick(CHANNELS)
    sender = chance.pick(books.content) if channel == "приятел" and books.content else ""
    woman = chance.happens(0.5)
    name = f"{chance.pick(WOMEN if woman else MEN)} {chance.pick(FAMILIES)}{'а' if woman else ''}"
    email = f"client{number}@example.com" if chance.happens(0.9) else ""
    books.clients.append(
        [code, name, email, channel, chance.pick(CITIES), sender, f"{moment:%d.%m.%Y %H:%M}"]
    )
    books.requests.append([f"{moment:%d.%m.%Y %H:%M}", code])
    return code


def live(books: Roastery, code: str, asked: datetime) -> None:
    """Let somebody taste, buy, buy again, or not."""
    chance = books.chance
    channel = books.clients[-1][3]
    if chance.happens(0.03):
        return
    sent = chance.later(asked, 0, 1 if chance.happens(0.9) else 6)
    if sent > LAST_MOMENT:
        return
    books.boxes.append([f"{sent:%d.%m.%Y %H:%M}", code])
    called = chance.later(sent, 5, 7)
    if chance.happens(0.85):
        books.contact(code, called, "след кутията")
    if not chance.happens(TASTE[channel]):
        if chance.happens(0.06):
            books.refuse(code, called + timedelta(minutes=20))
            return
        write_each_season(books, code, sent)
        return
    first_step = chance.happens(0.6)
    moment = called + timedelta(hours=2) if chance.happens(0.4) else chance.later(called, 1, 18)
    if first_step:
        books.pay(code, moment, "комплект", 6.90)
        if not chance.happens(0.66):
            write_each_season(books, code, moment + timedelta(days=30))
            return
        moment = chance.later(moment, 8, 40)
    buy(books, code, moment)


def write_each_season(books: Roastery, code: str, since: datetime) -> None:
    """Write to those who bought no more, until somebody forgets to."""
    moment = books.chance.later(since, 45, 50)
    for _ in range(LETTERS):
        if not books.chance.happens(0.88):
            return
        books.contact(code, moment, "новост", "имейл")
        moment = books.chance.later(moment, 85, 92)


def buy(books: Roastery, code: str, moment: datetime) -> None:
    """Buy coffee for the first time, and again as long as there is a wish to."""
    chance = books.chance
    books.pay(code, moment, "кафе", order(chance))
    if chance.happens(0.88):
        books.contact(code, chance.later(moment, 7, 9), "грижа")
    wish = 0.80 if chance.happens(0.7) else 0.35
    say(books, code, moment, wish)
    if chance.happens(0.14):
        books.pay(code, chance.later(moment, 3, 25), "мелничка", 49.0)
    number = 1
    while moment <= LAST_MOMENT:
        if not chance.happens(wish):
            called = chance.later(moment, 184, 192)
            if chance.happens(0.85):
                books.contact(code, called, "завръщане")
            if not chance.happens(0.3):
                return
            moment = chance.later(called, 2, 30)
        else:
            if number >= 2 and chance.happens(0.7):
                books.contact(code, chance.later(moment, 24, 27), "новост", "имейл")
            moment = chance.later(moment, 26, 60)
        number += 1
        monthly = number > 3 and chance.happens(0.25)
        books.pay(code, moment, "абонамент" if monthly else "кафе", 22.0 if monthly else order(chance))
        if number > 4 and chance.happens(0.06):
            books.pay(code, moment + timedelta(minutes=15), "курс", 35.0)


def order(chance: Chance) -> float:
    """Give what an order costs."""
    return chance.pick((13.5, 13.5, 19.9, 27.0, 27.0, 29.5, 40.5))


def say(books: Roastery, code: str, moment: datetime, wish: float) -> None:
    """Answer, a month after the first purchase."""
    chance = books.chance
    if not chance.happens(0.55):
        return
    answered = chance.later(moment, 30, 36)
    score = chance.pick((10, 10, 9, 9, 9, 8, 8) if wish > 0.5 else (9, 8, 7, 7, 6, 5, 3))
    if answered <= LAST_MOMENT:
        books.answers.append([code, f"{answered:%d.%m.%Y}", score])
        if score >= 9:
            books.content.append(code)
    if score <= 6 and chance.happens(0.8):
        books.contact(code, chance.later(answered, 1, 2), "оплакване")


def spending(chance: Chance) -> list[list[str]]:
    """Give what each channel has cost, month by month."""
    rows = []
    for month in range(24):
        day = datetime(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
        for channel, (low, high) in SPENT.items():
            amount = chance.between(low * 100, high * 100) / 100
            rows.append([f"{day:%Y-%m}/{channel}", channel, f"{day:%d.%m.%Y}", comma(amount)])
    return rows


def batches(chance: Chance) -> list[list[str]]:
    """Give the roasting book: one line a batch, a column for each thing that happens to it."""
    rows = []
    moment = FIRST_DAY.replace(hour=9)
    while (moment := chance.later(moment, 6, 9)) <= LAST_MOMENT:
        roasted = chance.later(moment, 0, 1 if chance.happens(0.9) else 5)
        tasted = chance.later(roasted, 2, 3)
        good = chance.happens(0.95)
        packed = chance.later(tasted, 0, 1)
        steps = [roasted, tasted, packed if good else None]
        shown = [f"{step:%d.%m.%Y %H:%M}" if step and step <= LAST_MOMENT else "" for step in steps]
        verdict = ("да" if good else "не") if shown[1] else ""
        kilos = str(chance.pick((8, 12, 12, 15)))
        rows.append(
            [f"П-{len(rows) + 1:03}", chance.pick(SORTS), kilos, f"{moment:%d.%m.%Y %H:%M}", *shown, verdict]
        )
    return rows


def make() -> dict[str, bytes]:
    """Give every file by its name."""
    chance = Chance(31, closed_days=(SATURDAY, SUNDAY))
    books = Roastery(chance)
    days = (LAST_MOMENT - FIRST_DAY).days
    for number in range(CLIENTS):
        asked = chance.later(FIRST_DAY + timedelta(days=days * number / CLIENTS), 0, 2)
        if asked <= LAST_MOMENT:
            live(books, new_client(books, asked), asked)
    return {
        "clients.csv": clients(books).encode("cp1251"),
        "requests.csv": table(("кога", "код"), books.requests, ";").encode("cp1251"),
        "boxes.csv": table(("кога", "код"), books.boxes, ";").encode("cp1251"),
        "orders.csv": orders(books).encode("utf-8-sig"),
        "contacts.ndjson": lines(
            sorted(books.contacts, key=lambda row: (row["кога"], row["клиент"]))
        ).encode(),
        "answers.csv": table(("код", "дата", "оценка"), books.answers, "\t").encode("utf-16"),
        "refusals.csv": table(("кога", "код"), books.refusals, ";").encode("cp1251"),
        "spending.csv": table(("ред", "канал", "месец", "сума"), spending(chance), ";").encode("cp1251"),
        "batches.csv": table(
            ("партида", "сорт", "кг", "записана", "изпечена", "опитана", "опакована", "добра"),
            batches(chance),
            ";",
        ).encode("cp1251"),
    }


def clients(books: Roastery) -> str:
    """Write the list of the site, with a client twice and one whose address is none."""
    rows = [list(row) for row in books.clients]
    rows.append([*rows[17]])
    rows.append(["К-901", "Петя Колева", "няма имейл", "Онлайн", "София", "", "12.05.2026 11:20"])
    return table(("код", "име", "имейл", "канал", "град", "изпратен от", "записан"), rows, ";")


def orders(books: Roastery) -> str:
    """Write the till's export: an order twice, one of a day that is none, a line of totals at the end."""
    rows = []
    for number, (moment, code, goods, amount, way) in enumerate(sorted(books.orders), start=1):
        rows.append([f"{number:06}", f"{moment:%d.%m.%Y %H:%M}", code, goods, comma(amount), way])
    rows.insert(90, [*rows[88]])
    rows.append(["900001", "31.06.2026 10:00", rows[12][2], "кафе", "27,00", "сайт"])
    rows.append(["", "", "Общо", "", comma(sum(amount for _, _, _, amount, _ in books.orders)), ""])
    return table(("№", "дата", "клиент", "стока", "сума", "начин"), rows, ";")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent / "data", make())
