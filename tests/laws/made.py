"""Specs and logs at random: put together from lines that each show one thing of the language."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import HOUR, Instant, Zone
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow

HEAD = """\
spec shop
    currency EUR
    timezone Europe/Sofia
role seller
role manager
record client
    name text optional
    budget money optional
    friend client optional
    day date optional
    patience duration optional
    last_claim claim optional
    tags list of one of vip, cheap optional
record claim
    belongs to client
    about text optional
event visit for client
event purchase for client
    amount money optional
event call for client
event thanks for client
let purchases for client = count of purchase
let spent for client = sum of purchase.amount
let silent for client = days since last purchase
decide size for client
    first match
    | spent  | purchases || word    | share |
    | >= 100 | >= 2      || "big"   | 10    |
    | > 20   | -         || "some"  | 5     |
    | -      | -         || "small" | -     |
decide warmth for client
    unique match
    | silent            || word   |
    | between 0 and 2   || "warm" |
    | between 3 and 9   || "mild" |
    | >= 10, is unknown || "cold" |
decide perks for client
    collect
    | purchases | hours since last visit || tag one of vip, cheap |
    | >= 2      | -                      || vip                   |
    | -         | < 50                   || cheap                 |
process claims for claim
    stage c0
        after 3 weeks go to c1
            emit thanks to client
    stage c1
        after 3 weeks go to c2
            emit call to client
    stage c2
        end
metric by_size
    = sum of purchase.amount / count of client
    by size_word, budget
let size_word for client = size.word
metric of_claims
    = count of claim
    by name
"""
ZONE_LINE = "    timezone Europe/Sofia\n"
CONTACTS: tuple[tuple[str, ...], ...] = (
    (),
    (),
    ("quiet hours 20:00-09:00",),
    ("at most 1 contact in 4 days",),
    (
        "quiet hours 02:00-03:30",
        "quiet days sun",
        "at most 2 contacts in 1 week",
        "at most 1 contact in 5 hours",
    ),
)
KINDS = ("visit", "purchase", "call")
KEYS = ("A", "B", "C")
STAGES = ("s0", "s1", "s2", "s3")
DURATIONS = ("90 minutes", "5 hours", "1 day", "3 days", "1 week", "1 month")
GUARDS = (
    "count of visit >= 2",
    "spent > 100",
    "purchases >= 2",
    "silent >= 2",
    "silent between 2 and 6",
    "hours in stage >= 30",
    "minutes since first visit > 100",
    "budget is known",
    "budget > 20 or not (spent > 40)",
    "count of call in last 2 days >= 2",
    "sum of purchase.amount in last 1 week < 30",
    "average of purchase.amount in first 3 days > 20",
    "max of purchase.amount in last 5 days < 70",
    "reached s2",
    'size.word = "big"',
    "size.share >= 5",
    'warmth in ("cold", "mild")',
    "vip in perks",
    "cheap not in perks",
    "vip in tags",
    "patience = 2 days",
    "last_claim is known",
)
EFFECTS = (
    "set budget = spent / 3",
    "set name = name",
    "set day = 2026-03-28",
    "emit thanks",
    "emit call after 3 weeks",
    "emit visit after 1 month",
    "set patience = 2 days",
    "set tags = perks",
)
OPENING = ("open claim about = name", "open claim as last_claim")
"""Only an event opens a claim: a timer that goes round every 90 minutes would open hundreds."""
# What is emitted comes weeks later: an event that leads to two of its kind a day later is 2^40 in the end.
TO_OTHERS = ("emit thanks to friend", "emit call to friend after 3 weeks")
START = 1_772_316_000_000_000
"""2026-02-28 22:00 UTC: the log goes over the end of a month and, a month later, a change of the clocks."""
FORTY_DAYS = 40 * 24 * HOUR


ALONE_EFFECTS = tuple(effect for effect in EFFECTS if "tags" not in effect)
ALONE_GUARDS = tuple(guard for guard in GUARDS if "tags" not in guard)
"""What the fast executor runs by itself: no lists in fields."""


@st.composite
def _ways(draw: st.DrawFn, effects: tuple[str, ...], guards: tuple[str, ...], *, alone: bool) -> list[str]:
    """Give the lines of a way out of a stage."""
    trigger = draw(st.sampled_from(("on", "on", "after", "after no", "when")))
    guard = draw(st.sampled_from(guards)) if trigger == "when" or draw(st.booleans()) else None
    words = trigger
    if trigger == "on":
        words += f" {draw(st.sampled_from((*KINDS, 'thanks')))}"
    elif trigger == "after":
        words += f" {draw(st.sampled_from((*DURATIONS, 'patience')))}"
        words += draw(st.sampled_from(("", "", " since purchase", " since day")))
    elif trigger == "after no":
        words += f" {draw(st.sampled_from(KINDS))} for {draw(st.sampled_from(DURATIONS))}"
    if guard is not None:
        words += f" {guard}" if trigger == "when" else f" when {guard}"
    target = draw(st.sampled_from((*STAGES, None)))
    effects = effects + OPENING if trigger == "on" and not alone else effects
    lines = [f"{words} stay" if target is None else f"{words} go to {target}"]
    return lines + [
        f"    {effect}" for effect in draw(st.lists(st.sampled_from(effects), max_size=2, unique=True))
    ]


@st.composite
def texts(draw: st.DrawFn, *, touching: bool = False, alone: bool = False) -> str:
    """Give the text of a spec.

    With `touching` its records may send events to each other; with `alone` they never do, and
    it has nothing that the fast executor leaves to the reference.
    """
    effects = ALONE_EFFECTS if alone else EFFECTS + TO_OTHERS if touching else EFFECTS
    guards = ALONE_GUARDS if alone else GUARDS
    contacts = draw(st.sampled_from(CONTACTS))
    lines = ["process sale for client"]
    for name in STAGES:
        lines.append(f"    stage {name}")
        if draw(st.booleans()):
            lines.append(f"        limit {draw(st.sampled_from(DURATIONS))}, then alert manager")
        if name == "s3":
            lines.append("        end won")
        for way in draw(st.lists(_ways(effects, guards, alone=alone), max_size=4)):
            lines += [f"        {line}" for line in way]
    anchors = ("purchase in", "entering s1 in", "entering s3 in", "day in", "no visit for")
    for number, anchor in enumerate(draw(st.lists(st.sampled_from(anchors), max_size=2))):
        lines += [f"follow up rule_{number}", f"    after {anchor} 1 day, 3 days, 1 month", "    by seller"]
        lines += draw(st.sampled_from(([], ["    done on call"], ["    done on purchase when amount > 20"])))
        lines += draw(st.sampled_from(([], ["    escalate to manager after 1 day"])))
        lines += draw(st.sampled_from(([], [f"    when {draw(st.sampled_from(guards))}"])))
        lines += draw(st.sampled_from(([], ["    goes on after the end"])))
        lines += draw(
            st.sampled_from(([], [], ["    again every 1 week"], ["    again every 5 days until spent > 50"]))
        )
        words = "{patience} {silent}" if alone else "{perks} {patience}"
        text = f'    text "{{name}}, {{spent * 2}}: {{size.word}} {words}"'
        lines += draw(st.sampled_from(([], [text])))
        lines += draw(st.sampled_from(([], [], ["    at any hour"], ["    quiet days sat-mon"])))
    if draw(st.booleans()):
        lines += ["offer glass", "    to client in s0, s1", f"    when {draw(st.sampled_from(guards))}"]
        lines += ["    price spent / 7", "    valid 3 days", "    at most 2 times", "    accepted on call"]
    if draw(st.booleans()):
        for step in draw(st.lists(st.integers(1, 2), min_size=2, max_size=3)):
            number = len(lines)
            lines += [f"offer step_{number}", "    to client", f"    when {draw(st.sampled_from(guards))}"]
            lines += [f"    order {step} on ladder", "    valid 5 days", "    declined on visit"]
            lines += draw(st.sampled_from(([], ["    at most 1 time in 1 week"])))
    lines += ["metric mean", "    = average of client.spent", "metric share"]
    lines += ["    = count of client reaching s2 / count of client reaching s1"]
    head = HEAD.replace(ZONE_LINE, ZONE_LINE + "".join(f"    {line}\n" for line in contacts))
    if alone:
        head = "".join(line for line in head.splitlines(keepends=True) if "        emit " not in line)
    return head + "".join(f"{line}\n" for line in lines)


@lru_cache(maxsize=2_000)
def spec_of(text: str) -> Spec:
    """Compile a text that has no mistake."""
    compiled = compile_text(Source("made.ladder", text), lint=False)
    assert not compiled.errors, (text, [message(error) for error in compiled.errors])
    assert compiled.spec
    return compiled.spec


ZONE = Zone("Europe/Sofia")


@st.composite
def _events(draw: st.DrawFn, number: int) -> EventRow:
    """Give an event; times often coincide, with each other and with what is due."""
    kind = draw(st.sampled_from(KINDS))
    hours = draw(st.one_of(st.integers(0, 40 * 24), st.integers(0, 40).map(lambda day: day * 24)))
    fields: dict[str, Any] = {}
    if kind == "purchase":
        fields["amount"] = draw(st.sampled_from((None, Decimal("0.10"), Decimal(25), Decimal(80))))
    key = draw(st.sampled_from(KEYS))
    time = START + hours * HOUR
    return EventRow(kind, key, time, (0, "log.csv", number), None, fields, Origin("log.csv", number))


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Give records and events of forty days."""
    count = draw(st.integers(0, 14))
    records = {}
    for key in KEYS:
        since = draw(st.sampled_from((None, START, START + 30 * HOUR)))
        fields = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "budget": st.just(Decimal(30)),
                    "friend": st.sampled_from((*KEYS, "nobody")),
                },
            )
        )
        records[key] = RecordRow("client", key, since, fields, Origin("clients.csv", 1))
    events = [draw(_events(number)) for number in range(count)]
    return Dataset(records={"client": records}, events=events, sourced={"client"})


def moments() -> st.SearchStrategy[Instant]:
    """Give moments inside and a little after the forty days."""
    return st.integers(0, 45 * 24).map(lambda hours: START + hours * HOUR)
