"""A client of whom, after some event or day, nobody thinks any more."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    from stepladder_dsl.analysis.situations.witness import example, forgotten, told_elsewhere

    for found in forgotten(context.spec):
        # What silence or a closed guard does has rules of its own.
        if found.at_entry or found.blocked is not None or told_elsewhere(found):
            continue
        event = found.last_event
        ended_by = found.ended_by
        values = {
            "stage": found.stage.name,
            "record": found.record,
            "day": found.day_in(context.spec),
            "event": event or "",
        }
        yield Diagnostic(
            "SL401",
            found.stage.span,
            values,
            "time" if event is None else "",
            (Label(ended_by.span, "ended_by", {"event": ended_by.event}),) if ended_by else (),
            example=example(context.spec, found),
        )


RULE = Rule("SL401", "forgotten-client", Severity.WARNING, _check, tells_stories=True)
