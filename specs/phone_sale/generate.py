# ruff: noqa: INP001, DTZ001, S311 - a script; the shop's clock knows no zones; chance here is no secret
"""Makes the sample data of the phone shop: `python generate.py [FOLDER]`.

Invented from beginning to end, and the same bytes every time: the only source
of chance is a generator with a fixed seed, of which nothing but `random()` is
used, because that one gives the same numbers in every version of Python.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

SEED = 75
FIRST_DAY = datetime(2024, 7, 1)
LAST_MOMENT = datetime(2026, 6, 30, 19, 0)
SUNDAY = 6

Thing = TypeVar("Thing")

NAMES = (
    *("Anna Berg", "Мария Иванова", "رضا احمدی", "John Carter", "Георги Петров", "Елена Смирнова"),
    *("نگار رضایی", "Peter Novak", "Стоян Димитров", "Laura Rossi", "Алексей Кузнецов", "سارا محمدی"),
    *("Thomas Meyer", "Десислава Тодорова", "Julia Wagner", "Николай Орлов", "امیر حسینی", "Sophie Martin"),
    *("Иван Колев", "Marek Kowalski", "Ольга Попова", "مریم کریمی", "Daniel Costa", "Радостина Илиева"),
    *("Emma Larsen", "Павел Морозов", "حسین جعفری", "Lucas Silva", "Петя Христова", "Nina Horvat"),
    *("Дмитрий Волков", "لیلا صادقی", "Oliver Brown", "Калоян Стоянов", "Clara Weiss", "Татьяна Лебедева"),
    *("مهدی رحیمی", "Mateo Garcia", "Силвия Маринова", "Hanna Lind", "Сергей Новиков", "زهرا موسوی"),
    *("Victor Dubois", "Борислав Янев", "Eva Kovacs", "Наталья Соколова", "علی نوری", "Simon Becker"),
    *("Виолета Ангелова", "Maja Nilsen", "Андрей Павлов", "پریسا کاظمی", "Paul Fischer", "Теодора Василева"),
    *("Irene Conti", "Михаил Козлов", "کیان شریفی", "Alice Moreau", "Красимир Ганев", "Oskar Lund"),
    *("Юлия Зайцева", "Amina Haddad"),
)
ASSISTANTS = ("Ivan", "Мария", "رضا")
CHANNELS = ("Instagram", "Facebook", "newspaper", "walk-in", "walk-in", "friend", "friend")
MODELS = (("Nova 5", 289), ("Nova 5 Pro", 449), ("Aster X", 619), ("Aster X Max", 899), ("Lite 3", 179))
METHODS = ("cash", "card", "card", "electronic", "credit")
EXTRAS = (("earphones", 59.0), ("earphones", 59.0), ("other", 19.5), ("case_and_glass", 29.9))
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

    chance: Random
    clients: list[Client] = field(default_factory=list)
    visits: list[list[Any]] = field(default_factory=list)
    quotes: list[dict[str, Any]] = field(default_factory=list)
    receipts: list[list[Any]] = field(default_factory=list)
    handovers: list[list[Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    surveys: list[dict[str, Any]] = field(default_factory=list)

    # chance

    def happens(self, share: float) -> bool:
        """Say yes in this share of cases."""
        return self.chance.random() < share

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Choose one."""
        return things[int(self.chance.random() * len(things))]

    def between(self, low: int, high: int) -> int:
        """Choose a whole number, both ends included."""
        return low + int(self.chance.random() * (high - low + 1))

    def later(self, moment: datetime, low: int, high: int) -> datetime:
        """Choose a moment so many days later, while the shop is open (never on a Sunday)."""
        day = moment + timedelta(days=self.between(low, high))
        if day.weekday() == SUNDAY:
            day += timedelta(days=1)
        return day.replace(hour=self.between(10, 17), minute=self.between(0, 59), second=0)

    # what is written down

    def visit(self, client: Client, moment: datetime, about: str = "phone") -> None:
        """Write a visit down."""
        if moment <= LAST_MOMENT:
            self.visits.append([f"{moment:%Y-%m-%d %H:%M}", client.code, about])

    def quote(self, client: Client, moment: datetime) -> tuple[str, int]:
        """Write an offer down."""
        model, price = self.pick(MODELS)
        if moment <= LAST_MOMENT:
            at = f"{moment:%Y-%m-%dT%H:%M}"
            self.quotes.append({"client": client.code, "at": at, "model": model, "price": price})
        return model, price

    def pay(self, client: Client, moment: datetime, goods: str, model: str, amount: float) -> None:
        """Write a receipt; its number is given when all are in order of time."""
        if moment <= LAST_MOMENT:
            self.receipts.append([moment, client.code, goods, model, amount, self.pick(METHODS)])

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
        fault = self.pick(FAULTS)
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
    channel = channel or shop.pick(CHANNELS)
    invited_by = shop.pick(friends_of(shop, first_seen)) if channel == "friend" else ""
    phone = f"+359 88 {shop.between(1000000, 9999999)}" if shop.happens(0.85) else ""
    consent = "yes" if shop.happens(0.8) else "no"
    client = Client(
        f"C-{number + 1:03}",
        NAMES[number],
        phone,
        channel,
        shop.pick(ASSISTANTS),
        invited_by,
        consent,
        first_seen,
    )
    shop.clients.append(client)
    return client


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
    if shop.happens(0.45):
        shop.pay(client, moment + timedelta(minutes=4), "case_and_glass", "", 29.9)
    if shop.happens(0.75):
        received = moment + timedelta(minutes=25)
        shop.hand_over(client, received, "shop")
    else:
        received = shop.later(moment, 1, 2 if shop.happens(0.8) else 4)
        shop.hand_over(client, received, "courier")
    look_after(shop, client, received, model)


def look_after(shop: Shop, client: Client, received: datetime, model: str) -> None:
    """Call, ask, repair: what a good shop does in the months after a sale, and mostly did."""
    if shop.happens(0.92):
        shop.contact(client, shop.later(received, 3, 4), "care")
    if shop.happens(0.2):
        moment = shop.later(received, 3, 20)
        shop.visit(client, moment, "repair")
        shop.pay(client, moment + timedelta(minutes=15), "screen_cover", "", 4.9)
    if shop.happens(0.6):
        score = shop.pick((10, 10, 9, 9, 9, 8, 8, 7, 6, 4))
        answered = shop.later(received, 31, 36)
        shop.survey(client, answered, score)
        if score <= 6 and shop.happens(0.8):
            shop.contact(client, shop.later(answered, 1, 2), "complaint")
    for days in (60, 90):
        if shop.happens(0.85):
            shop.contact(client, shop.later(received, days, days + 2), "satisfaction", "email")
    if shop.happens(0.07):
        until = (0, shop.between(5, 9), 0, shop.between(1, 3))
        shop.claim(
            client, shop.later(received, 20, 150), model, until, shop.pick(("repaired", "repaired", "new"))
        )


def come_in(shop: Shop, client: Client, moment: datetime, resolve: float) -> datetime | None:
    """Visit the shop, hear an offer, and perhaps buy now or some days later; gives when."""
    shop.visit(client, moment)
    if not shop.happens(0.92):
        return None
    asked = moment + timedelta(minutes=25)
    model, price = shop.quote(client, asked)
    if shop.happens(resolve):
        paid = asked + timedelta(minutes=15)
        more_memory = 200 <= price <= 600 and shop.happens(0.3)
        buy(shop, client, paid, model, price + 80.0 if more_memory else round(price * 0.9, 2))
        return paid
    if shop.happens(0.8):
        shop.contact(client, shop.later(asked, 5, 8), "offer")
    if not shop.happens(resolve):
        return None
    again = shop.later(asked, 10, 25)
    shop.visit(client, again)
    paid = again + timedelta(minutes=30)
    buy(shop, client, paid, model, float(price))
    return paid


def live(shop: Shop, client: Client) -> None:
    """Let a client come, buy, and come again until the data ends."""
    if client.channel == "walk-in":
        moment = client.first_seen
    elif shop.happens(0.88):
        moment = shop.later(client.first_seen, 2, 20)
    else:
        shop.contact(client, shop.later(client.first_seen, 7, 9), "invitation")
        return
    bought = come_in(shop, client, moment, 0.66)
    while bought is not None and bought <= LAST_MOMENT:
        if shop.happens(0.5):
            goods, amount = shop.pick(EXTRAS)
            moment = shop.later(bought, 62, 130)
            shop.visit(client, moment, "accessory")
            shop.pay(client, moment + timedelta(minutes=10), goods, "", amount)
        bought = next_phone(shop, client, bought)


def next_phone(shop: Shop, client: Client, bought: datetime) -> datetime | None:
    """Buy again within the year, or be asked to come back after it."""
    if shop.happens(0.55):
        return come_in(shop, client, shop.later(bought, 180, 340), 0.7)
    if client.consent == "yes" and shop.happens(0.8):
        asked = shop.later(bought, 366, 372)
        shop.contact(client, asked, "comeback", "email")
        if shop.happens(0.4):
            return come_in(shop, client, shop.later(asked, 3, 20), 0.7)
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


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], delimiter: str = ",") -> str:
    """Write a table as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def clients_csv(shop: Shop) -> str:
    """Write the list of clients with two rows as real lists have them: one twice, one of a new channel."""
    rows = [
        [
            c.code,
            c.name,
            c.phone,
            c.channel,
            c.assistant,
            c.invited_by,
            c.consent,
            f"{c.first_seen:%Y-%m-%d %H:%M}",
        ]
        for c in shop.clients
    ]
    rows.append([*rows[7]])
    rows.append(["C-900", "Robert Frank", "", "Telegram", "Ivan", "", "yes", "2026-05-11 12:00"])
    return table(
        ("code", "name", "phone", "channel", "assistant", "invited_by", "consent", "first_seen"), rows
    )


def visits_csv(shop: Shop) -> str:
    """Write the visits; one is of nobody on the list."""
    rows = [*shop.visits, ["2026-02-03 12:30", "C-999", "phone"]]
    return table(("time", "client", "about"), sorted(rows))


def receipts_csv(shop: Shop) -> str:
    """Write the cash register's export: a receipt twice, one of a day that is none, one without figures."""
    rows = []
    for number, (moment, code, goods, model, amount, method) in enumerate(sorted(shop.receipts), start=1):
        money = f"{amount:.2f}".replace(".", ",")
        rows.append([f"R{number:04}", code, f"{moment:%d.%m.%Y %H:%M}", goods, model, money, method])
    rows.insert(40, [*rows[38]])
    paid_on_no_day = next(code for code, at, _ in shop.handovers if at == "2026-06-02 13:00")
    rows.append(["R9001", paid_on_no_day, "31.06.2026 12:45", "phone", "Nova 5", "289,00", "cash"])
    rows.append(["R9002", rows[12][1], "12.03.2026 16:10", "other", "", "see invoice", "card"])
    return table(("Receipt", "Client", "Paid", "Goods", "Model", "Amount", "Method"), rows, ";")


def handovers_tsv(shop: Shop) -> str:
    """Write who received a phone."""
    return table(("client", "time", "way"), sorted(shop.handovers, key=lambda row: row[1]), "\t")


def lines(rows: Sequence[dict[str, Any]], key: str) -> str:
    """Write one JSON object a line, in order of time."""
    ordered = sorted(rows, key=lambda row: (row[key], row["client"]))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ordered)


def claims_json(shop: Shop) -> str:
    """Write the warranty claims, numbered in order of time."""
    ordered = sorted(shop.claims, key=lambda row: (row["taken_in"], row["client"]))
    rows = [{"claim": f"W-{number:03}", **row} for number, row in enumerate(ordered, start=1)]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def surveys_yaml(shop: Shop) -> str:
    """Write the answers to the survey."""
    ordered = sorted(shop.surveys, key=lambda row: (row["answered"], row["client"]))
    return "".join(
        f'- client: {row["client"]}\n  answered: "{row["answered"]}"\n  score: {row["score"]}\n'
        for row in ordered
    )


FILES: dict[str, Callable[[Shop], str]] = {
    "clients.csv": clients_csv,
    "visits.csv": visits_csv,
    "quotes.ndjson": lambda shop: lines(shop.quotes, "at"),
    "receipts.csv": receipts_csv,
    "handovers.tsv": handovers_tsv,
    "contacts.ndjson": lambda shop: lines(shop.contacts, "at"),
    "claims.json": claims_json,
    "surveys.yaml": surveys_yaml,
}


def make() -> dict[str, bytes]:
    """Give every file's name and bytes."""
    shop = Shop(Random(SEED))
    days = 668
    count = len(NAMES) - 19
    for number in range(count):
        live(
            shop, new_client(shop, shop.later(FIRST_DAY, number * days // count, number * days // count + 9))
        )
    last_days(shop)
    return {name: write(shop).encode() for name, write in FILES.items()}


def main() -> None:
    """Write the files into a folder, by default the one beside this script."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in make().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
