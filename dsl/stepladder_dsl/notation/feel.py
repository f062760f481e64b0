"""Expressions in FEEL, the expression language of DMN.

Both know an unknown value, and do not treat it alike: in FEEL `null = 3` is false and
`null != 3` true, where ours are unknown. So an expression is written in one of two ways: as
a *condition*, which has to be true exactly where ours is true, and as a *value*, which has
to be null exactly where ours is unknown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.types import DatetimeType, Duration, Unit
from stepladder_dsl.notation.variables import Variables, safe_name

_ANY, _OR, _AND, _TEST, _SUM, _PRODUCT, _SIGN, _ATOM = range(8)
_BINDS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}
_ISO_UNITS = {
    Unit.MINUTE: ("PT", "M"),
    Unit.HOUR: ("PT", "H"),
    Unit.DAY: ("P", "D"),
    Unit.WEEK: ("P", "D"),
    Unit.MONTH: ("P", "M"),
    Unit.YEAR: ("P", "Y"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def iso_duration(duration: Duration) -> str | None:
    """Write a duration as ISO 8601 has it; None for working time, which it does not know.

    >>> iso_duration(Duration(2, Unit.WEEK)), iso_duration(Duration(3, Unit.HOUR))
    ('P14D', 'PT3H')
    """
    if duration.calendar is not None:
        return None
    before, unit = _ISO_UNITS[duration.unit]
    amount = duration.amount * 7 if duration.unit is Unit.WEEK else duration.amount
    return f"{before}{amount}{unit}"


def text_literal(text: str) -> str:
    """Write a text as FEEL does."""
    return f'"{"".join(_ESCAPES.get(character, character) for character in text)}"'


def literal(value: Any, *, moment: bool = False) -> str | None:
    """Write a value; None where FEEL has no words for it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return text_literal(value)
        case int() if moment:
            return f'date and time("{(_EPOCH + timedelta(microseconds=value)).isoformat()}")'
        case int() | Decimal():
            return f"{Decimal(value):f}"
        case datetime():
            return f'date and time("{value.isoformat()}")'
        case date():
            return f'date("{value.isoformat()}")'
        case Duration():
            written = iso_duration(value)
            return None if written is None else f'duration("{written}")'
        case _:
            return None


class Feel:
    """Writes expressions about one kind of record."""

    def __init__(self, variables: Variables) -> None:
        """Take the names under which the tool knows what the expressions speak of."""
        self.variables = variables

    def condition(self, expression: e.Expression) -> str:
        """Write what is true exactly where the expression is true."""
        return self._written(expression, _ANY, exact=False)

    def value(self, expression: e.Expression | None) -> str:
        """Write what gives the same value, and null where ours is unknown."""
        return "null" if expression is None else self._written(expression, _ANY, exact=True)

    def _written(self, expression: e.Expression, place: int, *, exact: bool) -> str:
        binds, text = self._binding(expression, exact=exact)
        return f"({text})" if binds < place else text

    def _binding(self, expression: e.Expression, *, exact: bool) -> tuple[int, str]:
        """Give how closely what is written binds, and the text."""
        match expression:
            case e.Literal(value=value, type=kind):
                written = literal(value, moment=isinstance(kind, DatetimeType))
                return _ATOM, self.variables.computed(expression) if written is None else written
            case e.RecordField(name=name):
                return _ATOM, self.variables.field(name)
            case e.EventField(event=event, name=name):
                return _ATOM, f"{self.variables.event(event)}.{safe_name(name)}"
            case e.LetValue(name=name):
                return _ATOM, self.variables.let(name)
            case e.DecisionValue(decision=decision, output=output):
                return _ATOM, self.variables.decision(decision, output)
            case e.ListOf(items=items):
                return _ATOM, self._list(items)
            case e.Negate(operand=operand):
                return _SIGN, f"-{self._part(operand, _ATOM)}"
            case e.Arithmetic(operator=operator, left=left, right=right):
                binds = _BINDS[operator]
                return binds, f"{self._part(left, binds)} {operator} {self._part(right, binds + 1)}"
            case e.Comparison() | e.Membership() | e.ListMembership():
                return self._test(expression, exact=exact)
            case e.Between(operand=operand, low=low, high=high):
                low_text, high_text = self._part(low, _SUM), self._part(high, _SUM)
                return _TEST, f"{self._part(operand, _SUM)} between {low_text} and {high_text}"
            case e.IsKnown(operand=operand, negated=negated):
                return _TEST, f"{self._part(operand, _SUM)} {'=' if negated else '!='} null"
            case e.Not(operand=operand):
                return _ATOM, f"not({self._written(operand, _ANY, exact=True)})"
            case e.Logical(operator=operator, operands=operands):
                binds = _AND if operator == "and" else _OR
                parts = [self._written(operand, binds + 1, exact=exact) for operand in operands]
                return binds, f" {operator} ".join(parts)
            case e.Conditional():
                return self._conditional(expression)
            case _:
                return _ATOM, self.variables.computed(expression)

    def _part(self, expression: e.Expression, place: int) -> str:
        return self._written(expression, place, exact=True)

    def _list(self, items: tuple[e.Expression, ...]) -> str:
        return f"[{', '.join(self._part(item, _ANY) for item in items)}]"

    def _test(self, test: e.Comparison | e.Membership | e.ListMembership, *, exact: bool) -> tuple[int, str]:
        """Write a test that FEEL does not leave unknown where ours is."""
        sides: tuple[e.Expression, ...]
        match test:
            case e.Comparison(operator=operator, left=left, right=right):
                sides = (left, right)
                text = f"{self._part(left, _SUM)} {operator} {self._part(right, _SUM)}"
                # Of unknown sides an order is null in FEEL, too; `=` is true of two unknown ones only.
                careful = operator == "!=" or (operator == "=" and (exact or all(map(may_be_unknown, sides))))
            case e.Membership(operand=left, choices=choices):
                sides = (left, *choices)
                text = f"{self._part(left, _SUM)} in {self._list(choices)}"
                careful = exact or any(map(may_be_unknown, choices))
            case e.ListMembership(operand=left, items=items):
                sides = (left, items)
                text = f"list contains({self._part(items, _ANY)}, {self._part(left, _ANY)})"
                careful = True
        unknown = [self._part(side, _SUM) for side in sides if may_be_unknown(side)] if careful else []
        if not unknown:
            return _TEST, text
        if exact:
            asked = " or ".join(f"{side} = null" for side in dict.fromkeys(unknown))
            return _ANY, f"if {asked} then null else {text}"
        asked = " and ".join(f"{side} != null" for side in dict.fromkeys(unknown))
        return _AND, f"{asked} and {text}"

    def _conditional(self, conditional: e.Conditional) -> tuple[int, str]:
        test = self._part(conditional.condition, _ANY)
        then, otherwise = self._part(conditional.then, _ANY), self._part(conditional.otherwise, _ANY)
        text = f"if {test} then {then} else {otherwise}"
        if not any(may_be_unknown(part) for part in e.walk(conditional.condition)):
            return _ANY, text
        return _ANY, f"if ({test}) = null then null else {text}"


def may_be_unknown(expression: e.Expression) -> bool:
    """Tell whether a value may be unknown, as far as it tells itself."""
    match expression:
        case e.Literal(value=value):
            return value is None
        case e.RecordField(optional=optional) | e.EventField(optional=optional):
            return optional
        case e.History(aggregate=aggregate):
            return aggregate not in {e.Aggregate.COUNT, e.Aggregate.SUM}
        case e.IsKnown() | e.Reached() | e.NowIn():
            return False
        case e.LetValue() | e.DecisionValue() | e.Elapsed() | e.ColumnField() | e.Population():
            return True
        case _:
            return any(map(may_be_unknown, e.children(expression)))
