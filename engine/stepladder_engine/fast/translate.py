"""Translates the kernel's functions into the language of LLVM, so that they are compiled in one piece.

They are written in a small part of Python: whole numbers, one row of cells, calls of each other. So little
needs no inference of types, and the whole kernel is known at once: which cells of the header are never
written while it runs, and which tables. The compiler is told, so that it reads them once.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from struct import pack
from typing import Any

from stepladder_engine.fast.cell_notes import Notes, NotInTheKernel, constant_of

Function = Callable[..., Any]

WHOLE, REAL = "i64", "double"

_COMPARISONS = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
_OPERATIONS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("add", "fadd"),
    ast.Sub: ("sub", "fsub"),
    ast.Mult: ("mul", "fmul"),
    ast.BitAnd: ("and", ""),
    ast.BitOr: ("or", ""),
    ast.LShift: ("shl", ""),
    ast.RShift: ("ashr", ""),
}
_FLOOR = """\
define internal i64 @floor_divide(i64 %a, i64 %b) alwaysinline nounwind {
  %none = icmp eq i64 %b, 0
  %by = select i1 %none, i64 1, i64 %b
  %quotient = sdiv i64 %a, %by
  %rest = srem i64 %a, %by
  %inexact = icmp ne i64 %rest, 0
  %signs = xor i64 %rest, %by
  %differ = icmp slt i64 %signs, 0
  %below = and i1 %inexact, %differ
  %less = zext i1 %below to i64
  %floor = sub i64 %quotient, %less
  %answer = select i1 %none, i64 0, i64 %floor
  ret i64 %answer
}
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.abs.i64(i64, i1)
"""


def translate(functions: Sequence[Function], outermost: Function) -> str:
    """Give the text of a module in which only one of the functions can be called from outside."""
    known = {id(function): f"part{number}.{function.__name__}" for number, function in enumerate(functions)}
    trees = [tree_of(function) for function in functions]
    scopes = [function.__globals__ for function in functions]
    notes = Notes(zip(trees, scopes, strict=True))
    texts = [_FLOOR]
    for function, tree in zip(functions, trees, strict=True):
        outside = "dso_local" if function is outermost else "internal"
        texts.append(_Body(tree, function.__globals__, known, notes).text(known[id(function)], outside))
    texts.append(notes.text())
    return "\n".join(texts)


def name_of(functions: Sequence[Function], outermost: Function) -> str:
    """Give the name of a function in the translated module."""
    return f"part{list(functions).index(outermost)}.{outermost.__name__}"


def tree_of(function: Function) -> ast.FunctionDef:
    """Give the tree of a function of the kernel."""
    found = ast.parse(inspect.getsource(function)).body[0]
    if not isinstance(found, ast.FunctionDef):
        raise NotInTheKernel(function.__name__)
    return found


class _Body:
    """One function on its way into the other language."""

    def __init__(
        self, tree: ast.FunctionDef, scope: dict[str, Any], known: dict[int, str], notes: Notes
    ) -> None:
        self._tree, self._scope, self._known, self._notes = tree, scope, known, notes
        self._lines: list[str] = []
        self._variables: dict[str, str] = {}
        self._count = 0
        self._loops: list[tuple[str, str]] = []
        self._label = "entry"

    def text(self, name: str, linkage: str) -> str:
        """Give the whole function."""
        first = []
        for argument in self._tree.args.args:
            if argument.arg == "m":
                first.append("ptr noalias %m")
            else:
                first.append(f"i64 %a.{argument.arg}")
                self._variables[argument.arg] = WHOLE
                self._lines.append(f"  store i64 %a.{argument.arg}, ptr %v.{argument.arg}")
        self._block(self._tree.body)
        self._lines.append("  ret i64 0")
        rooms = [f"  %v.{key} = alloca {kind}" for key, kind in self._variables.items()]
        head = f"define {linkage} i64 @{name}({', '.join(first)}) nounwind {{"
        return "\n".join([head, "entry:", *rooms, *self._lines, "}"])

    # small helps

    def _new(self, text: str) -> str:
        self._count += 1
        self._lines.append(f"  %t{self._count} = {text}")
        return f"%t{self._count}"

    def _place(self, label: str) -> None:
        """Begin a stretch of code that is jumped to; one falls into it, too."""
        self._lines += [f"  br label %{label}", f"{label}:"]
        self._label = label

    def _labels(self, *names: str) -> list[str]:
        self._count += 1
        return [f"{name}{self._count}" for name in names]

    def _leave(self, text: str) -> None:
        """Go elsewhere; what is written behind it in the same stretch is never reached."""
        (label,) = self._labels("behind")
        self._lines += [f"  {text}", f"{label}:"]
        self._label = label

    def _refuse(self, node: ast.AST) -> NotInTheKernel:
        return NotInTheKernel(f"{self._tree.name}: {ast.unparse(node)}")

    # statements

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AugAssign(target=target, op=operation, value=value):
                self._increase(target, operation, value)
            case ast.If(test=test, body=body, orelse=other):
                self._if(test, body, other)
            case ast.While(test=test, body=body, orelse=[]):
                self._while(test, body)
            case ast.For(target=ast.Name(id=name), iter=ast.Call(args=bounds), body=body, orelse=[]):
                self._for(name, bounds, body)
            case ast.Return(value=value):
                answer = "0" if value is None else self._whole(value)
                self._leave(f"ret i64 {answer}")
            case ast.Continue():
                self._leave(f"br label %{self._loops[-1][0]}")
            case ast.Break():
                self._leave(f"br label %{self._loops[-1][1]}")
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr(value=value):
                self._value(value)
            case _:
                raise self._refuse(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                found = [self._value(each) for each in values]
                for each, (kind, name) in zip(targets, found, strict=True):
                    self._store(each, kind, name)
            case _:
                self._store(target, *self._value(value))

    def _increase(self, target: ast.expr, operation: ast.operator, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            reading: ast.expr = ast.Name(target.id, ast.Load())
            self._store(target, *self._operation(ast.BinOp(reading, operation, value)))
        elif isinstance(target, ast.Subscript):
            pointer = self._pointer(target)
            before = self._new(
                f"load i64, ptr {pointer}{self._notes.of(target.slice, self._scope, store=True)}"
            )
            kind, after = self._calculate(operation, (WHOLE, before), self._value(value))
            note = self._notes.of(target.slice, self._scope, store=True)
            self._lines.append(f"  store {kind} {after}, ptr {pointer}{note}")

    def _store(self, target: ast.expr, kind: str, value: str) -> None:
        match target:
            case ast.Name(id=name):
                if self._variables.setdefault(name, kind) != kind:
                    raise self._refuse(target)
                self._lines.append(f"  store {kind} {value}, ptr %v.{name}")
            case ast.Subscript() if kind == WHOLE:
                pointer = self._pointer(target)
                note = self._notes.of(target.slice, self._scope, store=True)
                self._lines.append(f"  store i64 {value}, ptr {pointer}{note}")
            case _:
                raise self._refuse(target)

    def _pointer(self, node: ast.Subscript) -> str:
        if not isinstance(node.value, ast.Name) or node.value.id != "m":
            raise self._refuse(node)
        return self._new(f"getelementptr inbounds i64, ptr %m, i64 {self._whole(node.slice)}")

    def _if(self, test: ast.expr, body: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> None:
        yes, no, end = self._labels("then", "else", "end")
        self._branch(test, yes, no)
        self._place_unreached(yes)
        self._block(body)
        self._lines.append(f"  br label %{end}")
        self._place_unreached(no)
        self._block(other)
        self._place(end)

    def _place_unreached(self, label: str) -> None:
        """Begin a stretch of code behind one that has ended by itself."""
        self._lines.append(f"{label}:")
        self._label = label

    def _while(self, test: ast.expr, body: Sequence[ast.stmt]) -> None:
        again, inside, end = self._labels("again", "inside", "done")
        self._place(again)
        self._branch(test, inside, end)
        self._place_unreached(inside)
        self._loops.append((again, end))
        self._block(body)
        self._loops.pop()
        self._lines.append(f"  br label %{again}")
        self._place_unreached(end)

    def _for(self, name: str, bounds: Sequence[ast.expr], body: Sequence[ast.stmt]) -> None:
        first, last = ("0", bounds[0]) if len(bounds) == 1 else (self._whole(bounds[0]), bounds[1])
        step = constant_of(bounds[2], self._scope) if len(bounds) > 2 else 1
        if step not in {1, -1}:
            raise self._refuse(bounds[-1])
        limit = self._whole(last)
        again, inside, following, end = self._labels("again", "inside", "next", "done")
        counter = f"for{self._count}"
        self._variables[counter] = WHOLE
        self._lines.append(f"  store i64 {first}, ptr %v.{counter}")
        self._place(again)
        now = self._new(f"load i64, ptr %v.{counter}")
        goes_on = self._new(f"icmp {'slt' if step == 1 else 'sgt'} i64 {now}, {limit}")
        self._lines.append(f"  br i1 {goes_on}, label %{inside}, label %{end}")
        self._place_unreached(inside)
        self._store(ast.Name(name, ast.Store()), WHOLE, now)
        self._loops.append((following, end))
        self._block(body)
        self._loops.pop()
        self._place(following)
        after = self._new(f"add i64 {now}, {step}")
        self._lines += [f"  store i64 {after}, ptr %v.{counter}", f"  br label %{again}"]
        self._place_unreached(end)

    # conditions

    def _branch(self, node: ast.expr, yes: str, no: str) -> None:
        """Go one way where a condition holds, and another where it does not."""
        match node:
            case ast.BoolOp(op=operation, values=values):
                for each in values[:-1]:
                    (following,) = self._labels("and")
                    both = isinstance(operation, ast.And)
                    self._branch(each, following if both else yes, no if both else following)
                    self._place_unreached(following)
                self._branch(values[-1], yes, no)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self._branch(inner, no, yes)
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                found = self._compare(operation, left, right)
                self._lines.append(f"  br i1 {found}, label %{yes}, label %{no}")
            case ast.Constant(value=True):
                self._lines.append(f"  br label %{yes}")
            case _:
                found = self._new(f"icmp ne i64 {self._whole(node)}, 0")
                self._lines.append(f"  br i1 {found}, label %{yes}, label %{no}")

    def _compare(self, operation: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        name = _COMPARISONS[type(operation)]
        (kind, one), (other_kind, other) = self._value(left), self._value(right)
        if kind != other_kind:
            raise self._refuse(left)
        if kind == WHOLE:
            signed = "" if name in {"eq", "ne"} else "s"
            return self._new(f"icmp {signed}{name} i64 {one}, {other}")
        ordered = "u" if name == "ne" else "o"
        return self._new(f"fcmp {ordered}{name} double {one}, {other}")

    # values

    def _whole(self, node: ast.expr) -> str:
        kind, value = self._value(node)
        if kind != WHOLE:
            raise self._refuse(node)
        return value

    def _value(self, node: ast.expr) -> tuple[str, str]:
        """Compute an expression; gives what it is and its name."""
        constant = (
            None
            if isinstance(node, ast.Name) and node.id in self._variables
            else constant_of(node, self._scope)
        )
        if isinstance(constant, float):
            return REAL, f"0x{pack('>d', constant).hex()}"
        if constant is not None:
            return WHOLE, str(int(constant))
        match node:
            case ast.Name(id=name) if name in self._variables:
                kind = self._variables[name]
                return kind, self._new(f"load {kind}, ptr %v.{name}")
            case ast.Subscript(slice=address):
                pointer = self._pointer(node)
                note = self._notes.of(address, self._scope, store=False)
                return WHOLE, self._new(f"load i64, ptr {pointer}{note}")
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return WHOLE, self._new(f"sub i64 0, {self._whole(inner)}")
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                return WHOLE, self._new(f"zext i1 {self._compare(operation, left, right)} to i64")
            case ast.IfExp(test=test, body=body, orelse=other):
                return self._choice(test, body, other)
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return self._choice(node, ast.Constant(1), ast.Constant(0))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(node, name, arguments)
        raise self._refuse(node)

    def _choice(self, test: ast.expr, body: ast.expr, other: ast.expr) -> tuple[str, str]:
        yes, no, end = self._labels("yes", "no", "chosen")
        self._branch(test, yes, no)
        self._place_unreached(yes)
        one, from_one = self._whole(body), self._label
        self._lines.append(f"  br label %{end}")
        self._place_unreached(no)
        two, from_two = self._whole(other), self._label
        self._place(end)
        return WHOLE, self._new(f"phi i64 [ {one}, %{from_one} ], [ {two}, %{from_two} ]")

    def _operation(self, node: ast.BinOp) -> tuple[str, str]:
        return self._calculate(node.op, self._value(node.left), self._value(node.right))

    def _calculate(
        self, operation: ast.operator, left: tuple[str, str], right: tuple[str, str]
    ) -> tuple[str, str]:
        kind, one = left
        if kind != right[0]:
            raise NotInTheKernel(f"{self._tree.name}: numbers of two kinds")
        if isinstance(operation, ast.FloorDiv | ast.Mod):
            quotient = self._new(f"call i64 @floor_divide(i64 {one}, i64 {right[1]})")
            if isinstance(operation, ast.FloorDiv):
                return WHOLE, quotient
            whole = self._new(f"mul i64 {quotient}, {right[1]}")
            return WHOLE, self._new(f"sub i64 {one}, {whole}")
        name = _OPERATIONS[type(operation)][0 if kind == WHOLE else 1]
        return kind, self._new(f"{name} {kind} {one}, {right[1]}")

    def _call(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> tuple[str, str]:
        if name == "float":
            return REAL, self._new(f"sitofp i64 {self._whole(arguments[0])} to double")
        if name == "abs":
            return WHOLE, self._new(f"call i64 @llvm.abs.i64(i64 {self._whole(arguments[0])}, i1 false)")
        if name in {"min", "max"}:
            found = self._whole(arguments[0])
            for each in arguments[1:]:
                found = self._new(f"call i64 @llvm.s{name}.i64(i64 {found}, i64 {self._whole(each)})")
            return WHOLE, found
        callee = self._known.get(id(self._scope.get(name)))
        if callee is None:
            raise self._refuse(node)
        given = [
            "ptr %m" if isinstance(each, ast.Name) and each.id == "m" else f"i64 {self._whole(each)}"
            for each in arguments
        ]
        return WHOLE, self._new(f"call i64 @{callee}({', '.join(given)})")
