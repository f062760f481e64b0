"""What is proved of decision tables, held against looking at every client of a small world."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.analysis.full_domains import FullDomains
from stepladder_dsl.analysis.tables import Table
from stepladder_dsl.analysis.witnesses import Witnesses
from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.expressions import DecisionValue, IsKnown
from stepladder_dsl.model.print_spec import print_scenario
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.model.types import NumberType
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.expressions.compile import Compiler
from stepladder_engine.expressions.view import View
from stepladder_engine.scenario.run import run_scenarios

HEAD = """\
spec shop
    currency EUR
role seller
record client
    points number >= 0 <= 3
    level one of low, high, top optional
    member yes/no
    bound number optional
event purchase for client
    amount money > 0
event visit for client
let visits for client = count of visit
"""
WORLD: dict[str, list[Any]] = {
    "points": [Decimal(half) / 2 for half in range(7)] + [None],
    "level": ["low", "high", "top", None],
    "member": [True, False, None],
}
CELLS = {
    "points": [
        "-",
        "0",
        "1, 2",
        ">= 2",
        "< 2",
        "<= 1",
        "between 1 and 2",
        "> 3",
        "!= 1",
        "unknown",
        "> bound",
    ],
    "level": ["-", "low", "high, top", "!= low", "is known", "is unknown", "top, is unknown"],
    "member": ["-", "yes", "no", "unknown"],
}


def spec_with(lines: list[str], head: str = HEAD) -> Spec:
    text = head + "decide answer for client\n" + "".join(f"    {line}\n" for line in lines)
    compiled = compile_text(Source("shop.ladder", text), lint=False)
    assert compiled.spec is not None
    assert not compiled.diagnostics
    return compiled.spec


def table_of(spec: Spec) -> Table:
    return Table(spec.decisions["answer"], spec, FullDomains(spec), Witnesses(spec))


@st.composite
def tables(draw: st.DrawFn, policy: str) -> list[str]:
    columns = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3))
    rows = draw(
        st.lists(
            st.tuples(
                st.tuples(*(st.sampled_from(CELLS[column]) for column in columns)), st.sampled_from("123")
            ),
            min_size=1,
            max_size=5,
        )
    )
    lines = [policy, f"| {' | '.join(columns)} || given |"]
    return [*lines, *(f"| {' | '.join(cells)} || {value} |" for cells, value in rows)]


class World:
    """Every client of the small world, and which rows of a table match each."""

    def __init__(self, spec: Spec) -> None:
        self.decision = spec.decisions["answer"]
        compiler = Compiler(Zone("UTC"), spec.lets, spec.decisions)
        self.tests = [
            [compiler.compile(test) for test in row.tests if test is not None] for row in self.decision.rows
        ]
        self.clients = list(self._clients())
        self.matching = [self.rows_for(client) for client in self.clients]

    @staticmethod
    def _clients() -> Iterator[dict[str, Any]]:
        for bound in (Decimal(-1), Decimal(5), None):
            for values in product(*WORLD.values()):
                yield {**dict(zip(WORLD, values, strict=True)), "bound": bound}

    def rows_for(self, client: dict[str, Any]) -> list[int]:
        view = View(client)
        return [
            number for number, tests in enumerate(self.tests) if all(test(view) is True for test in tests)
        ]

    def value(self, row: int | None) -> Any:
        return None if row is None else self.decision.rows[row].values

    def can_be_read(self, client: dict[str, Any], *, whole: bool = True) -> bool:
        points = client["points"]
        is_complete = points is not None and client["member"] is not None
        return is_complete and (not whole or points == int(points))


def example_holds(spec: Spec, table: Table, lines: list[str], witness: Any, head: str = HEAD) -> bool:
    unknown = IsKnown(DecisionValue("answer", "given", NumberType()), negated=True)
    scenario = print_scenario(witness.scenario("Nothing", unknown), spec)
    text = head + "decide answer for client\n" + "".join(f"    {line}\n" for line in lines) + "\n" + scenario
    compiled = compile_text(Source("shop.ladder", text), lint=False)
    assert compiled.spec is not None
    assert not compiled.diagnostics, text
    return all(result.passed for result in run_scenarios(compiled.spec))


@settings(max_examples=80, deadline=None)
@given(lines=tables("first match"))
def test_rows_that_never_count_are_those_that_no_client_shows(lines: list[str]) -> None:
    spec = spec_with(lines)
    table, world = table_of(spec), World(spec)
    is_exact = not any("bound" in line for line in lines)
    for number in range(len(table.rows)):
        met = [matching for matching in world.matching if number in matching]
        reached = [matching for matching in met if matching[0] == number]
        if is_exact or number in table.impossible_rows:
            assert (number in table.impossible_rows) == (not met), number
        if is_exact or number in table.masked_rows:
            assert (number in table.masked_rows) == bool(met and not reached), number
        if number in table.redundant_rows:
            assert all(
                world.value(next(iter(matching[1:]), None)) == world.value(number) for matching in reached
            ), number
    assert not table.gave_up
    first = {world.value(next(iter(matching), None)) for matching in world.matching}
    if table.is_constant:
        assert len(first) == 1


@settings(max_examples=80, deadline=None)
@given(lines=tables("first match"))
def test_a_gap_is_told_where_a_client_falls_through_and_the_client_shows_it(lines: list[str]) -> None:
    spec = spec_with(lines)
    table, world = table_of(spec), World(spec)
    through = [
        client
        for client, matching in zip(world.clients, world.matching, strict=True)
        if not matching and world.can_be_read(client)
    ]
    if table.gap is not None:
        assert example_holds(spec, table, lines, table.gap)
    elif table.unknown_gap is not None:
        assert example_holds(spec, table, lines, table.unknown_gap)
    never_matches = len(table.impossible_rows) == len(table.rows)
    if not any("bound" in line for line in lines) and not never_matches:
        assert (table.gap is not None) == any(client["level"] is not None for client in through)
        has_gap = table.gap is not None or table.unknown_gap is not None
        assert has_gap == bool(through)
    assert not table.gave_up


@settings(max_examples=80, deadline=None)
@given(lines=tables("unique match"))
def test_overlaps_are_told_where_a_client_meets_two_rows(lines: list[str]) -> None:
    spec = spec_with(lines)
    table, world = table_of(spec), World(spec)
    found = {second: witness for _, second, witness in table.overlaps}
    for witness in found.values():
        assert example_holds(spec, table, lines, witness)
    if not any("bound" in line for line in lines):
        expected = {
            number
            for number in range(len(table.rows))
            for client, matching in zip(world.clients, world.matching, strict=True)
            if number in matching[1:] and world.can_be_read(client, whole=False)
        }
        assert set(found) == expected


@pytest.mark.parametrize(
    ("header", "rows", "met"),
    [
        ("visits", ["1", "> 2"], ["2"]),
        ("visits", ["<= 1", ">= 2"], None),
        ("visits", [">= 1"], None),  # before the first visit nobody may ask the table
        ("count of visit in last 30 days", [">= 3"], ["1"]),
        ("sum of purchase.amount", ["< 100", "> 100"], ["100"]),
        ("sum of purchase.amount", ["<= 100", ">= 100.01"], None),  # there is no half cent
        ("last purchase.amount", ["<= 9.99", ">= 20"], ["10"]),
        ("days since last visit", ["<= 30", "> 60"], ["40"]),
        ("days since last visit", ["<= 30", "> 30"], None),
        ("weeks since first visit", ["<= 1", "> 2"], ["2"]),
        ("visits | sum of purchase.amount", [">= 2 | -", "1 | < 10"], ["1", "10"]),
        ("count of purchase | sum of purchase.amount", [">= 3 | -", "- | >= 1000"], ["1", "1"]),
        ("visits * 2", ["1"], None),  # no even number is certain to be met
        ("count of visit where 1 > 2", [">= 1"], None),
        ("visits | visits * 2", ["1 | -", "- | > 5"], None),
        ("reached bought", ["yes"], None),
    ],
)
def test_gaps_in_what_has_happened(header: str, rows: list[str], met: list[str] | None) -> None:
    head = HEAD + (
        "process sale for client\n    owner seller\n    stage choosing\n"
        "        on purchase go to bought\n    stage bought\n        end won\n"
    )
    lines = ["first match", f"| {header} || given |", *(f"| {row} || 1 |" for row in rows)]
    spec = spec_with(lines, head)
    table = table_of(spec)
    if met is None:
        assert table.gap is None
    else:
        assert table.gap is not None
        assert [str(value) for _, value in table.gap.met] == met
        assert example_holds(spec, table, lines, table.gap, head)


def test_what_the_process_changes_is_no_example() -> None:
    head = HEAD + (
        "process sale for client\n    owner seller\n    stage choosing\n"
        "        on visit go to bought\n            set points = 5\n            emit purchase amount = 1\n"
        "    stage bought\n        end won\n"
    )
    lines = ["first match", "| points | visits || given |", "| 1 | 2 || 1 |", "| 2 | - || 1 |"]
    spec = spec_with(["first match", "| points || given |", "| 1 || 1 |"], head)
    assert table_of(spec).gap is not None  # nothing has to happen for it
    changed = table_of(spec_with([*lines, "| - | 1, > 2 || 1 |", "| < 1, > 2 | - || 1 |"], head))
    assert changed.gap is None
    emitted = table_of(spec_with(["first match", "| count of purchase || given |", "| > 5 || 1 |"], head))
    assert emitted.gap is None


def test_a_large_table_is_answered_in_bounded_steps() -> None:
    columns = ["points", "level", "member", "visits", "sum of purchase.amount", "bound"]
    lines = ["first match", f"| {' | '.join(columns)} || given |"]
    for number in range(500):
        level, member = ("low", "high", "top")[number % 3], ("yes", "no", "-")[number % 5 % 3]
        cells = [f">= {number % 4}", level, member, f"{number % 7}", f"<= {number * 7 % 90}", f"> {number}"]
        lines.append(f"| {' | '.join(cells)} || {number % 11} |")
    table = table_of(spec_with(lines))
    assert table.gap is not None
    assert isinstance(table.masked_rows, dict)
    assert isinstance(table.redundant_rows, dict)
    assert table._steps_in_all >= 0
