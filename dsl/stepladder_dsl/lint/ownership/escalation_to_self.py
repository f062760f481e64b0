"""An undone task that goes on to somebody who has not done it already."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.duties import steps_in_time
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Route, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import FollowUp, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for follow_up in context.spec.follow_ups.values():
        yield from _returning(context.spec, follow_up)


def _returning(spec: Spec, follow_up: FollowUp) -> Iterator[Diagnostic]:
    """Report each step to a role that the task has been with."""
    way = [] if follow_up.role is None else [follow_up.role]
    places = [follow_up.span] * len(way)
    for step in steps_in_time(spec, follow_up):
        if step.role in way:
            last = len(way) - 1 - way[::-1].index(step.role)
            values = {"name": follow_up.name, "role": step.role, "way": Route.of([*way[last:], step.role])}
            variant = "" if way[-1] == step.role else "back"
            yield Diagnostic("SL207", step.span, values, variant, (Label(places[last], "first"),))
        way.append(step.role)
        places.append(step.span)


RULE = Rule("SL207", "escalation-to-self", Severity.WARNING, _check)
