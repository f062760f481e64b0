"""What the rules say of ways that part the clients, held against every client of a small world.

The executor alone says what is true: each condition is asked by two ways of a process of its own, one that
waits for it and one that waits for its opposite.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, product
from types import ModuleType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import HOUR
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.runtime.run import run
from stepladder_engine.scenario.run import run_scenarios

HEAD = """\
spec shop
role seller
record client
    points number optional >= 0 <= 3
    level one of low, high, top optional
    member yes/no
event visit for client
event purchase for client
    amount number > 0
    word one of cash, card optional
let good for client = points >= 2 or member
process sale for client
    owner seller
    stage choosing
        start
"""
WORLD: dict[str, tuple[Any, ...]] = {
    "points": (*(Decimal(half) / 2 for half in range(7)), None),
    "level": ("low", "high", "top", None),
    "member": (True, False),
    "amount": tuple(map(Decimal, (1, 5, 7, 10, 20))),
    "word": ("cash", "card", None),
    "visit": (0, 1, 2, 3),
}
TESTS = (
    ("points < 2", "points >= 2", "points between 1 and 2", "points != 1", "points is known", "points > 3"),
    ("level = low", "level in (high, top)", "level != top", "level is unknown"),
    ("member", "not member"),
    ("amount < 5", "amount >= 5", "amount > 10", "amount between 5 and 10", "amount > points", "amount < 0"),
    ("word = cash", "word != cash", "word is known"),
    ("count of visit = 0", "count of visit >= 1", "count of visit > 2"),
    ("good", "not good"),
)
NAMES = {"good": ("points", "member"), "count of visit": ("visit",)}
TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
Truths = tuple[str, ...]
"""What each condition is of one client."""


@st.composite
def conditions(draw: st.DrawFn, about: tuple[tuple[str, ...], ...]) -> str:
    """Give a condition of one or two tests."""
    parts = [
        draw(st.sampled_from(draw(st.sampled_from(about)))) for _ in range(draw(st.sampled_from((1, 1, 2))))
    ]
    return draw(st.sampled_from((" and ", " or "))).join(parts)


@st.composite
def groups(draw: st.DrawFn) -> list[str]:
    """Give conditions about at most two things, so that they often meet each other."""
    about = tuple(draw(st.lists(st.sampled_from(TESTS), min_size=1, max_size=2, unique=True)))
    return draw(st.lists(conditions(about), min_size=2, max_size=4, unique=True))


def text_of(guards: list[str]) -> str:
    lines = [f"        on purchase when {guard} go to taken_{at}\n" for at, guard in enumerate(guards)]
    lines += [f"    stage taken_{at}\n        end won\n" for at, _ in enumerate(guards)]
    return HEAD + "".join(lines)


def probes(guards: list[str]) -> str:
    """Give a process for each condition that shows what it is."""
    return "".join(
        f"process probe_{at} for client\n    owner seller\n    stage {UNKNOWN}_{at}\n        start\n"
        f"        on purchase when {guard} go to {TRUE}_{at}\n"
        f"        on purchase when not ({guard}) go to {FALSE}_{at}\n"
        f"    stage {TRUE}_{at}\n        end won\n    stage {FALSE}_{at}\n        end lost\n"
        for at, guard in enumerate(guards)
    )


def found_in(text: str) -> list[Diagnostic]:
    settings = LintSettings(select=("SL503", "SL504", "SL505", "SL506"))
    return list(compile_text(Source("made.ladder", text), settings=settings).diagnostics)


def known(client: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: client[name] for name in names if client[name] is not None}


def clients(made: ModuleType, text: str) -> Dataset:
    """Give every client of the small world, as far as the text speaks of what tells them apart."""
    asked = text.removeprefix(HEAD)
    read = {name for word, names in NAMES.items() if word in asked for name in names}
    read |= {name for name in WORLD if f" {name}" in asked or f"({name}" in asked}
    of_each = [values if name in read else values[:1] for name, values in WORLD.items()]
    records: dict[str, RecordRow] = {}
    events: list[EventRow] = []
    for number, chosen in enumerate(product(*of_each)):
        client, key = dict(zip(WORLD, chosen, strict=True)), f"K{number}"
        own, bought = known(client, "points", "level", "member"), known(client, "amount", "word")
        records[key] = RecordRow("client", key, made.START, own, Origin("clients.csv", number))
        happened: list[tuple[str, dict[str, Any]]] = [("visit", {})] * client["visit"]
        for hour, (event, values) in enumerate([*happened, ("purchase", bought)], 1):
            time, origin = made.START + hour * HOUR, Origin("log.csv", len(events))
            events.append(EventRow(event, key, time, (0, "log.csv", len(events)), None, values, origin))
    return Dataset(records={"client": records}, events=events, sourced={"client"})


def seen(made: ModuleType, guards: list[str]) -> list[tuple[str, Truths]]:
    """Run every client; give where each went, and what each condition was of it."""
    text = text_of(guards) + probes(guards)
    result = run(made.spec_of(text), clients(made, text), made.START + 100 * HOUR)
    found = []
    for entity in result.entities:
        stages = {place.plan.process.name: place.stage.stage.name for place in entity.positions}
        truths = tuple(stages[f"probe_{at}"].removesuffix(f"_{at}") for at, _ in enumerate(guards))
        found.append((stages["sale"], truths))
    return found


def overlaps(world: list[Truths], count: int) -> Iterator[tuple[int, int]]:
    """Yield two ways that both match a client, where each also has clients of its own."""
    for one, two in combinations(range(count), 2):
        come_to_one = [truths for truths in world if TRUE not in truths[:one]]
        both = any(truths[one] == truths[two] == TRUE for truths in come_to_one)
        only_one = any(truths[one] == TRUE != truths[two] for truths in come_to_one)
        if both and only_one and any(truths[two] == TRUE not in truths[:two] for truths in world):
            yield one, two


def part_the_cases(world: list[Truths], count: int) -> bool:
    """Say whether two conditions are no special cases of any other one."""

    def is_special(one: int) -> bool:
        return any(
            all(truths[two] == TRUE for truths in world if truths[one] == TRUE)
            for two in range(count)
            if two != one
        )

    return sum(not is_special(one) for one in range(count)) >= 2


def ways_open(truths: Truths) -> Iterator[int]:
    """Yield the ways that match a client."""
    return (at for at, truth in enumerate(truths) if truth == TRUE)


def lines_of(finding: Diagnostic) -> tuple[int, ...]:
    """Give which ways a finding speaks of, counted from the first."""
    first = HEAD.count("\n") + 1
    return tuple(sorted(span.line - first for span in (finding.span, *(one.span for one in finding.labels))))


def replayed(text: str, guards: list[str], finding: Diagnostic, expected: list[str]) -> None:
    """Put the example behind the spec and run it; its client is to end in these stages."""
    assert finding.example
    story = finding.example.rstrip("\n") + "".join(f"\n    expect stage {stage}" for stage in expected)
    told = compile_text(Source("made.ladder", f"{text}{probes(guards)}\n{story}\n"), lint=False)
    assert told.spec
    assert not told.errors, story
    (result,) = run_scenarios(told.spec)
    assert result.passed, (text, story, result.failures)


@given(st.data())
def test_the_rules_find_what_the_clients_of_a_small_world_show(made: ModuleType, data: st.DataObject) -> None:
    guards = data.draw(groups())
    text, count = text_of(guards), len(guards)
    went = seen(made, guards)
    world = sorted({truths for _, truths in went})
    found: dict[str, list[tuple[int, ...]]] = {}
    for finding in found_in(text):
        found.setdefault(finding.code, []).append(lines_of(finding))
    assert set(found.get("SL504", ())) == set(overlaps(world, count))
    falls_through = any(set(truths) == {FALSE} for truths in world)
    assert ("SL505" in found) == (falls_through and part_the_cases(world, count))
    slips_through = not falls_through and any(TRUE not in truths for truths in world)
    assert ("SL506" in found) == slips_through
    taken, could_be = {stage for stage, _ in went}, {at for truths in world for at in ways_open(truths)}
    never_first = {at for at in could_be if f"taken_{at}" not in taken}
    assert {ways[-1] for ways in found.get("SL503", ())} == never_first


@given(st.data())
def test_each_example_shows_its_claim(data: st.DataObject) -> None:
    guards = data.draw(groups())
    text = text_of(guards)
    for finding in found_in(text):
        ways = lines_of(finding)
        if finding.code == "SL504":
            first, second = ways
            replayed(text, guards, finding, [f"taken_{first}", f"{TRUE}_{first}", f"{TRUE}_{second}"])
        elif finding.code == "SL505":
            replayed(text, guards, finding, ["choosing", *(f"{FALSE}_{way}" for way in ways)])
        elif finding.code == "SL506":
            replayed(text, guards, finding, ["choosing"])
