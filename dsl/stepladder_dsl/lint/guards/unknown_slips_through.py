"""Conditions that part all known values, while a missing one slips through between them."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.rivals import rivals
from stepladder_dsl.analysis.solver import Answer, Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
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
            place = (process.name, stage.name)
            known = [(guard, Truth.FALSE) for guard in guards]
            if not context.solver.impossible(process.record, known, trigger.event, [place]):
                continue
            asked = [(guard, Truth.NOT_TRUE) for guard in guards]
            slips = context.solver.possible(process.record, asked, trigger.event, *place)
            if slips.answer is Answer.POSSIBLE:
                yield Diagnostic(
                    "SL506",
                    group[-1].guard_span,
                    {"event": trigger.event, "stage": stage.name, "record": process.record},
                    labels=tuple(Label(way.guard_span, "other") for way in group[:-1]),
                    example=context.example("SL506", slips, guards),
                )


RULE = Rule("SL506", "unknown-slips-through", Severity.WARNING, _check)
