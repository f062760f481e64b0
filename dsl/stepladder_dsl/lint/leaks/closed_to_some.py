"""A stage that time leads out of, but not for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import spec as m

if TYPE_CHECKING:
    from stepladder_dsl.analysis.situations.witness import Forgotten


def _check(context: LintContext) -> Iterator[Diagnostic]:
    from stepladder_dsl.analysis.situations.witness import example, forgotten, told_elsewhere

    for found in forgotten(context.spec):
        if found.blocked is None or told_elsewhere(found):
            continue
        values = {
            "stage": found.stage.name,
            "record": found.record,
            "day": found.day_in(context.spec),
            **_what_is_missing(found.blocked),
        }
        span, text = found.blocked.span, example(context.spec, found)
        yield Diagnostic("SL403", span, values, _variant(found, found.blocked), example=text)


def _variant(found: Forgotten, blocked: m.Transition | m.FollowUp) -> str:
    """Say what keeps time from leading on: an event, a field, a follow-up's condition, or that of the way."""
    if isinstance(blocked, m.FollowUp):
        return "task"
    seen, trigger = found.tale.story.seen, blocked.trigger
    if isinstance(trigger, m.After):
        if trigger.since_event is not None and trigger.since_event not in seen.history:
            return "event"
        fields = (trigger.since_field, trigger.duration_field)
        if any(name is not None and seen.fields.get(name) is None for name in fields):
            return "field"
    return ""


def _what_is_missing(blocked: m.Transition | m.FollowUp) -> dict[str, Any]:
    """Give the words for what keeps time from leading on."""
    if isinstance(blocked, m.FollowUp):
        return {"rule": blocked.name}
    trigger = blocked.trigger
    values: dict[str, Any] = {"guard": blocked.guard_text}
    if isinstance(trigger, m.After):
        values |= {"event": trigger.since_event, "field": trigger.since_field or trigger.duration_field}
    return values


RULE = Rule("SL403", "closed-to-some", Severity.WARNING, _check, tells_stories=True)
