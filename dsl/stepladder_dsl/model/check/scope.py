"""What an expression may speak of, and what its parts ask of the checker as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.model.types import Type
from stepladder_dsl.record import record
from stepladder_dsl.syntax import nodes as n


@record
class Scope:
    """What names an expression may use.

    `record` is the kind of record it is about (None in a metric), `event` the
    event at hand (a trigger's, or each one's in `where`), `columns` the columns
    of a data source in a mapping, `process` the process whose stage counts.
    `open` says that the event is one that nobody declared: it may have any field.
    `cases` are the records of a scenario by name, which stand for their keys.
    """

    record: str | None = None
    event: str | None = None
    columns: Mapping[str, str] | None = None
    process: str | None = None
    population: bool = False
    open: bool = False
    cases: Mapping[str, str] | None = None


class Typer(Protocol):
    """Types the parts of which an expression is made, whatever they are."""

    symbols: Symbols

    def value(self, node: n.ExpressionNode, scope: Scope, wanted: Type = ...) -> e.Expression:
        """Type a part that has to give a value of the wanted type."""
        ...

    def condition(self, node: n.ExpressionNode, scope: Scope) -> e.Expression:
        """Type a part that has to be a condition."""
        ...

    def part(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Expression:
        """Type a part, of which the wanted type is a hint only."""
        ...

    def name(self, node: n.NameNode, scope: Scope, wanted: Type) -> e.Expression:
        """Find what a name stands for."""
        ...

    def is_in(self, name: str, scope: Scope) -> bool:
        """Say whether a name is a field, or something computed, that a scope knows."""
        ...
