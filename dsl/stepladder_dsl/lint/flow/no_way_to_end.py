"""Stages that lead to each other and never to an end."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Route, Severity
from stepladder_dsl.graph.walks import cycles
from stepladder_dsl.lint.rule import LintContext, Rule, Ways


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for ways in context.ways.values():
        if not ways.ends:
            continue  # `no-end` says it once for the whole process.
        for circle in _closed_circles(ways):
            values = {
                "stage": circle[0],
                "circle": [f"`{name}`" for name in circle],
                "way": Route.of(_round(ways, circle)),
                "record": ways.process.record,
            }
            yield Diagnostic("SL303", ways.process.stages[circle[0]].span, values)


def _closed_circles(ways: Ways) -> Iterator[tuple[str, ...]]:
    """Yield the circles that nothing leaves: what leads into one is mended with it."""
    lost = ways.reached - ways.leading_somewhere
    for circle in cycles({name: ways.successors[name] for name in ways.process.stages if name in lost}):
        if all(set(ways.successors[name]) <= set(circle) for name in circle):
            yield circle


def _round(ways: Ways, circle: tuple[str, ...]) -> list[str]:
    """Give the shortest way from the first stage of a circle back to it."""
    came_from: dict[str, str] = {}
    waiting = [circle[0]]
    for name in waiting:
        for after in ways.successors[name]:
            if after not in came_from and after != name:
                came_from[after] = name
                waiting.append(after)
    way = [circle[0]]
    while len(way) == 1 or way[-1] != circle[0]:
        way.append(came_from[way[-1]])
    return way[::-1]


RULE = Rule("SL303", "no-way-to-end", Severity.ERROR, _check)
