"""An undone task that goes from somebody to one who reports to that very person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stepladder_dsl.analysis.duties import steps_in_time, way_up
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Route, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import FollowUp, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for follow_up in context.spec.follow_ups.values():
        yield from _downwards(context.spec, follow_up)


def _downwards(spec: Spec, follow_up: FollowUp) -> Iterator[Diagnostic]:
    had = [] if follow_up.role is None else [follow_up.role]
    for step in steps_in_time(spec, follow_up):
        way = way_up(spec, step.role)
        # Whoever had the task before is told of by `escalation-to-self`.
        if had and step.role not in had and had[-1] in way and step.role not in way_up(spec, had[-1]):
            way = way[: way.index(had[-1]) + 1]
            values = {"name": follow_up.name, "role": step.role, "holder": had[-1], "way": Route.of(way)}
            yield Diagnostic(
                "SL214",
                step.span,
                values,
                labels=tuple(
                    Label(spec.roles[below].span, "reports", {"below": below, "above": above})
                    for below, above in pairwise(way)
                ),
            )
        had.append(step.role)


RULE = Rule("SL214", "escalation-goes-down", Severity.WARNING, _check)
