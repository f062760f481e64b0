"""An event that the spec itself makes happen, and to which nothing in it listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m


def _check(context: LintContext) -> Iterator[Diagnostic]:
    heard = {event for part in context.parts for event in _heard(part)}
    emitted: dict[str, m.Emit] = {}
    for part in context.parts:
        if isinstance(part, m.Emit):
            emitted.setdefault(part.event, part)
    for name, emit in emitted.items():
        if name not in heard:
            event = context.spec.events[name]
            values = {"event": name, "record": event.record}
            yield Diagnostic("SL310", emit.span, values, labels=(Label(event.span, "declared"),))


def _heard(part: Any) -> Iterator[str]:
    """Yield the events to which one part of the model listens."""
    match part:
        case m.OnEvent(event=event) | m.EventPattern(event=event) | m.AfterEvent(event=event):
            yield event
        case m.AfterSilence(event=event) | m.Silence(event=event) | e.History(event=event):
            yield event
        case m.After(since_event=str(event)):
            yield event
        case e.Elapsed(anchor=e.Anchor.FIRST_EVENT | e.Anchor.LAST_EVENT, name=event):
            yield event


RULE = Rule("SL310", "unheard-event", Severity.WARNING, _check)
