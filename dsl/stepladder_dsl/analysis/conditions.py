"""What has to be true for a whole condition to be true, and from when on it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Let
from stepladder_dsl.model.types import Duration

_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "="}


def needed(condition: e.Expression | None, lets: Mapping[str, Let]) -> Iterator[e.Expression]:
    """Yield the parts of a condition that all have to be true, `let`s written out."""
    if condition is None:
        return
    condition = written_out(condition, lets)
    if isinstance(condition, e.Logical) and condition.operator == "and":
        for part in condition.operands:
            yield from needed(part, lets)
    else:
        yield condition


def written_out(expression: e.Expression, lets: Mapping[str, Let]) -> e.Expression:
    """Give what stands behind the name of a `let`, or the expression itself."""
    while isinstance(expression, e.LetValue) and expression.name in lets:
        expression = lets[expression.name].value
    return expression


def least_time(condition: e.Expression, lets: Mapping[str, Let]) -> tuple[e.Elapsed, Duration] | None:
    """Give the elapsed time that a condition speaks of, and how long it has to be at least.

    None where the condition is no such comparison, or may be true at once.
    """
    match condition:
        case e.Between(operand, low, _):
            operator, left, right = ">=", operand, low
        case e.Comparison(operator, left, right) if operator in _TURNED:
            if not isinstance(written_out(left, lets), e.Elapsed):
                operator, left, right = _TURNED[operator], right, left
        case _:
            return None
    elapsed, bound = written_out(left, lets), written_out(right, lets)
    if not isinstance(elapsed, e.Elapsed) or not isinstance(bound, e.Literal):
        return None
    least = _least(operator, bound.value)
    return None if least is None or least < 1 else (elapsed, Duration(least, elapsed.unit))


def _least(operator: str, bound: object) -> int | None:
    """Give the smallest whole number that a comparison lets through."""
    if not isinstance(bound, Decimal):
        return None
    if operator == ">":
        return int(bound.to_integral_value(ROUND_FLOOR)) + 1
    return int(bound.to_integral_value(ROUND_CEILING)) if operator in {">=", "="} else None


def follows(conclusion: e.Expression | None, premise: e.Expression | None, lets: Mapping[str, Let]) -> bool:
    """Say whether a condition is true whenever another one is, because it asks for no more."""
    known = list(needed(premise, lets))
    return all(asks_no_more(part, known, lets) for part in needed(conclusion, lets))


def asks_no_more(part: e.Expression, known: Sequence[e.Expression], lets: Mapping[str, Let]) -> bool:
    """Say whether one of several conditions is this very one, or compares the same with a closer bound."""
    return part in known or any(_is_closer(one, part, lets) for one in known)


def _is_closer(one: e.Expression, part: e.Expression, lets: Mapping[str, Let]) -> bool:
    """Say whether a condition compares the same thing as another one, with a number that lies further on."""
    closer, wider = _bound(one, lets), _bound(part, lets)
    if closer is None or wider is None or closer[0] != wider[0]:
        return False
    (_, operator, number), (_, asked, bound) = closer, wider
    if asked in {"<", "<="}:
        operator, asked, number, bound = _TURNED[operator], _TURNED[asked], -number, -bound
    match asked:
        case ">=":
            return operator in {">=", ">", "="} and number >= bound
        case ">":
            return number > bound if operator in {">=", "="} else operator == ">" and number >= bound
    return False


def _bound(condition: e.Expression, lets: Mapping[str, Let]) -> tuple[e.Expression, str, Decimal] | None:
    """Give what a condition compares with a number: what, how, and with which; None for any other."""
    if not isinstance(condition, e.Comparison) or condition.operator not in _TURNED:
        return None
    left, operator, right = written_out(condition.left, lets), condition.operator, condition.right
    if isinstance(left, e.Literal):
        left, operator, right = written_out(condition.right, lets), _TURNED[operator], condition.left
    if not isinstance(right, e.Literal) or not isinstance(right.value, Decimal):
        return None
    return left, operator, right.value
