"""The executor and the slow model agree about random specs and logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.runtime.run import run

START = datetime(2026, 3, 22, 10, tzinfo=UTC)
HOURS = 9 * 24
KINDS = ("visit", "purchase", "call")
DURATIONS = ((5, 0), (24, 0), (48, 0), (0, 1), (0, 2), (0, 7))
GUARDS: tuple[tuple[str, Any], ...] = (
    ("count of visit >= 2", lambda client: len(client.times("visit")) >= 2),
    ("spent > 40", lambda client: client.spent() > 40),
    ("not spent > 40", lambda client: not client.spent() > 40),
    ("days since last purchase >= 2", lambda client: _at_least(client.since("purchase"), 2)),
    ("not silent >= 3", lambda client: _not(_at_least(client.since("purchase"), 3))),
    ("hours since last visit = 30", lambda client: _equal(client.since("visit", days=False), 30)),
    ("count of call in last 2 days >= 2", lambda client: client.recent("call", 2) >= 2),
    ("count of call in last 3 days = 0", lambda client: client.recent("call", 3) == 0),
)


CONTACTS: tuple[tuple[str, tuple[int, int] | None, int | None, int], ...] = (
    ("", None, None, 0),
    ("    quiet hours 20:00-09:00\n", (20, 9), None, 0),
    ("    at most 1 contact in 3 days\n", None, 1, 3),
    ("    at most 2 contacts in 5 days\n", None, 2, 5),
    ("    quiet hours 09:00-20:00\n    at most 1 contact in 2 days\n", (9, 20), 1, 2),
)


def _at_least(value: int | None, bound: int) -> bool | None:
    return None if value is None else value >= bound


def _equal(value: int | None, other: int) -> bool | None:
    return None if value is None else value == other


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def words(amount: tuple[int, int]) -> str:
    return f"{amount[0]} hours" if amount[0] else f"{amount[1]} days"


@st.composite
def specs(draw: st.DrawFn, oracle: ModuleType) -> tuple[str, tuple[Any, ...]]:
    """Give a spec twice: as a text and for the slow model. What needs no time only leads on: no loops."""
    lines, stages = ["process sale for client"], []
    for number in range(4):
        end = number == 3
        lines += [f"    stage s{number}", *(["        end won"] if end else [])]
        limit = draw(st.sampled_from((None, 1, 3)))
        if limit:
            lines.append(f"        limit {limit} days, then alert manager")
        ways = []
        for _ in range(draw(st.integers(1, 4))):
            trigger = draw(st.sampled_from(("on", "on", "after", "after", "since", "silent", "when")))
            guard = draw(st.sampled_from(GUARDS)) if trigger == "when" or draw(st.booleans()) else None
            lowest = 0 if trigger in {"on", "after", "silent"} else number + 1
            target = draw(st.sampled_from([None, *range(lowest, 4)]))
            timed = trigger in {"after", "since", "silent"}
            amount = draw(st.sampled_from(DURATIONS)) if timed else (0, 0)
            event = draw(st.sampled_from(KINDS)) if trigger in {"on", "since", "silent"} else None
            line = (
                f"on {event}"
                if trigger == "on"
                else "when"
                if trigger == "when"
                else f"after no {event} for {words(amount)}"
                if trigger == "silent"
                else f"after {words(amount)}"
            )
            line += f" since {event}" if trigger == "since" else ""
            line += f" {'' if trigger == 'when' else 'when '}{guard[0]}" if guard else ""
            lines.append(f"        {line} " + ("stay" if target is None else f"go to s{target}"))
            on, since, silent = (event if trigger == name else None for name in ("on", "since", "silent"))
            ways.append(oracle.Way(on, *amount, since, silent, guard[1] if guard else None, target))
        stages.append(oracle.Stage(tuple(ways), limit, end))
    lines += ["follow up care", "    after purchase in 1 day, 4 days", "    by seller", "    done on call"]
    lines += ["    escalate to manager after 2 days"]
    return "".join(f"{line}\n" for line in lines), tuple(stages)


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[datetime, str, int | None]]:
    """Give events at whole hours, in the order in which they are handled."""
    hours = st.one_of(*(st.integers(0, HOURS // step).map(step.__mul__) for step in (5, 24, 24)))
    found = [(draw(hours), draw(st.sampled_from(range(3)))) for _ in range(draw(st.integers(3, 10)))]
    return [
        (
            START + timedelta(hours=hour),
            KINDS[kind],
            draw(st.sampled_from((None, 10, 30))) if kind == 1 else None,
        )
        for hour, kind in sorted(found)
    ]


def instant(moment: datetime) -> Instant:
    return int(moment.timestamp()) * 1_000_000


def moment(instant: Instant) -> datetime:
    return datetime.fromtimestamp(instant // 1_000_000, UTC)


@given(st.data())
def test_the_executor_agrees_with_the_slow_model(
    made: ModuleType, oracle: ModuleType, data: st.DataObject
) -> None:
    text, stages = data.draw(specs(oracle))
    events = data.draw(logs())
    end = START + timedelta(hours=data.draw(st.sampled_from((HOURS, HOURS, 100, 72, 24))))
    lines, *rules = data.draw(st.sampled_from(CONTACTS))
    past = [event for event in events if event[0] <= end]
    slow = oracle.simulate(stages, START, past, end, oracle.Contacts(*rules))
    rows = [
        EventRow(
            kind,
            "A",
            instant(time),
            (0, "log", number),
            None,
            {} if amount is None else {"amount": Decimal(amount)},
            Origin("log", number),
        )
        for number, (time, kind, amount) in enumerate(events)
    ]
    records = {"client": {"A": RecordRow("client", "A", instant(START), {}, Origin("clients", 1))}}
    head = made.HEAD.replace(made.ZONE_LINE, made.ZONE_LINE + lines)
    result = run(made.spec_of(head + text), Dataset(records, rows, sourced={"client"}), instant(end))
    (client,) = result.entities
    (position,) = client.positions
    assert [
        (moment(entry.time), entry.stage, entry.to_stage) for entry in client.journal if entry.kind == "move"
    ] == [(time, f"s{stage}", f"s{target}") for time, stage, target in slow.moves]
    assert (position.stage.stage.name, moment(position.since or 0)) == (f"s{slow.stage}", slow.entered)
    follow_ups = [task for task in client.tasks if task.kind == "follow_up"]
    assert [result.status(task) for task in follow_ups] == [slow.status(task) for task in slow.tasks]
    assert [moment(task.due) for task in follow_ups if task.due <= (task.closed or instant(end))] == [
        task.due for task in slow.tasks if task.due is not None
    ]
    assert [
        moment(task.due) for task in client.tasks if task.kind == "alert" and result.raised(task)
    ] == slow.alerts
    assert not [entry for entry in client.journal if entry.kind == "error"]
