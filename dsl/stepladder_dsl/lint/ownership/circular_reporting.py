"""Roles that report to each other in a circle: none of them is the last to answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Route, Severity
from stepladder_dsl.graph.walks import cycles
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    above = {role.name: [role.reports_to] if role.reports_to else [] for role in spec.roles.values()}
    for circle in cycles(above):
        way = _from_first(spec, circle[0])
        values = {"role": way[0], "circle": Route.of([*way, way[0]])}
        yield Diagnostic(
            "SL208",
            spec.roles[way[0]].span,
            values,
            "" if way[1:] else "self",
            tuple(
                Label(spec.roles[below].span, "reports", {"below": below, "above": above})
                for below, above in pairwise([*way[1:], way[0]])
            ),
        )


def _from_first(spec: Spec, first: str) -> list[str]:
    """Give the roles of a circle, each before the one that it reports to."""
    way = [first]
    while (above := spec.roles[way[-1]].reports_to) is not None and above != first:
        way.append(above)
    return way


RULE = Rule("SL208", "circular-reporting", Severity.WARNING, _check)
