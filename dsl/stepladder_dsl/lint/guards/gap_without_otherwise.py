"""Conditions that part an event's cases and leave some out: those clients' events change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stepladder_dsl.analysis.rivals import rivals
from stepladder_dsl.analysis.solver import Answer, Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.spec import OnEvent


def _check(context: LintContext) -> Iterator[Diagnostic]:
    told: set[tuple[int, ...]] = set()
    for process, stage in context.stages:
        for group in rivals(stage):
            guards = [way.guard for way in group if way.guard is not None]
            trigger, key = group[0].trigger, tuple(id(way) for way in group)
            if not isinstance(trigger, OnEvent) or len(guards) < max(2, len(group)) or key in told:
                continue
            told.add(key)
            if not _part_the_cases(context, process.record, trigger.event, guards):
                continue
            asked = [(guard, Truth.FALSE) for guard in guards]
            gap = context.solver.possible(process.record, asked, trigger.event, process.name, stage.name)
            if gap.answer is Answer.POSSIBLE:
                yield Diagnostic(
                    "SL505",
                    group[-1].guard_span,
                    {"event": trigger.event, "stage": stage.name, "record": process.record},
                    labels=tuple(Label(way.guard_span, "other") for way in group[:-1]),
                    example=context.example("SL505", gap, guards),
                )


def _part_the_cases(context: LintContext, record: str, event: str, guards: Sequence[Expression]) -> bool:
    """Say whether there are two conditions of which neither is a special case of another one.

    A single general one says whom the event concerns here; the rest is no gap.
    """
    general = [
        guard
        for guard in guards
        if not any(
            other is not guard
            and context.solver.impossible(record, [(guard, Truth.TRUE), (other, Truth.NOT_TRUE)], event)
            for other in guards
        )
    ]
    return len(general) >= 2


RULE = Rule("SL505", "gap-without-otherwise", Severity.WARNING, _check)
