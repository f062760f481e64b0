"""When two pieces of a model say the same: in the same words, or in other ones.

A key holds what a piece says as plain values. The types of what an expression names are no
part of it: they stand where it is declared, and there a change of them is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, get_args

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import types as t
from stepladder_dsl.model.logic import MIRRORED

_EXPRESSIONS = frozenset(get_args(e.Expression))
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_DERIVED = ("type", "optional")
"""What an expression only repeats of the declaration that it names."""


def words(value: Any) -> Any:
    """Give what a piece says as its text has it; two equal keys are the same words.

    >>> from stepladder_dsl.model.spec import Cap
    >>> from stepladder_dsl.model.types import Duration, Unit
    >>> words(Cap(1, Duration(2, Unit.DAY))) == words(Cap(1, Duration(2, Unit.DAY)))
    True
    """
    kind = type(value)
    known = _COMPARED.get(kind)
    if known is not None:
        return _record_words(value, kind, known)
    if kind is tuple:
        return ("()", *map(words, value))
    if kind in _PLAIN:
        # Python takes yes for one.
        return (kind.__name__, value)
    match value:
        case e.Literal():
            return _literal(value)
        case Mapping():
            return ("{}", *sorted(((repr(key), words(part)) for key, part in value.items()), key=_first))
        case Enum():
            return (kind.__name__, value.name)
        case _ if is_dataclass(value):
            return (kind.__name__, *(words(getattr(value, part)) for part in compared(kind)))
        case _:
            return (kind.__name__, value)


def _record_words(value: Any, kind: type, parts: tuple[str, ...]) -> Any:
    """Give the words of a record, which are asked for at every level around it: so they are kept with it."""
    kept: dict[str, Any] | None = getattr(value, "__dict__", None)
    if kept is not None and _KEPT in kept:
        return kept[_KEPT]
    found = (kind.__name__, *[words(getattr(value, part)) for part in parts])
    if kept is not None:
        kept[_KEPT] = found
    return found


_KEPT = "_words"
_PLAIN = frozenset({str, int, bool, Decimal, NoneType})
_COMPARED: dict[type, tuple[str, ...]] = {}


def compared(kind: type) -> tuple[str, ...]:
    """Give the parts of a record that count."""
    known = _COMPARED.get(kind)
    if known is None:
        derived = _DERIVED if kind in _EXPRESSIONS else ()
        parts = fields(kind)
        known = tuple(part.name for part in parts if part.compare and part.name not in derived)
        if kind is not e.Literal:
            _COMPARED[kind] = known
    return known


def _first(pair: tuple[str, Any]) -> str:
    return pair[0]


def _literal(literal: e.Literal) -> Any:
    unit = literal.type.unit if isinstance(literal.type, t.NumberType) else None
    return ("Literal", words(literal.value), words(unit))


def meaning(expression: e.Expression | None) -> Any:
    """Give a key that is the same for conditions that differ only in how they are put.

    The order of what `and` and `or` join, brackets, doubled `not`, and the side on which a value
    stands make no difference: each keeps yes, no and unknown as they are.
    """
    if expression is None:
        return None
    match expression:
        case e.Not(operand=operand):
            return _negated(operand)
        case e.Logical(operator=operator):
            parts = {repr(key): key for key in map(meaning, _joined(expression, operator))}
            return ("Logical", operator, *(parts[text] for text in sorted(parts)))
        case e.Comparison(operator=operator, left=left, right=right):
            return _comparison(operator, left, right)
        case e.IsKnown(operand=operand, negated=negated):
            return ("IsKnown", meaning(operand), negated)
        case e.Membership(operand=operand, choices=choices):
            keys = {repr(key): key for key in map(meaning, choices)}
            return ("Membership", meaning(operand), *(keys[text] for text in sorted(keys)))
        case e.Literal():
            return _literal(expression)
        case _:
            parts = {name: getattr(expression, name) for name in compared(type(expression))}
            return (type(expression).__name__, *(_part(value) for value in parts.values()))


def _part(value: Any) -> Any:
    if type(value) in _EXPRESSIONS:
        return meaning(value)
    if isinstance(value, tuple):
        return tuple(map(_part, value))
    return words(value)


def _joined(expression: e.Expression, operator: str) -> list[e.Expression]:
    """Give what an operator joins, through brackets around more of the same."""
    if isinstance(expression, e.Logical) and expression.operator == operator:
        return [part for operand in expression.operands for part in _joined(operand, operator)]
    return [expression]


def _comparison(operator: str, left: e.Expression, right: e.Expression) -> Any:
    sides = meaning(left), meaning(right)
    if isinstance(left, e.Literal) and not isinstance(right, e.Literal):
        return ("Comparison", MIRRORED[operator], sides[1], sides[0])
    return ("Comparison", operator, *sides)


def _negated(operand: e.Expression) -> Any:
    match operand:
        case e.Not(operand=inner):
            return meaning(inner)
        case e.Comparison(operator=operator, left=left, right=right):
            return _comparison(_OPPOSITE[operator], left, right)
        case e.IsKnown(operand=inner, negated=negated):
            return ("IsKnown", meaning(inner), not negated)
        case e.Logical(operator=operator, operands=operands):
            other = "or" if operator == "and" else "and"
            return meaning(e.Logical(other, tuple(e.Not(part) for part in operands)))
        case _:
            return ("Not", meaning(operand))


def direction(old: e.Expression, new: e.Expression) -> int | None:
    """Say what the form of two conditions already shows: 1 the new one is wider, -1 narrower, None nothing.

    What `and` adds can only keep clients out, what `or` adds only let some in, and a lower bound
    that falls only lets in more.
    """
    for operator, more in (("and", -1), ("or", 1)):
        olds = {repr(meaning(part)): part for part in _joined(old, operator)}
        news = {repr(meaning(part)): part for part in _joined(new, operator)}
        gone, come = olds.keys() - news.keys(), news.keys() - olds.keys()
        if not gone or not come:
            return more if come else -more
        if len(gone) == len(come) == 1 and len(olds) > 1:
            return direction(olds[gone.pop()], news[come.pop()])
    return _moved_bound(meaning(old), meaning(new))


def _moved_bound(old: Any, new: Any) -> int | None:
    """Compare two comparisons of one thing with one number each."""
    both = (old, new)
    if any(len(key) != 4 or key[0] != "Comparison" or key[3][0] != "Literal" for key in both):
        return None
    if old[1] != new[1] or old[2] != new[2] or old[3][2] != new[3][2]:
        return None
    (kind, low), (other_kind, high) = old[3][1], new[3][1]
    if kind != "Decimal" or other_kind != "Decimal" or old[1] in {"=", "!="} or low == high:
        return None
    rises = high > low
    return -1 if rises == (old[1] in {">", ">="}) else 1
