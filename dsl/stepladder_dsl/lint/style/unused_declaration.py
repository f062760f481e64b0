"""Something that is declared and never used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Fix, Severity
from stepladder_dsl.diagnostics.fixes import without_block
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import Duration, PersonType, ReferenceType
from stepladder_dsl.source import Span

Use = tuple[str, str | None]
"""A kind of thing, and the name of one."""


def _check(context: LintContext) -> Iterator[Diagnostic]:
    used = {use for part in context.parts for use in _uses(part)}
    for kind, name, span in _declared(context.spec):
        if (kind, name) not in used:
            source = context.sources.get(span.file)
            # Somebody may still be about to use it.
            fix = Fix(without_block(source, span.line), safe=False) if source is not None else None
            yield Diagnostic("SL801", span, {"kind": f"<{kind}>", "name": name}, kind, fix=fix)


def _declared(spec: m.Spec) -> Iterator[tuple[str, str, Span]]:
    for calendar in spec.calendars.values():
        yield "calendar", calendar.name, calendar.span
    for role in spec.roles.values():
        yield "role", role.name, role.span
    for record in spec.records.values():
        yield "record", record.name, record.span
    for event in spec.events.values():
        yield "event", event.name, event.span
    for let in spec.lets.values():
        yield "let", let.name, let.span
    for decision in spec.decisions.values():
        yield "decision", decision.name, decision.span


def _uses(part: Any) -> Iterator[Use]:
    """Yield what one part of the model speaks of. A happening in a scenario only tries a spec out."""
    match part:
        case m.Role(reports_to=role) | m.Escalation(role=role) | m.StageLimit(alert=role):
            yield "role", role
        case m.Stage(own_owner=role) | m.Phase(owner=role) | m.Metric(owner=role):
            yield "role", role
        case m.Process(owner=role, record=record):
            yield from (("role", role), ("record", record))
        case m.Offer(role=role, record=record) | m.FollowUp(role=role, record=record):
            yield from (("role", role), ("record", record))
        case m.Event(record=record) | m.Let(record=record) | e.Population(record=record):
            yield "record", record
        case m.Decision(record=record) | m.OpenRecord(record=record):
            yield "record", record
        case m.OnEvent(event=event) | m.Emit(event=event) | m.EventPattern(event=event):
            yield "event", event
        case m.AfterEvent(event=event) | m.AfterSilence(event=event) | m.Silence(event=event):
            yield "event", event
        case m.After(since_event=event) | e.History(event=event):
            yield "event", event
        case e.Elapsed(anchor=e.Anchor.FIRST_EVENT | e.Anchor.LAST_EVENT, name=event):
            yield "event", event
        case e.LetValue(name=let):
            yield "let", let
        case e.DecisionValue(decision=decision):
            yield "decision", decision
        case Duration(calendar=str(calendar)) | m.ContactHours(calendar=str(calendar)):
            yield "calendar", calendar
        case PersonType(role=role):
            yield "role", role
        case ReferenceType(record=record):
            yield "record", record
        case _:
            return


RULE = Rule("SL801", "unused-declaration", Severity.WARNING, _check)
