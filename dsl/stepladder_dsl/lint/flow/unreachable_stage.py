"""A stage that no case can come to."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.edges import reachable_from
from stepladder_dsl.lint.rule import LintContext, Rule, Ways


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for ways in context.ways.values():
        for name in _first_ones(ways):
            variant = "lonely" if name in ways.dead_ends else ""
            values = {"stage": name, "start": ways.process.start, "record": ways.process.record}
            yield Diagnostic("SL301", ways.process.stages[name].span, values, variant)


def _first_ones(ways: Ways) -> Iterator[str]:
    """Yield the unreachable stages whose mending makes the other ones behind them reachable too."""
    missed = [name for name in ways.process.stages if name not in ways.reached]
    after = {name: reachable_from(ways.successors, [name]) for name in missed}
    for position, name in enumerate(missed):
        before = [other for other in missed if other != name and name in after[other]]
        # A circle of unreachable stages is one mistake, told at its first stage.
        in_one_circle = [other for other in before if other in after[name]]
        if before == in_one_circle and not any(other in missed[:position] for other in in_one_circle):
            yield name


RULE = Rule("SL301", "unreachable-stage", Severity.ERROR, _check)
