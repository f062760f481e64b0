"""What names stand for: fields, values that are computed, decision tables, columns of a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Edit, Fix
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.kinds import ANY, untyped
from stepladder_dsl.model.check.scope import Scope, Typer
from stepladder_dsl.model.spec import Decision
from stepladder_dsl.model.types import ChoiceType, ColumnType, ReferenceType, Type
from stepladder_dsl.model.weights import Weights
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n


class Names:
    """Finds what a name stands for, and types that first where it is computed."""

    def __init__(self, typer: Typer) -> None:
        """Begin with what is declared; `typer` types what is behind a name."""
        self._typer = typer
        self._symbols = typer.symbols
        self.read_decision: Callable[[n.Block], Decision] | None = None
        """Reads a decision table, when an expression speaks of it."""
        self._open_lets: list[str] = []
        self._weights = Weights()
        self._decisions: dict[str, Decision | None] = {}

    def decision(self, name: str, span: Span) -> Decision | None:
        """Type a decision table, once; None where it goes in a circle."""
        if name in self._decisions:
            return self._decisions[name]
        if self._goes_in_a_circle(name, span):
            return None
        if self.read_decision is None:
            message = "nobody can read decision tables here"
            raise TypeError(message)
        self._open_lets.append(name)
        block = self._symbols.decisions[name]
        typed = self.read_decision(block)
        self._open_lets.pop()
        cells = [cell for row in typed.rows for cell in (*row.tests, *row.values) if cell is not None]
        known = self._can_be_followed(name, block.statement.name.span, [*typed.inputs, *cells])
        self._decisions[name] = typed if known else None
        return self._decisions[name]

    def _can_be_followed(self, name: str, span: Span, expressions: Sequence[e.Expression]) -> bool:
        """Say whether what a name stands for can be gone through; report the first that cannot."""
        can = self._weights.can_be_followed(name, expressions)
        if not can and not any(known.code == "SL116" for known in self._symbols.diagnostics):
            self._symbols.report("SL116", span, "name", name=name)
        return can

    def _goes_in_a_circle(self, name: str, span: Span) -> bool:
        """Report a value that is computed from itself."""
        if name not in self._open_lets:
            return False
        circle = [*self._open_lets[self._open_lets.index(name) :], name]
        self._symbols.report("SL110", span, circle=" → ".join(circle))
        return True

    def let_value(self, name: str, span: Span) -> e.Expression | None:
        """Type a `let`, once; None where it has a mistake or goes in a circle."""
        if name in self._symbols.let_values:
            return self._symbols.let_values[name]
        if self._goes_in_a_circle(name, span):
            return None
        line = self._symbols.lets[name]
        record = line.record.text
        self._open_lets.append(name)
        typed = (
            self._typer.value(line.value, Scope(record=record)) if record in self._symbols.records else None
        )
        self._open_lets.pop()
        if typed is not None and not self._can_be_followed(name, line.name.span, [typed]):
            typed = None
        self._symbols.let_values[name] = typed
        return typed

    def find(self, node: n.NameNode, scope: Scope, wanted: Type) -> e.Expression:
        """Give what a name stands for where a type is wanted; report one that stands for nothing."""
        name = node.name.text
        if scope.columns is not None:
            return self.column(name, node.span, scope.columns)
        if isinstance(wanted, ChoiceType) and name in wanted.values:
            return e.Literal(name, wanted, node.span)
        if scope.event is not None:
            field = self._symbols.events[scope.event].fields.get(name)
            if field is not None:
                return e.EventField(scope.event, name, field.type, field.optional, node.span)
        if scope.record is not None:
            field = self._symbols.records[scope.record].fields.get(name)
            if field is not None:
                return e.RecordField(name, field.type, field.optional, node.span)
            let = self._symbols.lets.get(name)
            if let is not None and let.record.text == scope.record:
                typed = self.let_value(name, node.span)
                return e.LetValue(name, typed.type if typed else ANY, node.span)
            if self._decides_for(name, scope.record):
                return self._only_output(name, node.span)
        if isinstance(wanted, ReferenceType) and (scope.cases or {}).get(name) == wanted.record:
            return e.Literal(name, wanted, node.span)
        self._report_unknown(node, scope, wanted)
        return untyped(node.span)

    def _decides_for(self, name: str, record: str) -> bool:
        block = self._symbols.decisions.get(name)
        return block is not None and block.statement.record.text == record

    def _only_output(self, name: str, span: Span) -> e.Expression:
        """Give what a decision table gives, where that is one thing."""
        found = self.decision(name, span)
        outputs = list(found.outputs) if found is not None else []
        if found is None or not outputs:
            return untyped(span)
        if len(outputs) > 1:
            ways = [f"`{name}.{output}`" for output in outputs]
            self._symbols.report("SL119", span, "which_output", name=name, ways=ways)
            return untyped(span)
        return e.DecisionValue(name, outputs[0], found.outputs[outputs[0]], span)

    def output(self, node: n.OutputNode, scope: Scope) -> e.Expression:
        """Resolve `discount.percent`."""
        name = node.decision.text
        record = scope.record or ""
        if not self._decides_for(name, record):
            known = [other for other in self._symbols.decisions if self._decides_for(other, record)]
            self._report_no_decision(node, scope, known)
            return untyped(node.span)
        found = self.decision(name, node.decision.span)
        if found is None:
            return untyped(node.span)
        if node.output.text not in found.outputs:
            self._symbols.unknown("output", node.output, found.outputs)
            return untyped(node.span)
        return e.DecisionValue(name, node.output.text, found.outputs[node.output.text], node.span)

    def _report_no_decision(self, node: n.OutputNode, scope: Scope, known: list[str]) -> None:
        """Say what stands before a dot that is no decision table; fields of events are the likely case."""
        owner, field = node.decision.text, node.output.text
        values: dict[str, Any] = {
            "name": f"{owner}.{field}",
            "field": field,
            "owner": owner,
            "event": scope.event or "",
        }
        fix = Fix((Edit(node.span, field),))
        event = self._symbols.events.get(owner)
        if event is not None and field in event.fields:
            if owner == scope.event:
                self._symbols.report("SL103", node.span, "event_at_hand", fix=fix, **values)
            else:
                self._symbols.report("SL103", node.span, "event_field", **values)
        elif owner == scope.record and self.is_in(field, replace(scope, event=None)):
            if scope.event is not None and field in self._symbols.events[scope.event].fields:
                self._symbols.report("SL103", node.span, "hidden_field", **values)
            else:
                self._symbols.report("SL103", node.span, "own_field", fix=fix, **values)
        elif self._is_reference(owner, scope):
            self._symbols.report("SL103", node.span, "field_of_other", **values)
        else:
            self._symbols.unknown("decision", node.decision, known)

    def _is_reference(self, name: str, scope: Scope) -> bool:
        field = self._symbols.records[scope.record].fields.get(name) if scope.record is not None else None
        return field is not None and isinstance(field.type, ReferenceType)

    def column(self, name: str, span: Span, columns: Mapping[str, str]) -> e.Expression:
        """Resolve a column of a data source."""
        if name in columns:
            return e.ColumnField(columns[name], ColumnType(), span)
        self._symbols.report(
            "SL101", span, kind="<column_name>", name=name, suggestion=nearest(name, columns)
        )
        return untyped(span)

    def _report_unknown(self, node: n.NameNode, scope: Scope, wanted: Type) -> None:
        if scope.open:
            return
        if isinstance(wanted, ChoiceType):
            if node.name.text not in self._symbols.broken:
                self._symbols.report(
                    "SL105",
                    node.span,
                    name=node.name.text,
                    values=[f"`{value}`" for value in wanted.values],
                    suggestion=nearest(node.name.text, wanted.values),
                )
            return
        if self._is_other_kind(node):
            return
        self._symbols.unknown("field_or_let", node.name, self.names_in(scope))

    def _is_other_kind(self, node: n.NameNode) -> bool:
        """Report an event or a stage where a value is wanted, and say how to ask about it."""
        name = node.name.text
        if name in self._symbols.events:
            self._symbols.report("SL103", node.span, "event_as_value", name=name)
            return True
        if any(stage.name == name for stage in self._symbols.stages):
            self._symbols.report("SL103", node.span, "stage_as_value", name=name)
            return True
        return False

    def names_in(self, scope: Scope) -> list[str]:
        """Give the names that a scope knows: fields of its event and record, and what is computed of them."""
        names: list[str] = []
        if scope.event is not None:
            names += self._symbols.events[scope.event].fields
        if scope.record is not None:
            names += self._symbols.records[scope.record].fields
            names += [name for name, line in self._symbols.lets.items() if line.record.text == scope.record]
            names += [name for name in self._symbols.decisions if self._decides_for(name, scope.record)]
        return names

    def is_in(self, name: str, scope: Scope) -> bool:
        """Say whether a name is one of `names_in`."""
        if scope.event is not None and name in self._symbols.events[scope.event].fields:
            return True
        if scope.record is None:
            return False
        let = self._symbols.lets.get(name)
        return (
            name in self._symbols.records[scope.record].fields
            or (let is not None and let.record.text == scope.record)
            or self._decides_for(name, scope.record)
        )
