"""What the rules about ways claim of a text, the executor does: random processes, every claim replayed."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType

from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.analysis.automatic import loops_at_once
from stepladder_dsl.analysis.chains import Chain, Chains
from stepladder_dsl.analysis.stage_facts import StageFacts
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.lint.registry import run_rules
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.model.expressions import RecordField
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import HOUR
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.runtime.run import run
from stepladder_engine.runtime.state import JournalEntry
from stepladder_engine.texts.catalogue import Phrase

STAGES = ("s0", "s1", "s2", "s3")
EVENTS = ("visit", "purchase")
BOUNDS = range(4)
POINTS = [Decimal(number) for number in range(-1, len(BOUNDS) + 1)]
HEAD = """\
spec shop
role seller
record client
    points number
event visit for client
event purchase for client
process sale for client
    owner seller
"""
NAMED = st.sampled_from(STAGES)
ABOUT_STAGES = st.one_of(
    NAMED.map("reached {}".format),
    NAMED.map("not reached {}".format),
    NAMED.map("now in {}".format),
    st.tuples(NAMED, NAMED).map(lambda two: f"reached {two[0]} and not reached {two[1]}"),
    st.tuples(NAMED, NAMED).map(lambda two: f"not (reached {two[0]} or now in {two[1]})"),
    st.tuples(NAMED, st.sampled_from(BOUNDS)).map(lambda two: f"reached {two[0]} or points > {two[1]}"),
)
ABOUT_POINTS = st.one_of(
    st.tuples(st.sampled_from((">=", "<", "=", "!=")), st.sampled_from(BOUNDS)).map(
        lambda two: f"points {two[0]} {two[1]}"
    ),
    st.tuples(st.sampled_from(BOUNDS), st.sampled_from(BOUNDS)).map(
        lambda two: f"points between {two[0]} and {two[1]}"
    ),
)
SET = st.sampled_from(("", "", "\n            set points = 2", "\n            set points = points + 1"))


@st.composite
def ways_by_events(draw: st.DrawFn) -> str:
    """Give ways at events, guarded by stages that were reached or not."""
    guard = draw(st.one_of(st.none(), ABOUT_STAGES))
    condition = f" when {guard}" if guard else ""
    return f"on {draw(st.sampled_from(EVENTS))}{condition} go to {draw(NAMED)}"


@st.composite
def ways_by_themselves(draw: st.DrawFn) -> str:
    """Give ways that are taken as soon as something is true."""
    target = draw(st.one_of(NAMED.map("go to {}".format), st.just("stay")))
    return f"when {draw(ABOUT_POINTS)} {target}{draw(SET)}"


def texts(*ways: st.SearchStrategy[str], fewest: int = 0) -> st.SearchStrategy[str]:
    """Give processes of four stages with such ways."""
    stage = st.lists(st.one_of(*ways), min_size=fewest, max_size=3)
    return st.tuples(*(stage for _ in STAGES)).map(
        lambda found: (
            HEAD
            + "".join(
                f"    stage {name}\n" + "".join(f"        {line}\n" for line in lines)
                for name, lines in zip(STAGES, found, strict=True)
            )
        )
    )


def ran(spec: Spec, points: Decimal, events: list[str]) -> list[JournalEntry]:
    """Run a spec on one client, an event an hour."""
    since = 0
    record = RecordRow("client", "a", since, {"points": points}, Origin("clients.csv", 1))
    rows = [
        EventRow(
            kind, "a", since + number * HOUR, (0, "log.csv", number), None, {}, Origin("log.csv", number)
        )
        for number, kind in enumerate(events, start=1)
    ]
    data = Dataset(records={"client": {"a": record}}, events=rows, sourced={"client"})
    result = run(spec, data, since + 1_000 * HOUR)
    return [entry for entity in result.entities for entry in entity.journal]


def found_in(text: str, spec: Spec, code: str) -> list[Diagnostic]:
    return run_rules(spec, Source("made.ladder", text), LintSettings(select=(code,)))


@given(texts(ways_by_events(), fewest=1), st.lists(st.sampled_from(EVENTS), max_size=12))
def test_no_way_that_is_called_never_open_is_ever_taken(
    made: ModuleType, text: str, events: list[str]
) -> None:
    spec = made.spec_of(text)
    never = {finding.span.line for finding in found_in(text, spec, "SL313")}
    taken = {entry.line for entry in ran(spec, Decimal(1), events) if entry.kind in {"move", "stay"}}
    assert not never & taken


@given(
    texts(ways_by_events(), ABOUT_STAGES.map(lambda guard: f"when {guard} go to s3"), fewest=1),
    st.lists(st.sampled_from(EVENTS), max_size=12),
)
def test_nobody_stays_where_everybody_leaves_at_once(made: ModuleType, text: str, events: list[str]) -> None:
    spec = made.spec_of(text)
    left = {finding.values["stage"] for finding in found_in(text, spec, "SL307")}
    journal = ran(spec, Decimal(1), events)
    taken = [entry for entry in journal if entry.kind in {"move", "stay"} and entry.stage in left]
    assert not [
        entry for entry in taken if isinstance(entry.reason, Phrase) and entry.reason.key == "reason.event"
    ]


def loops(spec: Spec, points: Decimal) -> bool:
    return any(entry.kind == "error" for entry in ran(spec, points, []))


@given(texts(ways_by_themselves()))
def test_a_loop_that_is_claimed_goes_round_with_the_values_that_are_named(
    made: ModuleType, text: str
) -> None:
    spec = made.spec_of(text)
    for loop in loops_at_once(StageFacts(spec, spec.processes["sale"])):
        there = text.replace(f"stage {loop.stages[0]}\n", f"stage {loop.stages[0]}\n        start\n")
        values = {leaf.name: value for leaf, value in loop.example if isinstance(leaf, RecordField)}
        assert loops(made.spec_of(there), values["points"])


@given(texts(ways_by_themselves()), st.sampled_from(POINTS))
def test_no_loop_is_missed_where_everything_is_in_the_text(
    made: ModuleType, text: str, points: Decimal
) -> None:
    spec = made.spec_of(text)
    grows = "points + 1" in text
    if not grows and loops(spec, points):
        assert list(loops_at_once(StageFacts(spec, spec.processes["sale"])))


@st.composite
def ways_that_emit(draw: st.DrawFn, stages: tuple[str, ...]) -> str:
    """Give ways at an event that let others happen."""
    guard = draw(st.sampled_from(("", "", " when points > 1", " when reached s1")))
    target = draw(st.sampled_from(("stay", *(f"go to {stage}" for stage in stages))))
    emits = draw(st.lists(st.sampled_from(EVENTS), max_size=2))
    return f"on {draw(st.sampled_from(EVENTS))}{guard} {target}" + "".join(
        f"\n            emit {event}" for event in emits
    )


@st.composite
def two_processes(draw: st.DrawFn) -> str:
    """Give one or two processes of a client, whose ways emit events to the same client."""
    text = HEAD
    for name, stages in (("sale", ("s0", "s1", "s2")), ("care", ("t0", "t1"))):
        if name == "care":
            if draw(st.booleans()):
                break
            text += "process care for client\n    owner seller\n"
        for stage in stages:
            emitting = ways_that_emit(stages)
            lines = draw(st.lists(emitting, max_size=3))
            if name == "care":
                lines = [line.replace(" when reached s1", "") for line in lines]
            end = stage != stages[0] and draw(st.integers(0, 3)) == 0
            lines += ["end"] if end else []
            text += f"    stage {stage}\n" + "".join(f"        {line}\n" for line in lines)
    return text


def beginning_there(text: str, chain: Chain) -> str:
    """Give a text in which a client begins where a chain does."""
    first = chain.arrivals[0]
    return (
        text
        if first.stage is None
        else text.replace(f"stage {first.stage}\n", f"stage {first.stage}\n        start\n")
    )


@given(two_processes())
def test_rules_that_are_said_to_call_each_other_do(made: ModuleType, text: str) -> None:
    spec = made.spec_of(text)
    for chain in Chains(spec).endless():
        there = made.spec_of(beginning_there(text, chain))
        journal = ran(there, Decimal(1), [chain.arrivals[0].event])
        assert "error" in {entry.kind for entry in journal}
