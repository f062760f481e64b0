"""Lists, and whether something is in one."""

from __future__ import annotations

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.kinds import ANY, comparable, type_word, untyped
from stepladder_dsl.model.check.operators import is_undeclared
from stepladder_dsl.model.check.scope import Scope, Typer
from stepladder_dsl.model.types import AnyType, ListType, Type
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n


def constant(expression: e.Expression) -> e.Expression:
    """Give the constant that a negative number is, or a list that has some; anything else as it is."""
    match expression:
        case e.Negate(e.Literal(value=value), kind, span):
            return e.Literal(None if value is None else -value, kind, span)
        case e.ListOf(items, kind, span):
            constants = [item for item in map(constant, items) if isinstance(item, e.Literal)]
            if len(constants) == len(items):
                return e.Literal(tuple(item.value for item in constants), kind, span)
    return expression


def one_list(items: tuple[e.Expression, ...], kind: ListType, span: Span) -> e.Expression:
    """Make a list of values, a constant where all of them are."""
    if all(isinstance(item, e.Literal) for item in items):
        values = tuple(item.value for item in items if isinstance(item, e.Literal))
        elements = [item.type for item in items if not isinstance(item.type, AnyType)]
        return e.Literal(values, ListType(elements[0] if elements else kind.element), span)
    return e.ListOf(items, ListType(items[0].type), span)


def list_of(
    typer: Typer, items: tuple[n.ExpressionNode, ...], span: Span, scope: Scope, wanted: Type
) -> e.Expression:
    """Type a list: its first item tells what the others are, where nothing else does."""
    element = wanted.element if isinstance(wanted, ListType) else ANY
    typed: list[e.Expression] = []
    for item in items:
        typed.append(typer.value(item, scope, element))
        if isinstance(element, AnyType):
            element = typed[-1].type
    return one_list(tuple(typed), ListType(element), span)


def membership(typer: Typer, node: n.MemberNode, scope: Scope) -> e.Expression:
    """Type `in`, with a list of choices or with something that is a list."""
    known_mistakes = len(typer.symbols.diagnostics)
    if isinstance(node.choices, n.ListNode):
        operand = typer.part(node.operand, scope, ANY)
        if len(typer.symbols.diagnostics) > known_mistakes:
            return untyped(node.span)
        choices = tuple(typer.value(choice, scope, operand.type) for choice in node.choices.items)
        found: e.Expression = e.Membership(operand, choices, span=node.span)
    else:
        found = _membership_in(typer, node, node.choices, scope)
        if len(typer.symbols.diagnostics) > known_mistakes:
            return untyped(node.span)
    return e.Not(found, span=node.span) if node.negated else found


def _membership_in(typer: Typer, node: n.MemberNode, choices: n.ExpressionNode, scope: Scope) -> e.Expression:
    """Type `in` behind which one thing stands: a list, or a single value in brackets."""
    if isinstance(node.operand, n.StringNode) or is_undeclared(typer, node.operand, scope):
        items = typer.part(choices, scope, ANY)
        element = items.type.element if isinstance(items.type, ListType) else items.type
        operand = typer.part(node.operand, scope, element)
    else:
        operand = typer.part(node.operand, scope, ANY)
        items = typer.part(choices, scope, operand.type)
    element = items.type.element if isinstance(items.type, ListType) else items.type
    if not comparable(operand.type, element):
        left, right = type_word(operand.type), type_word(element)
        typer.symbols.report("SL103", node.span, "comparison", left=left, right=right)
    if not isinstance(items.type, ListType):
        return e.Membership(operand, (items,), span=node.span)
    return e.ListMembership(operand, items, span=node.span)
