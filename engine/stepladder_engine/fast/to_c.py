"""Translates the kernel's functions into C, for machines that have a compiler of C and none in Python.

It is the small part of Python that `translate` knows, with the same meaning: whole numbers of 64 bits,
divisions that round down, `and` and `or` that look no further than they must, one thing after another.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from stepladder_engine.fast.cell_notes import Notes
from stepladder_engine.machine_code.constants import NotTranslated, constant_of, tree_of

Function = Callable[..., Any]

_WHOLE, _REAL = "int64_t", "double"
_COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_HELPERS = """\
#include <stdint.h>
static inline int64_t floor_divide(int64_t a, int64_t b) {
  if (b == 0) return 0;
  int64_t quotient = a / b;
  return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient;
}
static inline int64_t rest_of(int64_t a, int64_t b) { return a - floor_divide(a, b) * b; }
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t size_of(int64_t a) { return a < 0 ? -a : a; }
"""


def to_c(functions: Sequence[Function], outermost: Function) -> str:
    """Give the text of a file in which only one of the functions can be called from outside."""
    known = {id(function): f"part{number}_{function.__name__}" for number, function in enumerate(functions)}
    trees = [tree_of(function) for function in functions]
    notes = Notes((tree, function.__globals__) for function, tree in zip(functions, trees, strict=True))
    bodies = [
        _Body(tree, function.__globals__, known, notes)
        for function, tree in zip(functions, trees, strict=True)
    ]
    heads = [
        body.head(known[id(function)], outside=function is outermost)
        for function, body in zip(functions, bodies, strict=True)
    ]
    return "\n".join(
        [
            _HELPERS,
            *(f"{head};" for head in heads),
            *(f"{head} {body.text()}" for head, body in zip(heads, bodies, strict=True)),
        ]
    )


def name_in_c(functions: Sequence[Function], outermost: Function) -> str:
    """Give the name of a function in the translated file."""
    return f"part{list(functions).index(outermost)}_{outermost.__name__}"


class _Body:
    """One function on its way into C."""

    def __init__(
        self, tree: ast.FunctionDef, scope: dict[str, Any], known: dict[int, str], notes: Notes
    ) -> None:
        self._tree, self._scope, self._known, self._notes = tree, scope, known, notes
        self._lines: list[str] = []
        self._variables: dict[str, str] = {}
        self._count = 0
        self._given = [argument.arg for argument in tree.args.args]
        self._variables |= {name: _WHOLE for name in self._given if name != "m"}

    def head(self, name: str, *, outside: bool) -> str:
        """Give what stands before the body."""
        given = ", ".join("int64_t *m" if each == "m" else f"int64_t v_{each}" for each in self._given)
        return f"{'' if outside else 'static '}int64_t {name}({given})"

    def text(self) -> str:
        """Give the body."""
        self._block(self._tree.body)
        rooms = [f"{kind} v_{name} = 0;" for name, kind in self._variables.items() if name not in self._given]
        return "\n".join(["{", *rooms, *self._lines, "return 0;", "}"])

    def _refuse(self, node: ast.AST) -> NotTranslated:
        return NotTranslated(f"{self._tree.name}: {ast.unparse(node)}")

    def _new(self, kind: str, value: str) -> str:
        self._count += 1
        self._lines.append(f"{kind} t{self._count} = {value};")
        return f"t{self._count}"

    # statements

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _inner(self, head: str, statements: Sequence[ast.stmt]) -> None:
        self._lines.append(f"{head} {{")
        self._block(statements)
        self._lines.append("}")

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AugAssign(target=target, op=operation, value=value):
                self._increase(target, operation, value)
            case ast.If(test=test, body=body, orelse=other):
                self._inner(f"if ({self._whole(test)})", body)
                if other:
                    self._inner("else", other)
            case ast.While(test=test, body=body, orelse=[]):
                self._inner(f"while ({self._whole(test)})", body)
            case ast.For(target=ast.Name(id=name), iter=ast.Call(args=bounds), body=body, orelse=[]):
                self._for(name, bounds, body)
            case ast.Return(value=value):
                self._lines.append(f"return {'0' if value is None else self._whole(value)};")
            case ast.Continue():
                self._lines.append("continue;")
            case ast.Break():
                self._lines.append("break;")
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr(value=value):
                self._lines.append(f"{self._value(value)[1]};")
            case _:
                raise self._refuse(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                found = [self._value(each) for each in values]
                self._lines.append("{")
                names = [(kind, self._new(kind, text)) for kind, text in found]
                for each, (kind, name) in zip(targets, names, strict=True):
                    self._lines.append(f"{self._place(each, kind)} = {name};")
                self._lines.append("}")
            case _:
                kind, text = self._value(value)
                if isinstance(target, ast.Name) or not _calls(value):
                    self._lines.append(f"{self._place(target, kind)} = {text};")
                    return
                # What is computed goes before the place where it is put.
                self._lines.append("{")
                name = self._new(kind, text)
                self._lines += [f"{self._place(target, kind)} = {name};", "}"]

    def _increase(self, target: ast.expr, operation: ast.operator, value: ast.expr) -> None:
        if isinstance(target, ast.Subscript) and (_calls(target.slice) or _calls(value)):
            raise self._refuse(value)
        kind, before = self._value(target)
        kind, after = self._calculate(operation, (kind, before), self._value(value))
        self._lines.append(f"{self._place(target, kind)} = {after};")

    def _place(self, target: ast.expr, kind: str) -> str:
        """Give what stands left of the sign of an assignment."""
        match target:
            case ast.Name(id=name):
                if self._variables.setdefault(name, kind) != kind:
                    raise self._refuse(target)
                return f"v_{name}"
            case ast.Subscript(slice=address) if kind == _WHOLE:
                self._notes.of(address, self._scope, store=True)
                return self._cell(target)
            case _:
                raise self._refuse(target)

    def _cell(self, node: ast.Subscript) -> str:
        if not isinstance(node.value, ast.Name) or node.value.id != "m":
            raise self._refuse(node)
        return f"m[{self._whole(node.slice)}]"

    def _for(self, name: str, bounds: Sequence[ast.expr], body: Sequence[ast.stmt]) -> None:
        first, last = ("0", bounds[0]) if len(bounds) == 1 else (self._whole(bounds[0]), bounds[1])
        step = constant_of(bounds[2], self._scope) if len(bounds) > 2 else 1
        if step not in {1, -1}:
            raise self._refuse(bounds[-1])
        self._lines.append("{")
        begin, limit = self._new(_WHOLE, first), self._new(_WHOLE, self._whole(last))
        self._count += 1
        counter = f"t{self._count}"
        self._lines.append(
            f"for (int64_t {counter} = {begin}; {counter} {'<' if step == 1 else '>'} {limit}; "
            f"{counter} += {step}) {{"
        )
        self._lines.append(f"{self._place(ast.Name(name, ast.Store()), _WHOLE)} = {counter};")
        self._block(body)
        self._lines += ["}", "}"]

    # values

    def _whole(self, node: ast.expr) -> str:
        kind, text = self._value(node)
        if kind != _WHOLE:
            raise self._refuse(node)
        return text

    def _value(self, node: ast.expr) -> tuple[str, str]:
        """Give what an expression is, and its text, which may stand anywhere."""
        if isinstance(node, ast.Name) and node.id in self._variables:
            return self._variables[node.id], f"v_{node.id}"
        constant = constant_of(node, self._scope)
        if isinstance(constant, float):
            return _REAL, constant.hex()
        if constant is not None:
            return _WHOLE, _written(int(constant))
        match node:
            case ast.Subscript():
                return _WHOLE, self._cell(node)
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return _WHOLE, f"(-{self._whole(inner)})"
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return _WHOLE, f"(!{self._whole(inner)})"
            case ast.Compare(left=left, ops=[compared], comparators=[right]):
                return _WHOLE, self._compare(compared, left, right)
            case ast.IfExp(test=test, body=body, orelse=other):
                return _WHOLE, f"({self._whole(test)} ? {self._whole(body)} : {self._whole(other)})"
            case ast.BoolOp(op=joined, values=values):
                sign = " && " if isinstance(joined, ast.And) else " || "
                return _WHOLE, f"({sign.join(self._whole(each) for each in values)})"
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(node, name, arguments)
        raise self._refuse(node)

    def _in_order(self, nodes: Sequence[ast.expr]) -> tuple[list[tuple[str, str]], str, str]:
        """Give values in the order in which they stand, and what goes before and behind what is made of them.

        C computes the parts of an expression in any order, which matters where one of them calls something.
        """
        found = [self._value(node) for node in nodes]
        if sum(map(_looks_at_memory, nodes)) < 2 or not any(map(_calls, nodes)):
            return found, "", ""
        names = []
        before = "({ "
        for kind, text in found:
            self._count += 1
            before += f"{kind} t{self._count} = {text}; "
            names.append((kind, f"t{self._count}"))
        return names, before, "; })"

    def _compare(self, operation: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        ((kind, one), (other_kind, other)), before, behind = self._in_order((left, right))
        if kind != other_kind:
            raise self._refuse(left)
        return f"{before}({one} {_COMPARISONS[type(operation)]} {other}){behind}"

    def _operation(self, node: ast.BinOp) -> tuple[str, str]:
        (left, right), before, behind = self._in_order((node.left, node.right))
        kind, text = self._calculate(node.op, left, right)
        return kind, f"{before}{text}{behind}"

    def _calculate(
        self, operation: ast.operator, left: tuple[str, str], right: tuple[str, str]
    ) -> tuple[str, str]:
        (kind, one), (other_kind, other) = left, right
        if kind != other_kind:
            raise NotTranslated(f"{self._tree.name}: numbers of two kinds")
        if isinstance(operation, ast.FloorDiv):
            return _WHOLE, f"floor_divide({one}, {other})"
        if isinstance(operation, ast.Mod):
            return _WHOLE, f"rest_of({one}, {other})"
        return kind, f"({one} {_OPERATIONS[type(operation)]} {other})"

    def _call(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> tuple[str, str]:
        if name == "float":
            return _REAL, f"((double){self._whole(arguments[0])})"
        if name == "abs":
            return _WHOLE, f"size_of({self._whole(arguments[0])})"
        callee = self._known.get(id(self._scope.get(name)))
        if callee is None and name not in {"min", "max"}:
            raise self._refuse(node)
        values, before, behind = self._in_order([each for each in arguments if not _is_memory(each)])
        if any(kind != _WHOLE for kind, _ in values):
            raise self._refuse(node)
        if name in {"min", "max"}:
            found = values[0][1]
            for _, text in values[1:]:
                found = f"{'least' if name == 'min' else 'most'}({found}, {text})"
            return _WHOLE, f"{before}{found}{behind}"
        memory = ["m"] if any(map(_is_memory, arguments)) else []
        given = ", ".join([*memory, *(text for _, text in values)])
        return _WHOLE, f"{before}{callee}({given}){behind}"


def _is_memory(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "m"


def _looks_at_memory(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Subscript | ast.Call) for part in ast.walk(node))


def _calls(node: ast.expr) -> bool:
    """Tell whether an expression calls something of the kernel, which may write."""
    return any(isinstance(part, ast.Call) and any(map(_is_memory, part.args)) for part in ast.walk(node))


def _written(number: int) -> str:
    """Write a whole number; the least of all has no form of its own in C."""
    return (
        "INT64_MIN"
        if number == -(2**63)
        else f"INT64_C({number})"
        if number >= 0
        else f"(-INT64_C({-number}))"
    )
