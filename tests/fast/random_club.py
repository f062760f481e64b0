"""A club with everything that standard figures and reports ask for, and logs of half a year at random."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow

CLUB = """\
language en

spec club
    currency EUR
    timezone Europe/Sofia
role seller
    reports to manager
role manager
record client
    channel one of web, fair optional
    regular yes/no optional
    sent_by client optional
record spending
    channel one of web, fair
    month date optional
    amount money
event visit for client
    fee money optional
event purchase for client
    amount money optional
    goods one of pass, bottle optional
event call for client
let spent for client = sum of purchase.amount
let fees for client = sum of visit.fee
offer plan
    kind subscription
    price 10
    to client in member
    by seller
    accepted on purchase when goods = pass
process sale for client
    owner seller
    stage lead
        start
        on purchase go to member
        after 40 days go to cold
    stage member "Member"
        owner manager
        limit 20 days
        on purchase when spent >= 1000 and fees >= 1 go to happy
        on purchase stay
        on call go to happy
        after no purchase for 60 days go to lead
    stage happy
        end won
    stage cold
        end lost
follow up care
    after purchase in 3 days
    by seller via phone
    done on call
    escalate to manager after 10 days
"""
FIRST: Instant = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
KEYS = tuple("ABCDEF")
AMOUNTS = (Decimal(0), Decimal("12.5"), Decimal(-7), Decimal("100.00"), Decimal(10) ** 9)


MOMENTS = st.none() | st.integers(0, 200 * 24).map(lambda hours: FIRST + hours * HOUR)


@st.composite
def logs(draw: st.DrawFn) -> Dataset:
    """Give clients, costs, and events of half a year."""
    records: dict[str, dict[str, RecordRow]] = {"client": {}, "spending": {}}
    of_client = {
        "channel": st.sampled_from(("web", "fair")),
        "regular": st.booleans(),
        "sent_by": st.sampled_from((*KEYS, "nobody")),
    }
    # Long before 1900 the calendar is asked moment by moment.
    hours = st.one_of(st.integers(0, 180 * 24), st.just(-200 * 366 * 24))
    moments = hours.map(lambda number: FIRST + number * HOUR)
    for key in KEYS:
        fields = draw(st.fixed_dictionaries({}, optional=of_client))
        since = draw(st.one_of(st.none(), moments))
        records["client"][key] = RecordRow("client", key, since, fields, Origin("clients.csv", 1))
    for number in range(draw(st.integers(0, 3))):
        fields = {
            "channel": draw(st.sampled_from(("web", "fair"))),
            "amount": draw(st.sampled_from(AMOUNTS)),
        }
        records["spending"][f"S{number}"] = RecordRow(
            "spending", f"S{number}", draw(moments), fields, Origin("costs.csv", number)
        )
    events = []
    for number in range(draw(st.integers(0, 16))):
        kind = draw(st.sampled_from(("purchase", "purchase", "purchase", "visit", "call")))
        optional: dict[str, st.SearchStrategy[object]] = {}
        if kind == "purchase":
            optional = {"amount": st.sampled_from(AMOUNTS), "goods": st.sampled_from(("pass", "bottle"))}
        elif kind == "visit":
            optional = {"fee": st.sampled_from((Decimal(1), Decimal("0.125")))}
        fields = draw(st.fixed_dictionaries({}, optional=optional))
        key = draw(st.sampled_from((*KEYS, "G")))
        events.append(EventRow(kind, key, draw(moments), (number,), None, fields, Origin("log.csv", number)))
    return Dataset(records=records, events=events, sourced={"client", "spending"})


def too_large() -> Dataset:
    """What A pays is more than the kernel counts with; B and C stand before and behind it."""
    paid = {"B": [Decimal(60)] * 6, "A": [Decimal(10) ** 18 - 1] * 6, "C": [Decimal(5)] * 2}
    events = [
        EventRow(
            "purchase",
            key,
            FIRST + (number * 20 + len(key)) * 24 * HOUR,
            (number,),
            None,
            {"amount": amount, "goods": "pass"},
            Origin("log.csv", number),
        )
        for key, amounts in paid.items()
        for number, amount in enumerate(amounts)
    ]
    records = {
        key: RecordRow("client", key, FIRST, {"channel": channel}, Origin("clients.csv", 1))
        for key, channel in (("A", "web"), ("B", "fair"))
    }
    return Dataset(records={"client": records}, events=events, sourced={"client"})
