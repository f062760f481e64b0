"""A field of a record or an event that no rule of the spec looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import PersonType, ReferenceType

Use = tuple[str | None, str]
"""An event (None: a record of whatever kind), and a field of it."""


def _check(context: LintContext) -> Iterator[Diagnostic]:
    used = {use for part in context.parts for use in _uses(part)}
    for owner, key in _owners(context.spec):
        for field in owner.fields.values():
            # Who acts for a client, and to whom something belongs, counts without being named.
            if (key, field.name) in used or isinstance(field.type, PersonType | ReferenceType):
                continue
            yield Diagnostic("SL808", field.span, {"name": field.name, "owner": owner.name})


def _owners(spec: m.Spec) -> Iterator[tuple[m.Record | m.Event, str | None]]:
    yield from ((record, None) for record in spec.records.values())
    yield from ((event, event.name) for event in spec.events.values())


def _uses(part: Any) -> Iterator[Use]:
    """Yield the fields that one part of the model reads."""
    match part:
        case e.RecordField(name=name):
            yield None, name
        case e.EventField(event=event, name=name):
            yield event, name
        case e.History(event=event, field=str(name)):
            yield event, name
        case e.Elapsed(anchor=e.Anchor.FIELD, name=name) | m.AfterField(field=name):
            yield None, name
        case m.After(since_field=since, duration_field=duration):
            yield from ((None, name) for name in (since, duration) if name is not None)
        case _:
            return


RULE = Rule("SL808", "unused-field", Severity.INFO, _check, on_by_default=False)
