"""The text of a function, and what stands for a number in it: a literal, or a name with one value always."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any


class NotTranslated(Exception):
    """A construct of Python that functions which are compiled may not use."""


def tree_of(function: Callable[..., Any]) -> ast.FunctionDef:
    """Give the syntax tree of a function."""
    found = ast.parse(inspect.getsource(function)).body[0]
    if not isinstance(found, ast.FunctionDef):
        raise NotTranslated(function.__name__)
    return found


def constant_of(node: ast.expr, scope: dict[str, Any]) -> int | float | None:
    """Give what an expression is in every run: a number, a name of a module, or a global number."""
    value: Any = None
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.Name):
        value = scope.get(node.id)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = scope.get(node.value.id)
        value = getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = constant_of(node.operand, scope)
        value = None if inner is None else -inner
    return value if isinstance(value, int | float) else None
