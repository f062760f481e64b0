"""A lost client to whom nobody ever returns."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import AfterEntering, AfterSilence, FollowUp, Outcome, Process, Spec, Stage
from stepladder_dsl.model.types import ReferenceType


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process, stage in context.stages:
        if stage.end is not Outcome.LOST or stage.name not in context.ways[process.name].reached:
            continue
        # It is the client who is won back, not the order that was cancelled.
        if _is_part_of_another(context.spec, process):
            continue
        if not _has_way_back(context, process, stage) and not _is_touched(context.spec, process, stage):
            yield Diagnostic("SL405", stage.span, {"stage": stage.name, "record": process.record})


def _is_part_of_another(spec: Spec, process: Process) -> bool:
    """Say whether a process follows what belongs to a record that has a process of its own."""
    record = spec.records[process.record]
    wholes = [record.fields[name].type for name in record.belongs_to]
    return any(
        isinstance(whole, ReferenceType) and whole.record != record.name and spec.processes_of(whole.record)
        for whole in wholes
    )


def _has_way_back(context: LintContext, process: Process, stage: Stage) -> bool:
    return bool(set(context.ways[process.name].successors[stage.name]) - {stage.name})


def _is_touched(spec: Spec, process: Process, stage: Stage) -> bool:
    """Say whether an offer is made or a task given to somebody who stands in the stage."""
    if any((process.name, stage.name) in offer.stages for offer in spec.offers.values()):
        return True
    return any(_reaches(rule, process, stage) for rule in spec.follow_ups.values())


def _reaches(rule: FollowUp, process: Process, stage: Stage) -> bool:
    if rule.record != process.record:
        return False
    if isinstance(rule.anchor, AfterEntering):
        return (rule.anchor.process, rule.anchor.stage) == (process.name, stage.name)
    # What starts before the end outlives it only where the rule says so; silence is counted in the end too.
    return rule.goes_on_after_end or isinstance(rule.anchor, AfterSilence)


RULE = Rule("SL405", "never-won-back", Severity.INFO, _check)
