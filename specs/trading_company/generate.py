# ruff: noqa: INP001, DTZ001 - a script; the company's clock knows no zones
"""Makes the sample data of the trading company: `python generate.py [FOLDER]`.

Invented from beginning to end, and the same bytes every time. Clients want goods first;
then every article lives through two years of orders, counts and deliveries; what the
client sees of it comes last.
"""

from __future__ import annotations

import heapq
import json
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from invented import Chance, lines, table, write

FIRST_DAY = datetime(2024, 7, 1, 9, 0)
LAST_MOMENT = datetime(2026, 6, 30, 18, 0)
CLIENTS = 380
MONTHS = 24

SUPPLIERS = (
    *(("Метизный завод", "Череповец", 0.02), ("Крепёж-Урал", "Магнитогорск", 0.05)),
    *(("Электроинструмент", "Ижевск", 0.04), ("Дрель и пила", "Смоленск", 0.3)),
    *(("Спецпошив", "Иваново", 0.06), ("Рукавица", "Шуя", 0.03)),
)
"""Those under contract: name, city, and the share of deliveries that are late."""
OTHERS = (("Болт-Сервис", "Тула"), ("Импорт-Тулс", "Москва"), ("Сибметиз", "Новосибирск"))
ARTICLES = (
    *(
        ("Дрель-шуруповёрт 18 В", 3, "инструмент", 7900, 14, 50),
        ("Перфоратор 800 Вт", 3, "инструмент", 9800, 8, 28),
    ),
    *(("Болгарка 125 мм", 2, "инструмент", 5400, 12, 43), ("Лобзик", 2, "инструмент", 6200, 8, 28)),
    *(
        ("Циркулярная пила", 4, "инструмент", 11500, 7, 25),
        ("Лазерный уровень", 4, "инструмент", 8700, 8, 28),
    ),
    *(("Набор бит", 3, "крепёж", 890, 40, 130), ("Диски отрезные, 10 шт.", 3, "крепёж", 640, 60, 200)),
    *(("Саморезы 4х40, кг", 1, "крепёж", 310, 200, 680), ("Саморезы 6х80, кг", 1, "крепёж", 340, 150, 510)),
    *(
        ("Анкер 10х100, 50 шт.", 1, "крепёж", 1250, 60, 200),
        ("Дюбель 8х60, 100 шт.", 2, "крепёж", 420, 100, 340),
    ),
    *(("Болты М8, кг", 2, "крепёж", 360, 120, 400), ("Гайки М8, кг", 2, "крепёж", 390, 100, 340)),
    *(
        ("Костюм рабочий", 5, "спецодежда", 3900, 25, 80),
        ("Куртка утеплённая", 5, "спецодежда", 5200, 18, 64),
    ),
    *(("Ботинки", 5, "спецодежда", 4300, 20, 72), ("Перчатки, 12 пар", 6, "спецодежда", 780, 60, 200)),
    *(("Каска", 6, "спецодежда", 950, 25, 80), ("Набор крепежа на месяц", 1, "набор", 9500, 14, 50)),
)
"""Name, supplier, group, price, reorder point, room in the store."""
SIZES = {"инструмент": (1, 5), "крепёж": (12, 80), "спецодежда": (4, 20), "набор": (1, 1)}
TAKEN_OUT = (3, datetime(2026, 3, 2, 10, 0))
"""An article that is not sold any more, and since when."""
NAMES = {
    "стройка": ("Стройбригада", "СтройДом", "Ремонт-Мастер", "Фасад", "Кровля", "Монолит"),
    "мастерская": ("Мастерская", "Столярка", "Автосервис", "Мебель", "Сварка"),
    "магазин": ("Хозтовары", "Стройлавка", "Дом и дача", "Всё для ремонта"),
}
PLACES = (
    "на Лесной",
    "у моста",
    "Север",
    "на Заводской",
    "Плюс",
    "Восток",
    "на Речной",
    "Первый",
    "и сын",
    "Юг",
)
SOURCES = (
    "сайт",
    "сайт",
    "сайт",
    "выставка",
    "представитель",
    "представитель",
    "вывеска",
    *("рекомендация",) * 2,
)
ASKS = {"сайт": 0.55, "выставка": 0.45, "представитель": 0.75, "вывеска": 0.8, "рекомендация": 0.9}
"""The share of those we know of who ask, by where they were met."""
SPENT = {
    "сайт": (14000, 26000),
    "выставка": (0, 30000),
    "представитель": (9000, 15000),
    "вывеска": (1500, 2500),
    "рекомендация": (0, 6000),
}
"""Roubles a month."""
CHANNELS = ("Северная", "Северная", "Южная", "сайт", "сайт", "телефон", "представитель")
CONSUMABLES = (6, 7)
"""Articles that go with a tool."""
CLAIM = ("принято", "осмотрено", "готово", "обменяно", "выплачено", "не_дефект")
AT_THE_TILL = {"Северная", "Южная"}


@dataclass
class Order:
    """What a client wants, and what becomes of it."""

    client: str
    article: int
    pieces: int
    channel: str
    steps: dict[str, datetime]
    total: int = 0
    cost: int = 0

    @property
    def bought(self) -> datetime | None:
        """Tell when the goods were handed over and paid."""
        if {"отгружен", "оплачен", "подтверждён"} <= self.steps.keys():
            return max(self.steps["отгружен"], self.steps["оплачен"])
        return None


@dataclass
class Client:
    """One client, and when it may be written to."""

    code: str
    may_write: bool
    loyal: bool
    orders: list[Order] = field(default_factory=list)


@dataclass
class Company:
    """Everything that the company has written down, each list one file."""

    chance: Chance
    clients: list[Client] = field(default_factory=list)
    cards: list[list[Any]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    requests: list[tuple[datetime, str, str, str, str]] = field(default_factory=list)
    contacts: list[tuple[datetime, str, str]] = field(default_factory=list)
    reviews: list[tuple[datetime, str, int]] = field(default_factory=list)
    refusals: list[tuple[datetime, str]] = field(default_factory=list)
    store: list[tuple[datetime, str, str, int | None]] = field(default_factory=list)
    talks: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    late: list[tuple[datetime, str]] = field(default_factory=list)

    def contact(self, code: str, moment: datetime, about: str, share: float = 0.95) -> None:
        """Call or write, unless somebody forgets to."""
        if self.chance.happens(share):
            self.contacts.append((moment, code, about))


def code_of_article(number: int) -> str:
    """Give the code of an article."""
    return f"А-{number + 1:02}"


def code_of_supplier(number: int) -> str:
    """Give the code of a supplier."""
    return f"П-{number:02}"


def new_client(company: Company, moment: datetime) -> tuple[Client, str]:
    """Make a card, and tell where the client was met."""
    chance = company.chance
    code = f"К-{len(company.cards) + 1:03}"
    kind = chance.pick(("стройка", "стройка", "мастерская", "магазин"))
    source = chance.pick(SOURCES)
    known = [client.code for client in company.clients if client.loyal and client.orders]
    brought_by = chance.pick(known[-9:]) if source == "рекомендация" and known else ""
    name = f"{chance.pick(NAMES[kind])} {chance.pick(PLACES)}"
    phone = f"+7 9{chance.between(10, 99)} {chance.between(1000000, 9999999)}" if chance.happens(0.95) else ""
    client = Client(code, may_write=chance.happens(0.84), loyal=chance.happens(0.66))
    write_to = "да" if client.may_write else "нет"
    company.cards.append([code, name, phone, kind, source, brought_by, write_to, day_and_hour(moment)])
    company.clients.append(client)
    return client, source


def want(company: Company, client: Client, source: str, moment: datetime) -> None:
    """Lead a client from the first word to the orders that it wants to place."""
    chance = company.chance
    if source == "вывеска" and chance.happens(0.5):
        order_again(company, client, moment + timedelta(minutes=20), till=True)
        return
    asks, asked = chance.happens(ASKS[source]), chance.later(moment, 3, 45)
    if client.may_write and (not asks or asked > moment + timedelta(days=9)):
        company.contact(client.code, chance.later(moment, 7, 8), "каталог", 0.92)
    if not asks:
        if client.may_write:
            company.contact(client.code, chance.later(moment, 60, 62), "каталог", 0.85)
            if chance.happens(0.06):
                company.refusals.append((chance.later(moment, 62, 70), client.code))
        return
    company.requests.append((asked, client.code, "запрос", chance.pick(CHANNELS), ""))
    company.contact(client.code, asked + timedelta(minutes=45), "ответ", 0.93)
    if not chance.happens(0.82):
        remind(company, client, asked)
        return
    proposed = chance.later(asked, 1, 2)
    company.requests.append((proposed, client.code, "КП", "", roubles(100 * chance.between(60, 900))))
    if chance.happens(0.25):
        order_again(company, client, proposed + timedelta(minutes=90))
        return
    company.contact(client.code, chance.later(proposed, 2, 3), "ответ")
    if chance.happens(0.42):
        order_again(company, client, chance.later(proposed, 4, 10))
        return
    company.contact(client.code, chance.later(proposed, 10, 11), "ответ")
    if chance.happens(0.2):
        order_again(company, client, chance.later(proposed, 12, 40))
    else:
        remind(company, client, proposed)


def remind(company: Company, client: Client, last: datetime) -> None:
    """Begin anew with a catalogue, two months after the last word."""
    if client.may_write:
        for days in (67, 120):
            company.contact(client.code, company.chance.later(last, days, days + 2), "каталог", 0.88)


def order_again(company: Company, client: Client, moment: datetime, *, till: bool = False) -> None:
    """Order for the first time, and again as the work goes on."""
    chance = company.chance
    monthly = False
    number = 0
    while moment <= LAST_MOMENT:
        number += 1
        place(company, client, moment, "Северная" if till else chance.pick(CHANNELS))
        monthly = monthly or (number == 6 and chance.happens(0.5))
        if monthly:
            place(company, client, moment + timedelta(minutes=5), "сайт", article=len(ARTICLES) - 1)
        if not chance.happens(0.9 if client.loyal else 0.5):
            if not chance.happens(0.2):
                return
            moment = chance.later(moment, 385, 420)
        else:
            moment = chance.later(moment, 29, 31) if monthly else chance.later(moment, 14, 75)


def place(
    company: Company, client: Client, moment: datetime, channel: str, article: int | None = None
) -> None:
    """Place one order."""
    chance = company.chance
    chosen = chance.between(0, len(ARTICLES) - 2) if article is None else article
    if chosen == TAKEN_OUT[0] and moment >= TAKEN_OUT[1] - timedelta(days=40):
        chosen -= 1
    _, _, group, price, _, _ = ARTICLES[chosen]
    pieces = chance.between(*SIZES[group])
    order = Order(client.code, chosen, pieces, channel, {"принят": moment})
    order.total = price * pieces
    order.cost = order.total * chance.between(68, 79) // 100
    client.orders.append(order)
    company.orders.append(order)
    if group == "инструмент" and chance.happens(0.25):
        later = chance.later(moment, 5, 11)
        place(company, client, later, channel, article=chance.pick(CONSUMABLES))


@dataclass
class Shelf:
    """One article in the store."""

    number: int
    company: Company
    left: int
    state: str = "enough"
    waiting: list[Order] = field(default_factory=list)
    gone: list[tuple[datetime, int]] = field(default_factory=list)
    queue: list[tuple[datetime, int, str, Any]] = field(default_factory=list)
    turn: int = 0

    def plan(self, moment: datetime, what: str, about: Any = None) -> None:
        """Plan something; what is planned for the same moment comes in this order."""
        self.turn += 1
        heapq.heappush(self.queue, (moment, self.turn, what, about))

    def note(self, moment: datetime, what: str, pieces: int | None = None) -> None:
        """Write a line into the store's terminal."""
        self.company.store.append((moment, code_of_article(self.number), what, pieces))

    def run(self) -> None:
        """Live through everything that is planned."""
        while self.queue:
            moment, _, what, about = heapq.heappop(self.queue)
            if moment <= LAST_MOMENT:
                getattr(self, what)(moment, about)

    def count(self, moment: datetime, _: Any) -> None:
        """Count, and propose an order at the reorder point."""
        self.note(moment, "пересчёт", self.left)
        if self.state == "enough" and self.left <= ARTICLES[self.number][4]:
            self.state = "low"
            self.plan(self.company.chance.later(moment, 1, 2), "buy")

    def quantity(self, moment: datetime) -> int:
        """Give what the expected demand and the room allow."""
        _, _, _, _, least, most = ARTICLES[self.number]
        demand = sum(pieces for when, pieces in self.gone if when > moment - timedelta(days=91))
        return max(1, min(max(demand, 2 * least), most - self.left))

    def buy(self, moment: datetime, _: Any) -> None:
        """Order from the supplier: it comes, comes late, or does not come."""
        chance = self.company.chance
        _, supplier, _, _, _, _ = ARTICLES[self.number]
        self.state = "ordered"
        self.note(moment, "заказано")
        if chance.happens(SUPPLIERS[supplier - 1][2]):
            self.company.late.append((moment + timedelta(days=15), code_of_supplier(supplier)))
            self.plan(chance.later(moment, 16, 24), "delivery", self.quantity(moment))
        elif chance.happens(0.03):
            self.plan(chance.later(moment, 3, 6), "refuse")
        else:
            self.plan(chance.later(moment, 4, 9), "delivery", self.quantity(moment))

    def refuse(self, moment: datetime, _: Any) -> None:
        """Hear that nothing comes, and order anew."""
        self.note(moment, "отказ")
        self.plan(self.company.chance.later(moment, 1, 2), "buy")

    def delivery(self, moment: datetime, pieces: int) -> None:
        """Take a delivery in, and serve those who wait."""
        self.note(moment, "поставка", pieces)
        self.state = "enough"
        self.left += pieces
        waiting, self.waiting = self.waiting, []
        for order in waiting:
            self.order(moment + timedelta(hours=1), order)

    def order(self, moment: datetime, order: Order) -> None:
        """Serve an order from the shelf, or let it wait."""
        chance = self.company.chance
        if "снят" in order.steps:
            return
        if self.left < order.pieces:
            if "ждёт" not in order.steps:
                order.steps["ждёт"] = moment + timedelta(minutes=15)
                if chance.happens(0.06):
                    order.steps["снят"] = chance.later(moment, 3, 8)
            self.waiting.append(order)
            return
        if chance.happens(0.02):
            order.steps["снят"] = moment + timedelta(minutes=30)
            return
        self.left -= order.pieces
        self.gone.append((moment, order.pieces))
        hand_over(chance, order, moment)


def hand_over(chance: Chance, order: Order, moment: datetime) -> None:
    """Confirm, pack and hand over; be paid before or after."""
    if order.channel in AT_THE_TILL:
        moments = (timedelta(minutes=minutes) for minutes in (20, 25, 30))
        order.steps |= zip(
            ("подтверждён", "оплачен", "отгружен"), (moment + more for more in moments), strict=True
        )
        return
    confirmed = moment + timedelta(minutes=35)
    shipped = chance.later(confirmed, 1, 2)
    if chance.happens(0.997):
        order.steps["подтверждён"] = confirmed
    order.steps["отгружен"] = shipped
    if chance.happens(0.55):
        order.steps["оплачен"] = confirmed + timedelta(minutes=25)
    else:
        order.steps["оплачен"] = chance.later(shipped, 2, 20 if chance.happens(0.92) else 55)


def fill_store(company: Company) -> None:
    """Let every article live through its orders, counts and deliveries."""
    for number, (_, _, _, _, _, most) in enumerate(ARTICLES):
        shelf = Shelf(number, company, most * 7 // 10)
        shelf.plan(company.chance.later(FIRST_DAY, 0, 1), "count")
        taken_out = TAKEN_OUT[1] if number == TAKEN_OUT[0] else LAST_MOMENT
        for week in range(104):
            day = FIRST_DAY + timedelta(days=7 * week + 1 + number % 4)
            if day < taken_out and (week % 2 == number % 2 or ARTICLES[number][2] != "спецодежда"):
                shelf.plan(company.chance.later(day, 0, 0), "count")
        for order in company.orders:
            if order.article == number:
                shelf.plan(order.steps["принят"], "order", order)
        shelf.run()
    company.store.append((TAKEN_OUT[1], code_of_article(TAKEN_OUT[0]), "снято", None))


def look_after(company: Company, client: Client) -> None:
    """Call and write to a client who has bought."""
    chance = company.chance
    bought = sorted(order.bought for order in client.orders if order.bought and order.bought <= LAST_MOMENT)
    for number, moment in enumerate(bought):
        silence = bought[number + 1] - moment if number + 1 < len(bought) else LAST_MOMENT - moment
        company.contact(client.code, chance.later(moment, 4, 6), "забота", 0.94)
        if silence > timedelta(days=372):
            company.contact(client.code, chance.later(moment, 368, 374), "возвращение", 0.9)
    if not bought or not client.may_write:
        return
    say(company, client, bought)
    for days in (30, 60, 90):
        if len(bought) == 1 or bought[1] > bought[0] + timedelta(days=days):
            company.contact(client.code, chance.later(bought[0], days, days + 2), "опрос", 0.93)
    if len(bought) >= 4:
        write_letters(company, client, bought[3], bought[-1])


def say(company: Company, client: Client, bought: list[datetime]) -> None:
    """Answer how content one is, a month after the first purchase and sometimes later."""
    chance = company.chance
    moments = [chance.later(bought[0], 30, 33), *(chance.later(when, 10, 30) for when in bought[3::5])]
    for moment in moments:
        if not chance.happens(0.62):
            continue
        score = chance.pick((10, 10, 9, 9, 9, 8, 8) if client.loyal else (9, 8, 8, 7, 7, 6, 4))
        company.reviews.append((moment, client.code, score))
        if score <= 6:
            company.contact(client.code, chance.later(moment, 1, 1), "извинение", 0.85)


def write_letters(company: Company, client: Client, since: datetime, last: datetime) -> None:
    """Write to a regular client every three months."""
    moment = since + timedelta(days=92)
    while moment <= min(LAST_MOMENT, last + timedelta(days=360)):
        company.contact(client.code, company.chance.later(moment, 1, 3), "письмо", 0.95)
        moment += timedelta(days=92)


def talk_to_suppliers(company: Company) -> None:
    """Ask for prices, sign, sign again a year later, and talk about delays."""
    chance = company.chance
    for number in range(1, len(SUPPLIERS) + 1):
        code = code_of_supplier(number)
        moment = chance.later(FIRST_DAY, 2, 5)
        while moment <= LAST_MOMENT:
            company.talks.append((moment, code, "прайс", ""))
            signed = chance.later(moment, 5, 14)
            company.talks.append((signed, code, "договор", chance.pick(("14", "21", "30"))))
            moment = chance.later(signed, 338, 345)
        late = sorted(when for when, who in company.late if who == code)
        for third in late[2::3]:
            company.talks.append((chance.later(third, 6, 12), code, "договор", "14"))
    for number in range(len(SUPPLIERS) + 1, len(SUPPLIERS) + len(OTHERS)):
        company.talks.append(
            (chance.later(supplier_since(number), 4, 9), code_of_supplier(number), "прайс", "")
        )


def supplier_since(number: int) -> datetime:
    """Tell when a supplier came into the list."""
    if number <= len(SUPPLIERS):
        return FIRST_DAY
    return datetime(2026, 6, 22, 10, 0) - timedelta(days=45 * (len(SUPPLIERS) + len(OTHERS) - number))


def claims(company: Company) -> list[dict[str, Any]]:
    """Bring some of it back: for repair, exchange or money."""
    chance = company.chance
    found: list[dict[str, Any]] = []
    numbers = {id(order): number for number, order in enumerate(in_order(company), start=1)}
    for order in in_order(company):
        group = ARTICLES[order.article][2]
        if not order.bought or not chance.happens({"инструмент": 0.16, "спецодежда": 0.08}.get(group, 0.006)):
            continue
        wish = chance.pick(
            ("ремонт", "ремонт", "ремонт", "деньги")
            if group == "инструмент"
            else ("обмен", "обмен", "деньги")
        )
        steps = {"принято": chance.later(order.bought, 3, 60)}
        steps |= settle(chance, wish, steps["принято"])
        if steps["принято"] > LAST_MOMENT:
            continue
        happened = {name: day_and_hour(step) for name, step in steps.items() if step <= LAST_MOMENT}
        row = {"номер": "", "клиент": order.client, "заказ": f"З-{numbers[id(order)]:04}", "просит": wish}
        paid = {"сумма": order.total // order.pieces if "выплачено" in happened else None}
        found.append({"": steps["принято"], **row, **{name: happened.get(name) for name in CLAIM}, **paid})
    found.sort(key=lambda row: row.pop(""))
    return [{**row, "номер": f"Р-{number:03}"} for number, row in enumerate(found, start=1)]


def settle(chance: Chance, wish: str, moment: datetime) -> dict[str, datetime]:
    """Look at what was brought, and settle it."""
    looked_at = chance.later(moment, 0, 1)
    if chance.happens(0.08):
        return {"не_дефект": looked_at}
    if wish == "ремонт":
        ready = chance.later(looked_at, 3, 8 if chance.happens(0.9) else 18)
        return {"осмотрено": looked_at, "обменяно" if chance.happens(0.15) else "готово": ready}
    settled = chance.later(looked_at, 0, 2)
    return {"осмотрено": looked_at, "обменяно" if wish == "обмен" else "выплачено": settled}


def in_order(company: Company) -> list[Order]:
    """Give the orders by the time at which they came."""
    return sorted(company.orders, key=lambda order: (order.steps["принят"], order.client, order.article))


def day_and_hour(moment: datetime) -> str:
    """Write a moment as people do."""
    return f"{moment:%d.%m.%Y %H:%M}"


def roubles(amount: int) -> str:
    """Write an amount as accountants' programs do: a no-break space between thousands, and a comma."""
    return f"{amount:,},00".replace(",", "\u00a0", f"{amount:,}".count(","))


def make() -> dict[str, bytes]:
    """Give every file by its name."""
    chance = Chance(11, closed_days=(5, 6))
    company = Company(chance)
    days = (LAST_MOMENT - FIRST_DAY).days
    for number in range(CLIENTS):
        met = chance.later(FIRST_DAY + timedelta(days=days * number / CLIENTS), 0, 1)
        if met <= LAST_MOMENT:
            want(company, *new_client(company, met), met)
    company.orders = [order for order in company.orders if order.steps["принят"] <= LAST_MOMENT]
    fill_store(company)
    for client in company.clients:
        look_after(company, client)
    talk_to_suppliers(company)
    returned = claims(company)
    return {
        "suppliers.csv": suppliers().encode("cp1251"),
        "items.csv": articles().encode("cp1251"),
        "clients.csv": client_cards(company).encode("utf-8-sig"),
        "orders.csv": order_list(company).encode("utf-8-sig"),
        "claims.json": (json.dumps(returned, ensure_ascii=False, indent=1) + "\n").encode(),
        "talks.csv": table(
            ("дата", "поставщик", "что", "отсрочка"),
            [[day_and_hour(when), *rest] for when, *rest in sorted(company.talks) if when <= LAST_MOMENT],
            ";",
        ).encode("cp1251"),
        "store.ndjson": lines(
            {"артикул": code, "когда": f"{when:%Y-%m-%d %H:%M}", "что": what}
            | ({} if pieces is None else {"штук": pieces})
            for when, code, what, pieces in sorted(company.store, key=lambda row: row[:2])
        ).encode(),
        "requests.csv": request_list(company).encode("utf-8-sig"),
        "contacts.ndjson": lines(
            {"клиент": code, "когда": f"{when:%Y-%m-%d %H:%M}", "повод": about}
            for when, code, about in sorted(company.contacts)
            if when <= LAST_MOMENT
        ).encode(),
        "reviews.csv": table(
            ("клиент", "дата", "балл"),
            [
                [code, day_and_hour(when), score]
                for when, code, score in sorted(company.reviews)
                if when <= LAST_MOMENT
            ],
            ";",
        ).encode("cp1251"),
        "refusals.csv": table(
            ("клиент", "дата"),
            [[code, day_and_hour(when)] for when, code in sorted(company.refusals) if when <= LAST_MOMENT],
            ";",
        ).encode("cp1251"),
        "spending.tsv": spending(chance).encode(),
        "upkeep.tsv": upkeep(chance).encode(),
    }


def suppliers() -> str:
    """Write the list of suppliers."""
    everybody = [*((name, city) for name, city, _ in SUPPLIERS), *OTHERS]
    rows = [
        [code_of_supplier(number), name, city, day_and_hour(supplier_since(number))]
        for number, (name, city) in enumerate(everybody, start=1)
    ]
    return table(("код", "название", "город", "заведён"), rows, ";")


def articles() -> str:
    """Write the price list of the store."""
    rows = [
        [code_of_article(number), name, code_of_supplier(supplier), least, most, day_and_hour(FIRST_DAY)]
        for number, (name, supplier, _, _, least, most) in enumerate(ARTICLES)
    ]
    return table(("артикул", "наименование", "поставщик", "минимум", "максимум", "заведён"), rows, ";")


def client_cards(company: Company) -> str:
    """Write the clients: one twice, and one whose source nobody knows."""
    rows = [list(row) for row in company.cards]
    rows.append([*rows[40]])
    rows.append(["К-900", "Ромашка", "", "стройка", "радио", "", "да", "14.05.2026 12:00"])
    header = ("код", "название", "телефон", "тип", "источник", "привёл", "писать", "заведён")
    return table(header, rows, ";")


def order_list(company: Company) -> str:
    """Write the orders: one without pieces, one of an unknown group, and a total."""
    names = ("принят", "ждёт", "подтверждён", "отгружен", "оплачен", "снят")
    rows = []
    for number, order in enumerate(in_order(company), start=1):
        steps = [order.steps.get(name) for name in names]
        written = [day_and_hour(step) if step and step <= LAST_MOMENT else "" for step in steps]
        article = [code_of_article(order.article), ARTICLES[order.article][2], order.pieces]
        money = [roubles(order.total), roubles(order.cost)]
        rows.append([f"З-{number:04}", order.client, *article, *money, order.channel, *written])
    rows.insert(200, ["З-9001", *rows[199][1:4], "0", *rows[199][5:8], rows[199][8], *[""] * 5])
    rows.append(["З-9002", *rows[50][1:3], "услуги", *rows[50][4:8], rows[50][8], *[""] * 5])
    rows.append(["", "Итого", "", "", "", roubles(sum(order.total for order in company.orders)), *[""] * 8])
    header = ("номер", "клиент", "артикул", "группа", "количество", "сумма", "себестоимость", "канал", *names)
    return table(header, rows, ";")


def request_list(company: Company) -> str:
    """Write requests and proposals: one on a day that there is not, and one of a client nobody knows."""
    rows = [[day_and_hour(when), *rest] for when, *rest in sorted(company.requests) if when <= LAST_MOMENT]
    rows.append(["31.06.2026 10:00", rows[9][1], "запрос", "сайт", ""])
    rows.append(["29.06.2026 10:00", "К-999", "запрос", "телефон", ""])
    return table(("когда", "клиент", "что", "канал", "сумма"), rows, ";")


def months() -> list[datetime]:
    """Give the first day of every month of the two years."""
    return [datetime(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 1) for month in range(MONTHS)]


def spending(chance: Chance) -> str:
    """Write what was spent on winning clients, month by month."""
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
    return table(("строка", "источник", "месяц", "сумма"), rows, "\t")


def upkeep(chance: Chance) -> str:
    """Write the running costs, month by month."""
    rows = [[f"{day:%d.%m.%Y}", roubles(100 * chance.between(3900, 4600))] for day in months()]
    return table(("месяц", "сумма"), rows, "\t")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent / "data", make())
