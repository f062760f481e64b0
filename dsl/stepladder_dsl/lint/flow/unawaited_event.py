"""An event that is looked at somewhere, but that no stage waits for."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import Anchor, Elapsed, History
from stepladder_dsl.model.spec import AfterEvent, AfterSilence, EventPattern, OnEvent


def _check(context: LintContext) -> Iterator[Diagnostic]:
    awaited = {part.event for part in context.parts if isinstance(part, OnEvent)}
    read = _read(context)
    for event in context.spec.events.values():
        # What nobody reads at all is unused, and `unused-declaration` says so.
        if event.name in awaited or event.name not in read or not context.spec.processes_of(event.record):
            continue
        yield Diagnostic("SL309", event.span, {"event": event.name, "record": event.record})


def _read(context: LintContext) -> set[str]:
    """Give the events that follow-ups, offers and figures look at."""
    found = set()
    for part in context.parts:
        match part:
            case EventPattern(event=name) | AfterEvent(event=name) | AfterSilence(event=name):
                found.add(name)
            case History(event=name) | Elapsed(anchor=Anchor.FIRST_EVENT | Anchor.LAST_EVENT, name=name):
                found.add(name)
    return found


RULE = Rule("SL309", "unawaited-event", Severity.INFO, _check, on_by_default=False)
