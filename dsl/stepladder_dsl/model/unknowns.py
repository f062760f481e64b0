"""Which optional fields can make a condition unknown, so that it silently counts as not true.

A field that the condition itself asks about is none of them: in `budget is known and
budget > 500` the second part matters only where the first is true, and in `budget is
unknown or budget > 500` only where the first is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Field

Known = frozenset[tuple[str, str]]
"""What is certain to have a value: ("record" or "event", name of the field)."""

_NOTHING: Known = frozenset()


class UnknownFinder:
    """Looks through the conditions of one kind of record."""

    def __init__(self, fields: Mapping[str, Field], lets: Mapping[str, e.Expression | None]) -> None:
        """Take the record's fields and the values of what `let` names."""
        self.fields = fields
        self.lets = lets
        self._open: list[str] = []
        """The lets that are being looked through: one that needs itself is a mistake told elsewhere."""
        self._found: dict[tuple[str, Known], tuple[str, ...]] = {}

    def possible(
        self, condition: e.Expression, known: Known = _NOTHING
    ) -> Iterator[tuple[str, e.Expression]]:
        """Yield each optional field that can make a condition unknown, with the part that speaks of it."""
        match condition:
            case e.RecordField(name, _, True) | e.EventField(_, name, _, True):
                if _key(condition) not in known:
                    yield name, condition
            case e.Elapsed(anchor=e.Anchor.FIELD, name=name):
                if self.fields[name].optional and ("record", name) not in known:
                    yield name, condition
            case e.LetValue(name):
                yield from ((field, condition) for field in self._in_let(name, known))
            case e.IsKnown() | e.History():
                return
            case e.Logical(operator, operands):
                ask = _if_true if operator == "and" else _if_false
                known = reduce(frozenset.union, (ask(operand) for operand in operands), known)
                for operand in operands:
                    yield from self.possible(operand, known)
            case e.Conditional(test, then, otherwise):
                yield from self.possible(test, known)
                yield from self.possible(then, known | _if_true(test))
                yield from self.possible(otherwise, known | _if_false(test))
            case _:
                for part in e.children(condition):
                    yield from self.possible(part, known)

    def _in_let(self, name: str, known: Known) -> tuple[str, ...]:
        """Give the fields that can make a named value unknown: once, however often others name it."""
        value = self.lets.get(name)
        if value is None or name in self._open:
            return ()
        if (name, known) not in self._found:
            self._open.append(name)
            fields = (field for field, _ in self.possible(value, known))
            self._found[name, known] = tuple(dict.fromkeys(fields))
            self._open.pop()
        return self._found[name, known]


def _key(field: e.Expression) -> tuple[str, str]:
    match field:
        case e.EventField(_, name):
            return ("event", name)
        case e.RecordField(name):
            return ("record", name)
        case _:
            return ("", "")


def _if_true(condition: e.Expression) -> Known:
    """Give what is known for certain where a condition is true."""
    match condition:
        case e.IsKnown(operand, negated=False):
            return frozenset({_key(operand)})
        case e.Not(operand):
            return _if_false(operand)
        case e.Logical("and", operands):
            return reduce(frozenset.union, map(_if_true, operands), _NOTHING)
        case _:
            return _NOTHING


def _if_false(condition: e.Expression) -> Known:
    """Give what is known for certain where a condition is false."""
    match condition:
        case e.IsKnown(operand, negated=True):
            return frozenset({_key(operand)})
        case e.Not(operand):
            return _if_true(operand)
        case e.Logical("or", operands):
            return reduce(frozenset.union, map(_if_false, operands), _NOTHING)
        case _:
            return _NOTHING
