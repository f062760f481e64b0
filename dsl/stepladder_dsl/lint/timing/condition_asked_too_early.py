"""A follow-up whose condition is never true when its task comes into being, so that no task ever comes."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.conditions import least_time, needed
from stepladder_dsl.analysis.standing import stages_at_anchor
from stepladder_dsl.analysis.stays import leads_on_at_once
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import AfterEntering, AfterEvent, AfterSilence, FollowUp, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    for follow_up in spec.follow_ups.values():
        for part in needed(follow_up.condition, spec.lets):
            time = least_time(part, spec.lets)
            if time is not None and _begins_with(follow_up, time[0]):
                values = {"name": follow_up.name, "time": duration_text(time[1], spec.language)}
                yield Diagnostic("SL604", follow_up.span, values)
                break
            if isinstance(part, e.NowIn) and _enters_another(spec, follow_up, part):
                values = {"name": follow_up.name, "stage": part.stage}
                yield Diagnostic("SL604", follow_up.span, values, "stage")
                break
            if isinstance(part, e.NowIn) and _nobody_stands_in(spec, follow_up, part):
                values = {"name": follow_up.name, "stage": part.stage}
                yield Diagnostic("SL604", follow_up.span, values, "elsewhere")
                break


def _begins_with(follow_up: FollowUp, elapsed: e.Elapsed) -> bool:
    """Say whether an elapsed time begins with what the follow-up counts from, so that nothing has passed."""
    match follow_up.anchor:
        case AfterEvent(event=event) | AfterSilence(event=event):
            return elapsed.anchor is e.Anchor.LAST_EVENT and elapsed.name == event
        case AfterEntering(process=process):
            return elapsed.anchor is e.Anchor.ENTRY and elapsed.name == process
    return False


def _enters_another(spec: Spec, follow_up: FollowUp, now_in: e.NowIn) -> bool:
    """Say whether a follow-up begins with the entry into a stage that is not the one asked for."""
    anchor = follow_up.anchor
    if not isinstance(anchor, AfterEntering) or anchor.process != now_in.process:
        return False
    entered = spec.processes[anchor.process].stages[anchor.stage]
    return anchor.stage != now_in.stage and not leads_on_at_once(entered)


def _nobody_stands_in(spec: Spec, follow_up: FollowUp, now_in: e.NowIn) -> bool:
    """Say whether what a follow-up counts from leaves nobody in the stage that is asked for."""
    stages = stages_at_anchor(spec.processes[now_in.process], follow_up.anchor)
    return stages is not None and now_in.stage not in stages


RULE = Rule("SL604", "condition-asked-too-early", Severity.WARNING, _check)
