"""A timer whose condition can no longer be true by the time it is due."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stepladder_dsl.analysis.asked import ways_of, words
from stepladder_dsl.analysis.solver import Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import Duration, NumberType


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        for way, stages in ways_of(process):
            passed = _passed(process, way.trigger)
            if way.guard is None or passed is None:
                continue
            places = [(process.name, stage.name) for stage in stages]
            at_all = [(way.guard, Truth.TRUE)]
            when_due = [*at_all, (passed, Truth.TRUE)]
            if context.solver.impossible(
                process.record, when_due, stages=places
            ) and not context.solver.impossible(process.record, at_all, stages=places):
                values = {"condition": words(context.spec, way.guard)}
                yield Diagnostic("SL507", way.guard_span, values)


def _passed(process: m.Process, trigger: m.Trigger) -> e.Expression | None:
    """Give what is true from the moment at which a timer is due, until it moves."""
    match trigger:
        case m.After(duration=Duration(calendar=None) as length, since_event=str(event)):
            return _at_least(length, e.Anchor.LAST_EVENT, event)
        case m.After(duration=Duration(calendar=None) as length, since_field=str(field)):
            return _at_least(length, e.Anchor.FIELD, field)
        case m.After(duration=Duration(calendar=None) as length):
            return _at_least(length, e.Anchor.ENTRY, process.name)
        case m.Silence(duration=Duration(calendar=None) as length, event=event):
            nothing = e.History(e.Aggregate.COUNT, event, None, None, None, NumberType())
            none = e.Comparison("=", nothing, e.Literal(Decimal(0), NumberType()))
            silent = e.Logical("or", (none, _at_least(length, e.Anchor.LAST_EVENT, event)))
            # A silence from before counts from the entry only.
            return e.Logical("and", (silent, _at_least(length, e.Anchor.ENTRY, process.name)))
        case _:
            return None


def _at_least(length: Duration, anchor: e.Anchor, name: str) -> e.Expression:
    passed = e.Elapsed(length.unit, anchor, name, NumberType(length.unit))
    return e.Comparison(">=", passed, e.Literal(Decimal(length.amount), NumberType(length.unit)))


RULE = Rule("SL507", "timer-too-late", Severity.WARNING, _check)
