"""An offer that is valid for longer than a client can stay in the stages in which it is made."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.analysis.stays import certain_timers, leads_on_at_once, longest_stays
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Offer, Process, Transition


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    durations = Durations(spec.calendars)
    for offer in spec.offers.values():
        processes = {process for process, _ in offer.stages}
        if offer.valid is None or len(processes) != 1:
            continue
        process = spec.processes[processes.pop()]
        timers = _timers_before(process, offer, durations)
        if timers:
            values = {
                "name": offer.name,
                "valid": duration_text(offer.valid, spec.language),
                "stages": [f"`{name}`" for _, name in offer.stages],
                "record": offer.record,
            }
            yield Diagnostic("SL608", offer.span, values, labels=(Label(timers[0].span, "timer"),))


def _timers_before(process: Process, offer: Offer, durations: Durations) -> list[Transition]:
    """Give a timer of each of the stages, all of which a client has left before the offer is over."""
    names = {name for _, name in offer.stages}
    stages = [process.stages[name] for _, name in offer.stages]
    beyond = {way.target for stage in stages for way in stage.transitions if way.target is not None} - names
    # Who comes back at the same moment keeps the offer.
    if offer.valid is None or any(leads_on_at_once(process.stages[name]) for name in beyond):
        return []
    stays = longest_stays(process, names, durations)
    timers: list[Transition] = []
    for stage in stages:
        targets = {way.target for way in stage.transitions if way.target is not None}
        own = [
            (timer, durations.is_always_before(duration, offer.valid) and not targets & names)
            for timer, duration in certain_timers(stage)
        ]
        stay = stays.get(stage.name)
        in_time = stay is not None and stay.is_over_before(durations.bounds(offer.valid))
        found = [timer for timer, is_alone_in_time in own if is_alone_in_time or in_time]
        if not found:
            return []
        timers += found[:1]
    return timers


RULE = Rule("SL608", "offer-outlives-its-stages", Severity.WARNING, _check)
