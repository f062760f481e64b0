"""One function on its way from Python into the language of LLVM: statements, conditions, arithmetic.

Whatever is translated here means the same as in Python, as long as its whole numbers fit into 64 bits. How
memory is reached, and what may be called, is for those who build upon it to say.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from struct import pack
from typing import Any

from stepladder_engine.machine_code.constants import NotTranslated, constant_of

Function = Callable[..., Any]

WHOLE, REAL, WORD = "i64", "double", "word"

_COMPARISONS = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
_OPERATIONS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("add", "fadd"),
    ast.Sub: ("sub", "fsub"),
    ast.Mult: ("mul", "fmul"),
    ast.BitAnd: ("and", ""),
    ast.BitOr: ("or", ""),
    ast.BitXor: ("xor", ""),
    ast.LShift: ("shl", ""),
    ast.RShift: ("ashr", ""),
}
_OF_WORDS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Mult: "mul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "shl",
    ast.RShift: "lshr",
}
HELPS = """\
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
"""What the translated functions call, once in a module."""


def in_llvm(kind: str) -> str:
    """Give the type of a kind of number: words are whole ones whose bits go to the right without a sign."""
    return WHOLE if kind == WORD else kind


def _calls(node: ast.AST) -> bool:
    """Say whether something is called in an expression, which may be done once only."""
    return any(isinstance(each, ast.Call) for each in ast.walk(node))


def _parts_of(node: ast.Compare) -> ast.expr | None:
    """Give what `a < b < c` and `a in (b, c)` stand for; None for a single comparison."""
    pairs: list[ast.expr] = []
    match node:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple(elts=each)]):
            return ast.BoolOp(ast.Or(), [ast.Compare(left, [ast.Eq()], [one]) for one in each])
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[ast.Tuple(elts=each)]):
            return ast.BoolOp(ast.And(), [ast.Compare(left, [ast.NotEq()], [one]) for one in each])
        case ast.Compare(left=left, ops=[_, _, *_] as words, comparators=others):
            for word, right in zip(words, others, strict=True):
                pairs.append(ast.Compare(left, [word], [right]))
                left = right
            return None if any(map(_calls, others[:-1])) else ast.BoolOp(ast.And(), pairs)
    return None


def _nothing(answer: str) -> str:
    return "0" if answer == WHOLE else "zeroinitializer"


class Body(ABC):
    """One function on its way into the other language."""

    def __init__(self, tree: ast.FunctionDef, scope: dict[str, Any]) -> None:
        self._tree, self._scope = tree, scope
        self._lines: list[str] = []
        self._variables: dict[str, str] = {}
        self._count = 0
        self._loops: list[tuple[str, str]] = []
        self._label = "entry"

    # what those say who build upon it

    @abstractmethod
    def _parameters(self) -> list[str]:
        """Give the parameters, and let the plain ones be variables."""

    @abstractmethod
    def _read(self, node: ast.Subscript) -> tuple[str, str]:
        """Read a cell; gives what it is and its name."""

    @abstractmethod
    def _write(self, node: ast.Subscript, kind: str, value: str) -> None:
        """Write a cell."""

    @abstractmethod
    def _call_known(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> tuple[str, str]:
        """Call something that is no function of Python's own."""

    def _return(self, value: ast.expr | None) -> None:
        """Give an answer back."""
        answer = "0" if value is None else self._whole(value)
        self._leave(f"ret i64 {answer}")

    def _answer(self) -> str:
        """Give the type of what the function gives."""
        return WHOLE

    def text(self, name: str, linkage: str) -> str:
        """Give the whole function."""
        parameters = ", ".join(self._parameters())
        self._block(self._tree.body)
        answer = self._answer()
        self._lines.append("  ret void" if answer == "void" else f"  ret {answer} {_nothing(answer)}")
        rooms = [f"  %v.{key} = alloca {in_llvm(kind)}" for key, kind in self._variables.items()]
        head = f"define {linkage} {answer} @{name}({parameters}) nounwind {{"
        return "\n".join([head, "entry:", *rooms, *self._lines, "}"])

    def _take(self, name: str, kind: str = WHOLE) -> str:
        """Let a parameter that is a number be a variable."""
        self._variables[name] = kind
        self._lines.append(f"  store i64 %a.{name}, ptr %v.{name}")
        return f"i64 %a.{name}"

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

    def _refuse(self, node: ast.AST) -> NotTranslated:
        return NotTranslated(f"{self._tree.name}: {ast.unparse(node)}")

    # statements

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.Assign(targets=targets, value=value):
                kind, found = self._value(value)
                for each in targets:
                    self._store(each, kind, found)
            case ast.AugAssign(target=target, op=operation, value=value):
                self._increase(target, operation, value)
            case ast.If(test=test, body=body, orelse=other):
                self._if(test, body, other)
            case ast.While(test=test, body=body, orelse=[]):
                self._while(test, body)
            case ast.For(target=ast.Name(id=name), iter=ast.Call(args=bounds), body=body, orelse=[]):
                self._for(name, bounds, body)
            case ast.Return(value=value):
                self._return(value)
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
            if _calls(target):
                raise self._refuse(target)
            kind, after = self._calculate(operation, self._read(target), self._value(value))
            self._write(target, kind, after)

    def _store(self, target: ast.expr, kind: str, value: str) -> None:
        match target:
            case ast.Name(id=name):
                if self._variables.setdefault(name, kind) != kind:
                    raise self._refuse(target)
                self._lines.append(f"  store {in_llvm(kind)} {value}, ptr %v.{name}")
            case ast.Subscript():
                self._write(target, kind, value)
            case _:
                raise self._refuse(target)

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
            case ast.Compare() if (parts := _parts_of(node)) is not None:
                self._branch(parts, yes, no)
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
        if WORD in {kind, other_kind}:
            # Of words nobody asks which is more; they are equal where their bits are.
            if REAL in {kind, other_kind} or name not in {"eq", "ne"}:
                raise self._refuse(left)
            return self._new(f"icmp {name} i64 {one}, {other}")
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
                return kind, self._new(f"load {in_llvm(kind)}, ptr %v.{name}")
            case ast.Subscript():
                return self._read(node)
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return WHOLE, self._new(f"sub i64 0, {self._whole(inner)}")
            case ast.Compare() if _parts_of(node) is not None:
                return self._choice(node, ast.Constant(1), ast.Constant(0))
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
            raise NotTranslated(f"{self._tree.name}: numbers of two kinds")
        if kind == WORD:
            return WORD, self._new(f"{_OF_WORDS[type(operation)]} i64 {one}, {right[1]}")
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
        return self._call_known(node, name, arguments)
