"""Stages that lead to each other and never to an end."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.edges import cycles
from stepladder_dsl.lint.rule import LintContext, Rule, Ways


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for ways in context.ways.values():
        if not ways.ends:
            continue  # `no-end` says it once for the whole process.
        for circle in _closed_circles(ways):
            values = {
                "stage": circle[0],
                "circle": [f"`{name}`" for name in circle],
                "record": ways.process.record,
            }
            yield Diagnostic("SL303", ways.process.stages[circle[0]].span, values)


def _closed_circles(ways: Ways) -> Iterator[tuple[str, ...]]:
    """Yield the circles that nothing leaves: what leads into one is mended with it."""
    lost = ways.reached - ways.leading_somewhere
    for circle in cycles({name: ways.successors[name] for name in ways.process.stages if name in lost}):
        if all(set(ways.successors[name]) <= set(circle) for name in circle):
            yield circle


RULE = Rule("SL303", "no-way-to-end", Severity.ERROR, _check)
