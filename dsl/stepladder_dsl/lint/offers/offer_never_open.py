"""An offer whose condition is never true in the stages in which it is made."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.conditions import least_time, needed
from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.analysis.stays import timer_before
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Offer, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    for offer in spec.offers.values():
        if not offer.stages:
            continue
        values = {"name": offer.name, "stages": [f"`{stage}`" for _, stage in offer.stages]}
        for part in needed(offer.condition, spec.lets):
            if (other := _other_stage(offer, part)) is not None:
                yield Diagnostic("SL701", offer.span, values | {"other": other})
                break
            if (time := _too_long(spec, offer, part)) is not None:
                yield Diagnostic("SL701", offer.span, values | {"time": time}, "time")
                break


def _other_stage(offer: Offer, part: e.Expression) -> str | None:
    """Give a stage that a part of the condition asks for, or rules out, against the offer's own stages."""
    match part:
        case e.NowIn(process, stage):
            return stage if all(process == other and stage != name for other, name in offer.stages) else None
        case e.Not(e.NowIn(process, stage) | e.Reached(process, stage)):
            return stage if all((process, stage) == place for place in offer.stages) else None
    return None


def _too_long(spec: Spec, offer: Offer, part: e.Expression) -> str | None:
    """Give the time that a part of the condition wants, where nobody stays that long in any stage."""
    time = least_time(part, spec.lets)
    if time is None or time[0].anchor is not e.Anchor.ENTRY:
        return None
    durations = Durations(spec.calendars)
    for process, name in offer.stages:
        stage = spec.processes[process].stages[name]
        if process != time[0].name or timer_before(stage, time[1], durations) is None:
            return None
    return duration_text(time[1], spec.language)


RULE = Rule("SL701", "offer-never-open", Severity.WARNING, _check)
