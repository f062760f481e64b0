"""What a way does besides leading on: fields set, events emitted, records opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.kinds import type_word
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.types import ReferenceType
from stepladder_dsl.syntax import nodes as n


class EffectReader:
    """Reads the effects of ways."""

    def __init__(self, checker: ExpressionChecker, reader: BlockReader) -> None:
        """Take the checker of expressions and the reader of blocks."""
        self.checker = checker
        self.reader = reader
        self.symbols = checker.symbols
        self.report = checker.symbols.report

    def effects(self, block: n.Block, record: str, scope: Scope) -> Iterator[m.Effect]:
        """Yield the effects that can be understood, in the order of their lines."""
        for child in block.children:
            effect: m.Effect | None = None
            if isinstance(child.statement, n.SetLine):
                effect = self._set(child, record, scope)
            elif isinstance(child.statement, n.EmitLine):
                effect = self._emit(child, record, scope)
            elif isinstance(child.statement, n.OpenLine):
                effect = self._open(child, record, scope)
            if effect is not None:
                yield effect

    def _set(self, block: n.Block, record: str, scope: Scope) -> m.SetField | None:
        assignment = block.statement.assignment
        fields = self.symbols.records[record].fields
        known = self.symbols.find("field", assignment.name, fields)
        if known is None:
            return None
        value = self.checker.value(assignment.value, scope, fields[known].type)
        return m.SetField(known, value, block.span)

    def _assigned(
        self, assignments: tuple[n.AssignmentNode, ...], fields: Mapping[str, m.Field], scope: Scope
    ) -> dict[str, Expression]:
        return {
            assignment.name.text: self.checker.value(assignment.value, scope, fields[known].type)
            for assignment in assignments
            if (known := self.symbols.find("field", assignment.name, fields)) is not None
        }

    def _emit(self, block: n.Block, record: str, scope: Scope) -> m.Emit | None:
        line: n.EmitLine = block.statement
        target, to_field, from_event = record, None, False
        if line.recipient is not None:
            found = self._recipient(line.recipient, record, scope)
            if found is None:
                return None
            to_field, target, from_event = found
        event = self.symbols.event(line.event, target)
        if event is None:
            return None
        values = self._assigned(line.assignments, event.fields, scope)
        self.reader.require_fields(event.fields, values, line.event)
        delay = self.checker.duration(line.delay) if line.delay is not None else None
        return m.Emit(event.name, to_field, delay, values, from_event, block.span)

    def _recipient(self, name: n.Name, record: str, scope: Scope) -> tuple[str, str, bool] | None:
        """Resolve a field that names another record: (field, kind of record, whether it is the event's)."""
        of_event = self.symbols.events[scope.event].fields if scope.event is not None else {}
        of_record = self.symbols.records[record].fields
        known = {**of_record, **of_event}
        references = {
            key: found.type for key, found in known.items() if isinstance(found.type, ReferenceType)
        }
        if name.text in known and name.text not in references:
            self.report(
                "SL103", name.span, found=type_word(known[name.text].type), expected="<type:reference>"
            )
            return None
        found = self.symbols.find("field", name, references)
        return (found, references[found].record, found in of_event) if found is not None else None

    def _open(self, block: n.Block, record: str, scope: Scope) -> m.OpenRecord | None:
        line: n.OpenLine = block.statement
        kind = self.symbols.record(line.record)
        if kind is None:
            return None
        self.symbols.opened.add(kind)
        fields = self.symbols.records[kind].fields
        values = self._assigned(line.assignments, fields, scope)
        parent = self._parent_field(kind, record, values)
        given = {**values, parent: None} if parent is not None else values
        self.reader.require_fields(fields, given, line.record)
        into = self._into_field(line.called, kind, record) if line.called is not None else None
        return m.OpenRecord(kind, parent, into, values, block.span)

    def _parent_field(self, kind: str, record: str, values: Mapping[str, Expression]) -> str | None:
        """Give the field through which a new record belongs to the one that opens it."""
        opened = self.symbols.records[kind]
        for name in opened.belongs_to:
            if opened.fields[name].type == ReferenceType(record) and name not in values:
                return name
        return None

    def _into_field(self, name: n.Name, kind: str, record: str) -> str | None:
        """Resolve the field that keeps the key of a new record."""
        fields = self.symbols.records[record].fields
        known = self.symbols.find("field", name, fields)
        if known is None:
            return None
        match fields[known].type:
            case ReferenceType(found) if found == kind:
                return known
            case ReferenceType(found):
                self.report("SL103", name.span, "reference", name=known, found=found, expected=kind)
            case other:
                self.report("SL103", name.span, found=type_word(other), expected="<type:reference>")
        return None
