"""A stage that no case can come to."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.walks import knots, reachable_from
from stepladder_dsl.lint.rule import LintContext, Rule, Ways


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for ways in context.ways.values():
        for name in _first_ones(ways):
            variant = "lonely" if name in ways.dead_ends else "unmarked" if _may_be_start(ways, name) else ""
            values = {"stage": name, "start": ways.process.start, "record": ways.process.record}
            yield Diagnostic("SL301", ways.process.stages[name].span, values, variant)


def _may_be_start(ways: Ways, name: str) -> bool:
    """Say whether the start was only taken for one, and cases that began here would come to it."""
    marked = any(stage.start for stage in ways.process.stages.values())
    return not marked and ways.process.start in reachable_from(ways.successors, [name])


def _first_ones(ways: Ways) -> Iterator[str]:
    """Yield the unreachable stages whose mending makes the other ones behind them reachable too."""
    missed = {name: ways.successors[name] for name in ways.process.stages if name not in ways.reached}
    # A circle of unreachable stages is one mistake, told at its first stage.
    circles = knots(missed)
    circle_of = {name: circle for circle in circles for name in circle}
    led_to = {
        circle_of[after][0]
        for name, successors in missed.items()
        for after in successors
        if after in missed and circle_of[after] is not circle_of[name]
    }
    yield from (circle[0] for circle in circles if circle[0] not in led_to)


RULE = Rule("SL301", "unreachable-stage", Severity.ERROR, _check)
