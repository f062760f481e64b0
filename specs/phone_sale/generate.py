# ruff: noqa: INP001, DTZ001 - a script; the shop's clock knows no zones
"""Makes the sample data of the phone shop: `python generate.py [FOLDER]`.

Invented from beginning to end, and the same bytes every time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from invented import Chance, comma, lines, table, write

SEED = 81
PEOPLE = 400
"""Those who come in the course of two years; the last days bring some more."""
MONTHS = 24
FIRST_DAY = datetime(2024, 7, 1)
LAST_MOMENT = datetime(2026, 6, 30, 19, 0)

NAMES = (
    (
        (
            "Anna",
            "Peter",
            "Julia",
            "Thomas",
            "Laura",
            "Daniel",
            "Nina",
            "Oskar",
            "Clara",
            "Victor",
            "Eva",
            "Paul",
        ),
        ("Berg", "Novak", "Wagner", "Meyer", "Rossi", "Costa", "Horvat", "Lund", "Weiss", "Kovacs", "Moreau"),
    ),
    (
        ("Мария", "Виолета", "Десислава", "Петя", "Теодора", "Радостина", "Силвия"),
        ("Иванова", "Тодорова", "Христова", "Василева", "Илиева", "Маринова", "Ангелова"),
    ),
    (
        ("Георги", "Стоян", "Иван", "Калоян", "Борислав", "Красимир", "Николай"),
        ("Петров", "Димитров", "Колев", "Стоянов", "Янев", "Ганев", "Тодоров"),
    ),
    (
        ("Елена", "Ольга", "Татьяна", "Наталья", "Юлия", "Ирина"),
        ("Смирнова", "Попова", "Лебедева", "Соколова", "Зайцева", "Орлова"),
    ),
    (
        ("Алексей", "Павел", "Дмитрий", "Сергей", "Андрей", "Михаил"),
        ("Кузнецов", "Морозов", "Волков", "Новиков", "Павлов", "Козлов"),
    ),
    (
        ("رضا", "نگار", "سارا", "امیر", "مریم", "حسین", "لیلا", "مهدی", "زهرا", "علی", "پریسا", "کیان"),
        ("احمدی", "رضایی", "محمدی", "حسینی", "کریمی", "جعفری", "صادقی", "رحیمی", "موسوی", "نوری", "کاظمی"),
    ),
)
"""Names and the family names that go with them: the town speaks several languages."""
ASSISTANTS = ("Ivan", "Мария", "رضا")
CHANNELS = ("Instagram", "Facebook", "newspaper", "walk-in", "walk-in", "friend", "friend")
MODELS = (("Nova 5", 289), ("Nova 5 Pro", 449), ("Aster X", 619), ("Aster X Max", 899), ("Lite 3", 179))
METHODS = ("cash", "card", "card", "electronic", "credit")
EXTRAS = (("earphones", 59.0), ("earphones", 59.0), ("other", 19.5), ("case_and_glass", 29.9))
SPENT = {
    "Instagram": (110, 240),
    "Facebook": (60, 150),
    "newspaper": (140, 140),
    "walk-in": (90, 120),
    "friend": (30, 150),
}
"""Euro a month: adverts, the shop window, and what friends are given."""
FAULTS = ("Does not charge", "Screen flickers", "No sound", "Camera out of focus", "Switches itself off")


@dataclass
class Client:
    """A client as the shop's list has it."""

    code: str
    name: str
    phone: str
    channel: str
    assistant: str
    invited_by: str
    consent: str
    first_seen: datetime


@dataclass
class Shop:
    """Everything the shop's programs have written down, each list one file."""

    chance: Chance
    clients: list[Client] = field(default_factory=list)
    visits: list[list[Any]] = field(default_factory=list)
    quotes: list[dict[str, Any]] = field(default_factory=list)
    receipts: list[list[Any]] = field(default_factory=list)
    handovers: list[list[Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    surveys: list[dict[str, Any]] = field(default_factory=list)

    # what is written down

    def visit(self, client: Client, moment: datetime, about: str = "phone") -> None:
        """Write a visit down."""
        if moment <= LAST_MOMENT:
            self.visits.append([f"{moment:%Y-%m-%d %H:%M}", client.code, about])

    def quote(self, client: Client, moment: datetime) -> tuple[str, int]:
        """Write an offer down."""
        model, price = self.chance.pick(MODELS)
        if moment <= LAST_MOMENT:
            at = f"{moment:%Y-%m-%dT%H:%M}"
            self.quotes.append({"client": client.code, "at": at, "model": model, "price": price})
        return model, price

    def pay(self, client: Client, moment: datetime, goods: str, model: str, amount: float) -> None:
        """Write a receipt; its number is given when all are in order of time."""
        if moment <= LAST_MOMENT:
            self.receipts.append([moment, client.code, goods, model, amount, self.chance.pick(METHODS)])

    def hand_over(self, client: Client, moment: datetime, way: str) -> None:
        """Write down that the client has the phone."""
        if moment <= LAST_MOMENT:
            self.handovers.append([client.code, f"{moment:%Y-%m-%d %H:%M}", way])

    def contact(self, client: Client, moment: datetime, reason: str, via: str = "phone") -> None:
        """Write a call or a letter down."""
        if moment <= LAST_MOMENT:
            at = f"{moment:%Y-%m-%dT%H:%M}"
            self.contacts.append({"client": client.code, "at": at, "reason": reason, "via": via})

    def survey(self, client: Client, moment: datetime, score: int) -> None:
        """Write an answer to the survey down."""
        if moment <= LAST_MOMENT:
            self.surveys.append(
                {"client": client.code, "answered": f"{moment:%Y-%m-%d %H:%M}", "score": score}
            )

    def claim(self, client: Client, moment: datetime, model: str, days: Sequence[int], outcome: str) -> None:
        """Write a warranty claim: `days` until sent, back, told and collected; fewer where it goes on."""
        if moment > LAST_MOMENT:
            return
        steps = dict.fromkeys(("sent", "back", "told", "collected"))
        at = moment
        for name, count in zip(steps, days, strict=False):
            at = at + timedelta(days=count, hours=1)
            steps[name] = f"{at:%Y-%m-%d %H:%M}" if at <= LAST_MOMENT else None
        taken_in = f"{moment:%Y-%m-%d %H:%M}"
        fault = self.chance.pick(FAULTS)
        result = outcome if steps["back"] else None
        self.claims.append(
            {
                "client": client.code,
                "model": model,
                "fault": fault,
                "taken_in": taken_in,
                **steps,
                "outcome": result,
            }
        )


def new_client(shop: Shop, first_seen: datetime, channel: str | None = None) -> Client:
    """Put the next client on the list."""
    number = len(shop.clients)
    channel = channel or shop.chance.pick(CHANNELS)
    invited_by = shop.chance.pick(friends_of(shop, first_seen)) if channel == "friend" else ""
    phone = f"+359 88 {shop.chance.between(1000000, 9999999)}" if shop.chance.happens(0.85) else ""
    consent = "yes" if shop.chance.happens(0.8) else "no"
    client = Client(
        f"C-{number + 1:03}",
        name_of(shop.chance),
        phone,
        channel,
        shop.chance.pick(ASSISTANTS),
        invited_by,
        consent,
        first_seen,
    )
    shop.clients.append(client)
    return client


def name_of(chance: Chance) -> str:
    """Make a name; two clients may bear the same."""
    names, families = chance.pick(NAMES)
    return f"{chance.pick(names)} {chance.pick(families)}"


def friends_of(shop: Shop, moment: datetime) -> list[str]:
    """Give who may have sent somebody: the content of the last months, else any buyer, else nobody."""
    since = moment - timedelta(days=80)
    content = {
        row["client"]
        for row in shop.surveys
        if row["score"] >= 9 and f"{since:%Y-%m-%d}" < row["answered"] < f"{moment:%Y-%m-%d}"
    }
    buyers = {code for paid, code, goods, *_ in shop.receipts if goods == "phone" and paid < moment}
    return sorted(content or buyers or {""})


def buy(shop: Shop, client: Client, moment: datetime, model: str, amount: float) -> None:
    """Pay for a phone, often for a case too, and take it home or have it brought."""
    shop.pay(client, moment, "phone", model, amount)
    if shop.chance.happens(0.45):
        shop.pay(client, moment + timedelta(minutes=4), "case_and_glass", "", 29.9)
    if shop.chance.happens(0.75):
        received = moment + timedelta(minutes=25)
        shop.hand_over(client, received, "shop")
    else:
        received = shop.chance.later(moment, 1, 2 if shop.chance.happens(0.8) else 4)
        shop.hand_over(client, received, "courier")
    look_after(shop, client, received, model)


def look_after(shop: Shop, client: Client, received: datetime, model: str) -> None:
    """Call, ask, repair: what a good shop does in the months after a sale, and mostly did."""
    if shop.chance.happens(0.92):
        shop.contact(client, shop.chance.later(received, 3, 4), "care")
    if shop.chance.happens(0.2):
        moment = shop.chance.later(received, 3, 20)
        shop.visit(client, moment, "repair")
        cover_the_screen(shop, client, moment + timedelta(minutes=15))
    if shop.chance.happens(0.6):
        score = shop.chance.pick((10, 10, 9, 9, 9, 8, 8, 7, 6, 4))
        answered = shop.chance.later(received, 31, 36)
        shop.survey(client, answered, score)
        if score <= 6 and shop.chance.happens(0.8):
            shop.contact(client, shop.chance.later(answered, 1, 2), "complaint")
    for days in (60, 90):
        if shop.chance.happens(0.85):
            shop.contact(client, shop.chance.later(received, days, days + 2), "satisfaction", "email")
    if shop.chance.happens(0.07):
        until = (0, shop.chance.between(5, 9), 0, shop.chance.between(1, 3))
        shop.claim(
            client,
            shop.chance.later(received, 20, 150),
            model,
            until,
            shop.chance.pick(("repaired", "repaired", "new")),
        )


def cover_the_screen(shop: Shop, client: Client, moment: datetime) -> None:
    """Pay every month, until it is given up or the data ends."""
    shop.pay(client, moment, "screen_cover", "", 4.9)
    while moment <= LAST_MOMENT and shop.chance.happens(0.9):
        moment += timedelta(days=30)
        shop.pay(client, moment, "screen_cover", "", 4.9)


def come_in(shop: Shop, client: Client, moment: datetime, resolve: float) -> datetime | None:
    """Visit the shop, hear an offer, and perhaps buy now or some days later; gives when."""
    shop.visit(client, moment)
    if not shop.chance.happens(0.92):
        return None
    asked = moment + timedelta(minutes=25)
    model, price = shop.quote(client, asked)
    if shop.chance.happens(resolve):
        paid = asked + timedelta(minutes=15)
        more_memory = 200 <= price <= 600 and shop.chance.happens(0.3)
        buy(shop, client, paid, model, price + 80.0 if more_memory else round(price * 0.9, 2))
        return paid
    if shop.chance.happens(0.8):
        shop.contact(client, shop.chance.later(asked, 5, 8), "offer")
    if not shop.chance.happens(resolve):
        return None
    again = shop.chance.later(asked, 10, 25)
    shop.visit(client, again)
    paid = again + timedelta(minutes=30)
    buy(shop, client, paid, model, float(price))
    return paid


def live(shop: Shop, client: Client) -> None:
    """Let a client come, buy, and come again until the data ends."""
    if client.channel == "walk-in":
        moment = client.first_seen
    elif shop.chance.happens(0.88):
        moment = shop.chance.later(client.first_seen, 2, 20)
    else:
        shop.contact(client, shop.chance.later(client.first_seen, 7, 9), "invitation")
        return
    bought = come_in(shop, client, moment, 0.66)
    while bought is not None and bought <= LAST_MOMENT:
        if shop.chance.happens(0.5):
            goods, amount = shop.chance.pick(EXTRAS)
            moment = shop.chance.later(bought, 62, 130)
            shop.visit(client, moment, "accessory")
            shop.pay(client, moment + timedelta(minutes=10), goods, "", amount)
        bought = next_phone(shop, client, bought)


def next_phone(shop: Shop, client: Client, bought: datetime) -> datetime | None:
    """Buy again within the year, or be asked to come back after it."""
    if shop.chance.happens(0.55):
        return come_in(shop, client, shop.chance.later(bought, 180, 340), 0.7)
    if client.consent == "yes" and shop.chance.happens(0.8):
        asked = shop.chance.later(bought, 366, 372)
        shop.contact(client, asked, "comeback", "email")
        if shop.chance.happens(0.4):
            return come_in(shop, client, shop.chance.later(asked, 3, 20), 0.7)
    return None


def june(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of the last month."""
    return datetime(2026, 6, day, hour, minute)


def last_days(shop: Shop) -> None:
    """Add those who are in the middle of something when the data ends."""
    for first_seen, called in ((june(27, 12), 0), (june(20, 11), 28), (june(16, 16), 0), (june(10, 13), 18)):
        client = new_client(shop, first_seen, "Instagram")
        if called:
            shop.contact(client, june(called, 11), "invitation")
    shop.visit(new_client(shop, june(30, 17, 40), "walk-in"), june(30, 17, 40))
    for moment in (june(29, 18), june(30, 12, 10)):
        client = new_client(shop, moment, "Facebook")
        shop.visit(client, moment)
        shop.quote(client, moment + timedelta(minutes=20))
    for moment, called in ((june(16, 15), 0), (june(22, 11), 26), (june(25, 17), 0), (june(27, 13), 0)):
        client = new_client(shop, moment, "newspaper")
        shop.visit(client, moment)
        shop.quote(client, moment + timedelta(minutes=30))
        if called:
            shop.contact(client, june(called, 12), "offer")
    for moment in (june(26, 16), june(29, 15), june(30, 15, 30)):
        client = new_client(shop, moment, "walk-in")
        shop.visit(client, moment)
        model, price = shop.quote(client, moment + timedelta(minutes=20))
        shop.pay(client, moment + timedelta(minutes=40), "phone", model, round(price * 0.9, 2))
    client = new_client(shop, june(2, 12), "walk-in")
    shop.visit(client, june(2, 12))
    shop.quote(client, june(2, 12, 20))
    shop.hand_over(client, june(2, 13), "shop")
    just_received(shop)
    at_the_service_desk(shop)


def just_received(shop: Shop) -> None:
    """Add clients in their first weeks with the phone."""
    for moment, called in ((june(10, 14), 13), (june(18, 12), 22), (june(22, 16), 0), (june(27, 11), 0)):
        client = new_client(shop, moment, "walk-in")
        shop.visit(client, moment)
        model, price = shop.quote(client, moment + timedelta(minutes=15))
        shop.pay(client, moment + timedelta(minutes=30), "phone", model, round(price * 0.9, 2))
        shop.hand_over(client, moment + timedelta(minutes=50), "shop")
        if called:
            shop.contact(client, june(called, 11), "care")


def at_the_service_desk(shop: Shop) -> None:
    """Add faults that are being dealt with, one of them for too long."""
    owners = [
        (code, model) for at, code, goods, model, *_ in shop.receipts if goods == "phone" and at < june(1, 0)
    ]
    by_code = {client.code: client for client in shop.clients}
    going_on = (
        (june(30, 11), ()),
        (june(25, 10), (0,)),
        (june(18, 17), (0,)),
        (june(20, 13), (0, 7)),
    )
    for place, (moment, days) in enumerate(going_on):
        code, model = owners[-3 * (place + 1)]
        shop.claim(by_code[code], moment, model, days, "repaired")


# files


def clients_csv(shop: Shop) -> str:
    """Write the list of clients with three rows as real lists have them.

    One stands there twice, one came by a channel that nobody has told of, and one has a note for a telephone.
    """
    rows = [
        [
            *(c.code, c.name, c.phone, c.channel, c.assistant, c.invited_by, c.consent),
            f"{c.first_seen:%Y-%m-%d %H:%M}",
        ]
        for c in shop.clients
    ]
    rows.append([*rows[7]])
    rows.append(["C-900", "Robert Frank", "", "Telegram", "Ivan", "", "yes", "2026-05-11 12:00"])
    rows.append(["C-901", "Ирина Белова", "see card", "walk-in", "Мария", "", "yes", "2026-05-20 15:30"])
    header = ("code", "name", "phone", "channel", "assistant", "invited_by", "consent", "first_seen")
    return table(header, rows)


def visits_csv(shop: Shop) -> str:
    """Write the visits; one is of nobody on the list, one has no time, one a word that is on no list."""
    rows = sorted([*shop.visits, ["2026-02-03 12:30", "C-999", "phone"]])
    rows.insert(90, ["", rows[90][1], "accessory"])
    rows.append(["2026-06-30 18:50", rows[60][1], "toilet"])
    return table(("time", "client", "about"), rows)


def receipts_csv(shop: Shop) -> str:
    """Write the cash register's export with what such exports have.

    A receipt twice, one of a day that is none, one without figures, money that was given back,
    money of another currency, and the line of totals.
    """
    rows = []
    for number, (moment, code, goods, model, amount, method) in enumerate(sorted(shop.receipts), start=1):
        rows.append([f"R{number:04}", code, f"{moment:%d.%m.%Y %H:%M}", goods, model, comma(amount), method])
    total = sum(row[4] for row in shop.receipts)
    rows.insert(40, [*rows[38]])
    paid_on_no_day = next(code for code, at, _ in shop.handovers if at == "2026-06-02 13:00")
    rows.append(["R9001", paid_on_no_day, "31.06.2026 12:45", "phone", "Nova 5", "289,00", "cash"])
    rows.append(["R9002", rows[12][1], "12.03.2026 16:10", "other", "", "see invoice", "card"])
    rows.append(["R9003", rows[99][1], "14.04.2026 11:20", "earphones", "", "-59,00", "card"])
    rows.append(["R9004", rows[50][1], "09.05.2026 17:05", "other", "", "25,00 USD", "cash"])
    rows.append(["", "", "", "", "", comma(total), ""])
    return table(("Receipt", "Client", "Paid", "Goods", "Model", "Amount", "Method"), rows, ";")


def handovers_tsv(shop: Shop) -> str:
    """Write who received a phone."""
    return table(("client", "time", "way"), sorted(shop.handovers, key=lambda row: row[1]), "\t")


def contacts_ndjson(shop: Shop) -> str:
    """Write calls and letters; the export was cut off in its last line."""
    return in_order(shop.contacts, "at") + '{"client": "C-004", "at": "2026-06-30T18:5'


def in_order(rows: Iterable[dict[str, Any]], key: str) -> str:
    """Write one JSON object a line, in order of time."""
    return lines(sorted(rows, key=lambda row: (row[key], row["client"])))


def claims_json(shop: Shop) -> str:
    """Write the warranty claims, numbered in order of time."""
    ordered = sorted(shop.claims, key=lambda row: (row["taken_in"], row["client"]))
    rows = [{"claim": f"W-{number:03}", **row} for number, row in enumerate(ordered, start=1)]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def surveys_yaml(shop: Shop) -> str:
    """Write the answers to the survey; somebody was more content than one can be."""
    ordered = sorted(shop.surveys, key=lambda row: (row["answered"], row["client"]))
    answers = [*ordered, {"client": ordered[40]["client"], "answered": "2026-06-29 09:15", "score": 11}]
    return "".join(
        f'- client: {row["client"]}\n  answered: "{row["answered"]}"\n  score: {row["score"]}\n'
        for row in answers
    )


def advertising_csv(shop: Shop) -> str:
    """Write what each channel cost, month by month; nobody has written down the last newspaper yet."""
    rows: list[list[Any]] = []
    for number in range(MONTHS):
        year, month = FIRST_DAY.year + (number + 6) // 12, (number + 6) % 12 + 1
        for channel, (low, high) in SPENT.items():
            euro = comma(10 * shop.chance.between(low // 10, high // 10))
            rows.append([f"{year}-{month:02} {channel}", channel, f"{year}-{month:02}-01", euro])
    next(row for row in reversed(rows) if row[1] == "newspaper")[3] = "to come"
    return table(("row", "channel", "month", "spent"), rows, ";")


FILES: dict[str, Callable[[Shop], str]] = {
    "clients.csv": clients_csv,
    "visits.csv": visits_csv,
    "quotes.ndjson": lambda shop: in_order(shop.quotes, "at"),
    "receipts.csv": receipts_csv,
    "handovers.tsv": handovers_tsv,
    "contacts.ndjson": contacts_ndjson,
    "claims.json": claims_json,
    "surveys.yaml": surveys_yaml,
    "advertising.csv": advertising_csv,
}


def make() -> dict[str, bytes]:
    """Give every file's name and bytes."""
    shop = Shop(Chance(SEED, opens=10, closes=18))
    days = 668
    for number in range(PEOPLE):
        day = number * days // PEOPLE
        live(shop, new_client(shop, shop.chance.later(FIRST_DAY, day, day + 9)))
    last_days(shop)
    return {name: file(shop).encode() for name, file in FILES.items()}


def main() -> None:
    """Write the files into a folder, by default the one beside this script."""
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data", make())


if __name__ == "__main__":
    main()
