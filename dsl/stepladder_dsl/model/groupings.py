"""`by channel` under a metric: how records and events are put into groups.

A name is looked for among the fields of the event that is added up, among the fields and
values of its record, and then among those of the record to which that one belongs: so
orders can be told apart by the channel of their client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.kinds import ANY
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.spec import Grouping
from stepladder_dsl.model.types import ReferenceType
from stepladder_dsl.syntax import nodes as n


class Groupings(TypedDict):
    """What a metric is told of its groups."""

    by: tuple[str, ...]
    record_groupings: Mapping[str, Grouping]
    event_groupings: Mapping[str, Grouping]


class GroupingReader:
    """Resolves the names by which a metric is told apart."""

    def __init__(self, checker: ExpressionChecker) -> None:
        """Take the checker of expressions."""
        self.checker = checker
        self.symbols = checker.symbols

    def groupings(self, names: tuple[n.Name, ...], formulas: Iterable[e.Expression]) -> Groupings:
        """Give how each kind of record and event that a figure or its target looks at is put into groups."""
        records: dict[str, Grouping] = {}
        events: dict[str, Grouping] = {}
        for part in (part for formula in formulas for part in _aggregates(formula)):
            if isinstance(part, e.Population):
                records.setdefault(part.record, self._grouping(names, part.record, None))
            else:
                record = self.symbols.events[part.event].record
                events.setdefault(part.event, self._grouping(names, record, part.event))
        by = tuple(name.text for name in names)
        return {"by": by, "record_groupings": records, "event_groupings": events}

    def _grouping(self, names: tuple[n.Name, ...], record: str, event: str | None) -> Grouping:
        """Resolve the names for one kind; all of them stand on one record."""
        if all(self._has(name, record, event) for name in names):
            return Grouping(self._values(names, Scope(record=record, event=event)))
        fields = self.symbols.records[record].fields
        for via in self.symbols.records[record].belongs_to:
            kind = fields[via].type
            if isinstance(kind, ReferenceType) and all(self._has(name, kind.record, None) for name in names):
                return Grouping(self._values(names, Scope(record=kind.record)), via)
        for name in names:
            if not self._has(name, record, event):
                self.symbols.unknown("field_or_let", name, self._known(record, event))
        return Grouping(tuple(e.Literal(None, ANY) for _ in names))

    def _values(self, names: tuple[n.Name, ...], scope: Scope) -> tuple[e.Expression, ...]:
        return tuple(self.checker.value(n.NameNode(name, name.span), scope) for name in names)

    def _has(self, name: n.Name, record: str, event: str | None) -> bool:
        return self.checker.is_in(name.text, Scope(record=record, event=event))

    def _known(self, record: str, event: str | None) -> list[str]:
        return self.checker.names.names_in(Scope(record=record, event=event))


def _aggregates(formula: e.Expression) -> list[e.Population | e.History]:
    """Give the parts of a formula that look at all records or events, and not inside them."""
    if isinstance(formula, e.Population | e.History):
        return [formula]
    return [found for part in e.children(formula) for found in _aggregates(part)]
