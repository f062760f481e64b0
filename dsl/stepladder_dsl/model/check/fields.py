"""The fields of records and events: their types and limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.kinds import ANY, MONEY, NUMBER, ORDERED, TEXT, YES_NO, is_written, type_word
from stepladder_dsl.model.check.scope import Scope, Typer
from stepladder_dsl.model.spec import Field, Limit
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    DatetimeType,
    DateType,
    DurationType,
    ListType,
    PersonType,
    ReferenceType,
    Type,
)
from stepladder_dsl.syntax import nodes as n


class Fields:
    """Types the fields that lines declare."""

    def __init__(self, typer: Typer, type_called: Callable[[str], str | None]) -> None:
        """Take who types the limits, and who knows what a type is that has another name elsewhere."""
        self._typer = typer
        self._type_called = type_called

    def of_lines(self, lines: Sequence[n.FieldLine]) -> dict[str, Field]:
        """Type the fields of a record or an event."""
        fields: dict[str, Field] = {}
        for line in lines:
            kind = self.kind_of(line.type)
            limits = tuple(found for limit in line.limits if (found := self._limit(limit, kind)) is not None)
            fields[line.name.text] = Field(line.name.text, kind, line.optional, limits, line.name.span)
        return fields

    def kind_of(self, node: n.TypeNode) -> Type:
        """Give the type that a line names; an unknown one is reported."""
        kind = self._single_type(node)
        return ListType(kind) if node.is_list else kind

    def _single_type(self, node: n.TypeNode) -> Type:
        simple: dict[str, Type] = {
            "text": TEXT,
            "number": NUMBER,
            "money": MONEY,
            "date": DateType(),
            "datetime": DatetimeType(),
            "duration": DurationType(),
            "yes_no": YES_NO,
        }
        if node.kind in simple:
            return simple[node.kind]
        if node.kind == "choice":
            return ChoiceType(tuple(name.text for name in node.names))
        name = node.names[0]
        if node.kind == "person":
            return PersonType(self._typer.symbols.role(name) or name.text)
        if name.text in self._typer.symbols.records or name.text in self._typer.symbols.broken:
            return ReferenceType(name.text)
        known = [
            *self._typer.symbols.records,
            "text",
            "number",
            "money",
            "date",
            "datetime",
            "yes/no",
            "one of",
        ]
        meant = self._type_called(name.text) or nearest(name.text, known)
        self._typer.symbols.report(
            "SL101", name.span, "type", kind="<record>", name=name.text, suggestion=meant
        )
        return ANY

    def _limit(self, node: n.LimitNode, kind: Type) -> Limit | None:
        if node.operator == "matches":
            pattern = node.value.value if isinstance(node.value, n.StringNode) else ""
            if not is_written(kind):
                self._typer.symbols.report(
                    "SL103", node.span, found=type_word(kind), expected=type_word(TEXT)
                )
                return None
            try:
                re.compile(pattern)
            except re.error as error:
                self._typer.symbols.report("SL115", node.span, pattern=pattern, reason=str(error))
                return None
            return Limit("matches", pattern, node.span)
        if node.operator == "=":
            self._typer.symbols.report("SL109", node.span, "default")
            return None
        if node.operator != "!=" and not isinstance(kind, (*ORDERED, AnyType)):
            self._typer.symbols.report(
                "SL103", node.span, "order", operator=node.operator, found=type_word(kind)
            )
            return None
        literal = self._typer.value(node.value, Scope(), kind)
        if not isinstance(literal, e.Literal) or literal.value is None:
            return None
        return Limit(node.operator, literal.value, node.span)
