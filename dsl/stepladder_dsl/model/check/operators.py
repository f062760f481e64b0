"""Arithmetic, comparisons, and one value or another."""

from __future__ import annotations

from decimal import Decimal

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.kinds import (
    ANY,
    MONEY,
    NUMBER,
    ORDERED,
    YES_NO,
    comparable,
    fits,
    type_word,
    untyped,
)
from stepladder_dsl.model.check.scope import Scope, Typer
from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.model.types import AnyType, ColumnType, Duration, MoneyType, NumberType, Type
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n


def is_reported_share(node: n.ExpressionNode, symbols: Symbols) -> bool:
    """Report a share that stands where an amount of money is wanted."""
    if not isinstance(node, n.NumberNode) or not node.percent:
        return False
    share = f"{(node.value * 100).normalize():f}%"
    symbols.report("SL103", node.span, "share", found=share)
    return True


def _is_bare_number(expression: e.Expression) -> bool:
    """Say whether an expression is a number that nothing written beside it makes an amount.

    `purchases` is one; `19.90`, and `purchases * 10`, may well be meant as money.
    """
    return isinstance(expression.type, NumberType) and not any(
        isinstance(part, e.Literal) for part in e.walk(expression)
    )


def numeric(typer: Typer, node: n.ExpressionNode, scope: Scope) -> e.Expression:
    """Type a part that has to be a number or an amount of money."""
    typed = typer.part(node, scope, NUMBER)
    if not fits(typed.type, MONEY):
        typer.symbols.report("SL103", node.span, found=type_word(typed.type), expected=type_word(NUMBER))
        return untyped(node.span)
    return typed


def arithmetic(typer: Typer, node: n.ArithmeticNode, scope: Scope) -> e.Expression:
    """Type a calculation: money and money make a number when divided, and nothing when multiplied."""
    left, right = numeric(typer, node.left, scope), numeric(typer, node.right, scope)
    if isinstance(left.type, AnyType) or isinstance(right.type, AnyType):
        return e.Arithmetic(node.operator, left, right, ANY, node.span)
    money = [isinstance(side.type, MoneyType) for side in (left, right)]
    kind: Type = NUMBER
    if node.operator in "+-":
        if any(money) and any(is_reported_share(side, typer.symbols) for side in (node.left, node.right)):
            return untyped(node.span)
        _check_units(typer, left, right, node.span)
        kind = MONEY if any(money) else left.type if left.type == right.type else NUMBER
    elif node.operator == "*":
        if all(money):
            typer.symbols.report("SL103", node.span, "money_times_money")
        kind = MONEY if any(money) else NUMBER
    elif node.operator == "/":
        if money[1] and not money[0] and not isinstance(left.type, ColumnType):
            typer.symbols.report("SL103", node.span, "divided_by_money")
        kind = MONEY if money[0] and not money[1] else NUMBER
    return e.Arithmetic(node.operator, left, right, kind, node.span)


def comparison(typer: Typer, node: n.CompareNode, scope: Scope) -> e.Expression:
    """Type a comparison of two parts, each of which may tell what the other is."""
    left, right = _both_sides(typer, node.left, node.right, scope)
    for side, other in ((node.left, right), (node.right, left)):
        if isinstance(other.type, MoneyType) and is_reported_share(side, typer.symbols):
            return e.Literal(None, YES_NO, node.span)
    return _compared(typer, node.operator, left, right, node.span)


def comparison_with(
    typer: Typer, subject: e.Expression, operator: str, node: n.ExpressionNode, scope: Scope, span: Span
) -> e.Expression:
    """Type the comparison of something typed already with an expression, as in a table's cell."""
    if isinstance(subject.type, MoneyType) and is_reported_share(node, typer.symbols):
        return e.Literal(None, YES_NO, span)
    return _compared(typer, operator, subject, typer.part(node, scope, subject.type), span)


def _compared(
    typer: Typer, operator: str, left: e.Expression, right: e.Expression, span: Span
) -> e.Expression:
    left, right = _counted(left, right), _counted(right, left)
    if not comparable(left.type, right.type):
        typer.symbols.report(
            "SL103", span, "comparison", left=type_word(left.type), right=type_word(right.type)
        )
    elif operator not in {"=", "!="} and not all(
        isinstance(side.type, (*ORDERED, AnyType)) for side in (left, right)
    ):
        unordered = left if not isinstance(left.type, (*ORDERED, AnyType)) else right
        typer.symbols.report("SL103", span, "order", operator=operator, found=type_word(unordered.type))
    else:
        _check_units(typer, left, right, span)
    return e.Comparison(operator, left, right, span=span)


def _counted(side: e.Expression, other: e.Expression) -> e.Expression:
    """Give a length of time as a number of its unit where it is compared with such a number."""
    counts = isinstance(other.type, NumberType) and other.type.unit is not None
    if counts and isinstance(side, e.Literal) and isinstance(side.value, Duration):
        return e.Literal(Decimal(side.value.amount), NumberType(side.value.unit), side.span)
    return side


def _check_units(typer: Typer, left: e.Expression, right: e.Expression, span: Span) -> None:
    """Report a comparison or a sum of two measures that have nothing in common."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one.type, MoneyType) and _is_bare_number(other):
            typer.symbols.report("SL103", span, "money_and_number")
            return
    units = [side.type.unit for side in (left, right) if isinstance(side.type, NumberType)]
    named = [f"<unit:{unit.value}>" for unit in dict.fromkeys(units) if unit is not None]
    if None not in units and len(named) > 1:
        typer.symbols.report("SL103", span, "units", left=named[0], right=named[1])


def _both_sides(
    typer: Typer, left: n.ExpressionNode, right: n.ExpressionNode, scope: Scope
) -> tuple[e.Expression, e.Expression]:
    """Type two sides, each with what the other side tells about bare names such as `social`."""
    if is_undeclared(typer, left, scope) and not is_undeclared(typer, right, scope):
        typed_right = typer.part(right, scope, ANY)
        return typer.part(left, scope, typed_right.type), typed_right
    known_mistakes = len(typer.symbols.diagnostics)
    typed_left = typer.part(left, scope, ANY)
    has_mistake = len(typer.symbols.diagnostics) > known_mistakes
    return typed_left, _other_side(typer, right, scope, typed_left.type, has_mistake)


def _other_side(
    typer: Typer, node: n.ExpressionNode, scope: Scope, wanted: Type, other_has_mistake: bool
) -> e.Expression:
    """Type a side; a bare name beside a mistake may well be right, but of what is not known."""
    if other_has_mistake and is_undeclared(typer, node, scope):
        return untyped(node.span)
    return typer.part(node, scope, wanted)


def is_undeclared(typer: Typer, node: n.ExpressionNode, scope: Scope) -> bool:
    """Say whether a part is a bare name that no field or value has: a choice, perhaps."""
    return isinstance(node, n.NameNode) and scope.columns is None and not typer.is_in(node.name.text, scope)


def conditional(typer: Typer, node: n.ConditionalNode, scope: Scope, wanted: Type) -> e.Expression:
    """Type one value or another, which have to be of one kind."""
    condition = typer.condition(node.condition, scope)
    then = typer.part(node.then, scope, wanted)
    otherwise = typer.part(node.otherwise, scope, wanted if not isinstance(wanted, AnyType) else then.type)
    if not comparable(then.type, otherwise.type):
        typer.symbols.report(
            "SL103",
            node.otherwise.span,
            found=type_word(otherwise.type),
            expected=type_word(then.type),
        )
    kind = otherwise.type if isinstance(then.type, AnyType) else then.type
    if MONEY in (then.type, otherwise.type):
        kind = MONEY
    return e.Conditional(condition, then, otherwise, kind, node.span)
