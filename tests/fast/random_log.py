"""Logs at random of many clients, for the specs of `random_business`; times often coincide.

Half of what is drawn lies at the edges: changes of the clocks, ends of months, days that no calendar has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow

DAY = 24 * HOUR
KINDS = ("visit", "purchase", "call", "refusal", "thanks")
STARTS = (
    *("2026-02-27", "2026-03-20", "2026-10-19", "2024-02-22", "2022-03-14", "2025-12-20"),
    # Changes of the clocks: Sofia, Lord Howe by half an hour, New York, the last one of Tehran.
    *("2026-03-28", "2026-04-04", "2026-11-01", "2022-09-20"),
)
KEYS_OF_SENDERS = ("A0", "A1", "Z2", "somebody")
KEYS = ("A", "Б", "ک۱", "a b", "é\u0301", "'x,\"", "Z")


def log_of(chance: Random, clients: int) -> tuple[Dataset, Instant | None]:
    """Give records and events of so many clients, and a moment; times often coincide."""
    start = date.fromisoformat(chance.choice(STARTS)).toordinal() - date(1970, 1, 1).toordinal()
    begins = start * DAY
    keys = [f"{chance.choice(KEYS)}{number}" for number in range(clients)]
    records = {key: _client(chance, key, begins, keys) for key in keys if chance.random() < 0.95}
    events: list[EventRow] = []
    for key in keys:
        busy = chance.choice((0, 1, 3, 6, 10, 14))
        events += [_event(chance, key, begins, len(events) + number) for number in range(busy)]
    for number in range(chance.randint(0, 3)):
        row = len(events)
        time = begins + chance.randint(0, 30) * DAY
        values = {"sum_paid": chance.choice((None, Decimal("49.999"), Decimal(51)))}
        key = f"order {number % 2}"
        events.append(EventRow("paid", key, time, (0, "log.csv", row), None, values, Origin("log.csv", row)))
    sourced = {"client"} if chance.random() < 0.7 else set()
    if sourced:
        events = [event for event in events if event.kind == "paid" or event.key in records]
    more = _of_others(chance, begins, keys, len(events))
    events += more.pop("events")
    chance.shuffle(events)
    dataset = Dataset({"client": records, **more}, events, sourced=sourced)
    dataset.rows = {"clients.csv": len(records), "log.csv": len(events)}
    moment = chance.choice((None, begins + chance.randint(-1, 80 * 24) * HOUR))
    return dataset, moment


def _of_others(chance: Random, begins: Instant, keys: Sequence[str], first: int) -> dict[str, Any]:
    """Give orders and claims of clients, with events of theirs."""
    orders, claims, events = {}, {}, []
    for number in range(chance.choice((0, 0, 3, 8))):
        key, row = f"order {number}", first + number
        fields = {"buyer": chance.choice((None, *keys, "nobody")), "note": "x"}
        orders[key] = RecordRow("order", key, chance.choice((None, begins)), fields, Origin("orders.csv", 1))
        time = begins + chance.choice((chance.randint(0, 9) * DAY, chance.randint(0, 40) * DAY))
        values = {"sum_paid": chance.choice((None, Decimal(51), Decimal(20)))}
        events.append(EventRow("paid", key, time, (0, "log.csv", row), None, values, Origin("log.csv", row)))
    for number in range(chance.choice((0, 0, 3, 8))):
        key, row = f"claim {number}", first + 10 + number
        fields = {"client": chance.choice((None, *keys, "nobody")), "about": chance.choice((None, "y"))}
        since = chance.choice((None, begins, begins + DAY))
        claims[key] = RecordRow("claim", key, since, fields, Origin("claims.csv", 1))
        time = begins + chance.randint(0, 9) * DAY
        events.append(EventRow("asked", key, time, (0, "log.csv", row), None, {}, Origin("log.csv", row)))
    return {"order": orders, "claim": claims, "events": events}


def _client(chance: Random, key: str, begins: Instant, keys: Sequence[str]) -> RecordRow:
    since = chance.choice((None, begins, begins + chance.randint(-90, 300) * HOUR))
    # Every year more makes the tables of the calendar longer, and the tests slower.
    far = date(1958 if chance.random() < 0.002 else 2025, 2, 28)
    values: dict[str, Sequence[Any]] = {
        "name": ("Ann", "Х", "", "{vip}"),
        "budget": (Decimal(30), Decimal("19.99"), Decimal("0.005"), Decimal(-4)),
        "points": (Decimal(0), Decimal(2), Decimal("3.25")),
        "size": ("small", "big", "very big"),
        "gold": (True, False),
        "day": (
            date(2026, 3, 10),
            date(2026, 3, 28),
            date(2026, 10, 25),
            far,
            date(9999, 12, 31),
        ),
        "seen": (begins, begins + 100 * HOUR, begins - 400 * DAY),
        "patience": (Duration(2, Unit.DAY), Duration(5, Unit.HOUR), Duration(1, Unit.MONTH)),
        "clerk": ("Ivan", "", "Мария"),
        "friend": (*keys[:3], "nobody"),
        "adviser": (*keys[3:5], "somebody"),
        "usual": ("order 0", "order 1", "order 7"),
        "tags": ((), ("vip",), ("vip", "cheap")),
    }
    fields = {name: chance.choice((None, *some)) for name, some in values.items() if chance.random() < 0.6}
    return RecordRow("client", key, since, fields, Origin("clients.csv", 1))


def _event(chance: Random, key: str, begins: Instant, number: int) -> EventRow:
    kind = chance.choice(KINDS)
    fields: dict[str, Any] = {}
    if kind == "purchase":
        fields["amount"] = chance.choice((None, Decimal("0.10"), Decimal(25), Decimal(80), Decimal("33.335")))
        fields["goods"] = chance.choice((None, "lamp", "glass"))
        fields["on_day"] = chance.choice((None, date(2026, 3, 1), date(2026, 3, 29)))
    elif kind == "call":
        fields["score"] = chance.choice((None, Decimal(1), Decimal("2.5"), Decimal(7)))
        fields["ok"] = chance.choice((None, True, False))
        fields["about"] = chance.choice((None, "x", "ы"))
    elif kind == "thanks":
        fields["reward"] = chance.choice((None, Decimal(3)))
    elif kind == "refusal":
        fields["sent_by"] = chance.choice((None, *KEYS_OF_SENDERS))
    time = begins + chance.choice(
        (
            chance.randint(0, 40) * DAY,
            chance.randint(0, 40 * 24) * HOUR,
            chance.randint(0, 80 * 24) * HOUR // 2,
            chance.randint(0, 40 * DAY),
        )
    )
    file = chance.choice(("log.csv", "more.csv"))
    return EventRow(kind, key, time, (0, file, number), None, fields, Origin(file, number))


def chance(number: int) -> Random:
    """Give chance that is the same everywhere."""
    return Random(number)  # noqa: S311 - no secret
