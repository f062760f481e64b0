"""A field that names a person to whom no task about the record can come."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.duties import duties_of
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import RecordField
from stepladder_dsl.model.spec import Record
from stepladder_dsl.model.types import PersonType


def _check(context: LintContext) -> Iterator[Diagnostic]:
    asked: set[tuple[str | None, str | None]] = {(duty.record, duty.role) for duty in duties_of(context.spec)}
    # The owner of an end has no work there, but tables show whose client that was.
    asked |= {(process.record, stage.owner) for process, stage in context.stages}
    read = {part.name for part in context.parts if isinstance(part, RecordField)}
    for record in context.spec.records.values():
        # Only what a process follows has tasks at all.
        if context.spec.processes_of(record.name):
            yield from _idle_persons(record, asked, read)


def _idle_persons(
    record: Record, asked: set[tuple[str | None, str | None]], read: set[str]
) -> Iterator[Diagnostic]:
    for field in record.fields.values():
        if not isinstance(field.type, PersonType) or field.name in read:
            continue
        if (record.name, field.type.role) not in asked:
            values = {"field": field.name, "role": field.type.role, "record": record.name}
            yield Diagnostic("SL212", field.span, values)


RULE = Rule("SL212", "person-without-task", Severity.WARNING, _check)
