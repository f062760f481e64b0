"""One function on its way from Python into another language: statements, conditions, arithmetic.

Whatever is translated here means the same as in Python, as long as its whole numbers fit into 64 bits. The
words of the other language are a `Writer`'s. How memory is reached, and what may be called, is for those who
build upon it to say.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from stepladder_engine.machine_code.constants import NotTranslated, constant_of
from stepladder_engine.machine_code.writer import REAL, WHOLE, WORD, FunctionText, Writer

Function = Callable[..., Any]
Found = tuple[str, str]
"""What kind of number an expression is, and its name in the other language."""

_OPERATIONS: tuple[type[ast.operator], ...] = (ast.Add, ast.Sub, ast.Mult)
_OF_WHOLE: tuple[type[ast.operator], ...] = (
    *_OPERATIONS,
    *(ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift),
)


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


class Walk(ABC):
    """One function on its way into the other language."""

    def __init__(
        self, tree: ast.FunctionDef, scope: dict[str, Any], writer: type[Writer], results: int = 1
    ) -> None:
        self._tree, self._scope, self._results = tree, scope, results
        self._out = writer()
        self._variables: dict[str, str] = {}
        self._count = 0
        self._loops: list[tuple[str, str]] = []

    # what those say who build upon it

    @abstractmethod
    def _parameters(self) -> list[str]:
        """Give the parameters, and let the plain ones be variables."""

    @abstractmethod
    def _read(self, node: ast.Subscript) -> Found:
        """Read a cell; gives what it is and its name."""

    @abstractmethod
    def _write(self, node: ast.Subscript, kind: str, value: str) -> None:
        """Write a cell."""

    @abstractmethod
    def _call_known(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> Found:
        """Call something that is no function of Python's own."""

    def text(self, name: str, *, outside: bool) -> FunctionText:
        """Give the whole function."""
        parameters = self._parameters()
        self._block(self._tree.body)
        self._out.give_nothing(self._results)
        return self._out.function(name, parameters, self._results, self._variables, outside=outside)

    def _take(self, name: str, kind: str = WHOLE) -> str:
        """Let a parameter that is a number be a variable."""
        self._variables[name] = kind
        return self._out.take(name, kind)

    # small helps

    def _labels(self, *names: str) -> list[str]:
        self._count += 1
        return [f"{name}{self._count}" for name in names]

    def _place(self, label: str) -> None:
        """Begin a stretch of code that is jumped to; one falls into it, too."""
        self._out.jump(label)
        self._out.label(label)

    def _begin_behind(self) -> None:
        """Begin what is written behind a jump in the same stretch, and never reached."""
        self._out.label(*self._labels("behind"))

    def _leave(self, label: str) -> None:
        """Go elsewhere."""
        self._out.jump(label)
        self._begin_behind()

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
                found = self._value(value)
                for each in targets:
                    self._store(each, *found)
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
                self._begin_behind()
            case ast.Continue():
                self._leave(self._loops[-1][0])
            case ast.Break():
                self._leave(self._loops[-1][1])
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
                self._out.store(name, kind, value)
            case ast.Subscript():
                self._write(target, kind, value)
            case _:
                raise self._refuse(target)

    def _return(self, value: ast.expr | None) -> None:
        """Give an answer back: nothing, a number, or several."""
        match value:
            case None:
                self._out.give_nothing(self._results)
            case ast.IfExp(test=test, body=body, orelse=other) if self._results > 1:
                # Several answers are not one value to choose.
                self._if(test, [ast.Return(body)], [ast.Return(other)])
                self._out.give_nothing(self._results)
            case ast.Tuple(elts=parts):
                self._out.give(self._results, self._out.together([self._whole(part) for part in parts]))
            case _:
                kind, found = self._value(value)
                if kind == REAL:
                    raise self._refuse(value)
                # What another function gives may be several numbers.
                self._out.give(self._results, found)

    def _if(self, test: ast.expr, body: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> None:
        yes, no, end = self._labels("then", "else", "end")
        self._branch(test, yes, no)
        self._out.label(yes)
        self._block(body)
        self._out.jump(end)
        self._out.label(no)
        self._block(other)
        self._place(end)

    def _while(self, test: ast.expr, body: Sequence[ast.stmt]) -> None:
        again, inside, end = self._labels("again", "inside", "done")
        self._place(again)
        self._branch(test, inside, end)
        self._out.label(inside)
        self._loops.append((again, end))
        self._block(body)
        self._loops.pop()
        self._out.jump(again)
        self._out.label(end)

    def _for(self, name: str, bounds: Sequence[ast.expr], body: Sequence[ast.stmt]) -> None:
        first, last = (ast.Constant(0), bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
        step = constant_of(bounds[2], self._scope) if len(bounds) > 2 else 1
        if step not in {1, -1}:
            raise self._refuse(bounds[-1])
        begin, limit = self._whole(first), self._whole(last)
        again, inside, following, end, counter = self._labels("again", "inside", "next", "done", "for")
        self._variables[counter] = WHOLE
        self._out.store(counter, WHOLE, begin)
        self._place(again)
        now = self._out.load(counter, WHOLE)
        goes_on = self._out.compare(ast.Lt() if step == 1 else ast.Gt(), WHOLE, now, limit)
        self._out.branch(goes_on, inside, end)
        self._out.label(inside)
        self._store(ast.Name(name, ast.Store()), WHOLE, now)
        self._loops.append((following, end))
        self._block(body)
        self._loops.pop()
        self._place(following)
        after = self._out.calculate(ast.Add(), WHOLE, now, self._out.whole(int(step)))
        self._out.store(counter, WHOLE, after)
        self._out.jump(again)
        self._out.label(end)

    # conditions

    def _branch(self, node: ast.expr, yes: str, no: str) -> None:
        """Go one way where a condition holds, and another where it does not."""
        match node:
            case ast.BoolOp(op=operation, values=values):
                for each in values[:-1]:
                    (following,) = self._labels("and")
                    both = isinstance(operation, ast.And)
                    self._branch(each, following if both else yes, no if both else following)
                    self._out.label(following)
                self._branch(values[-1], yes, no)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self._branch(inner, no, yes)
            case ast.Compare() if (parts := _parts_of(node)) is not None:
                self._branch(parts, yes, no)
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                self._out.branch(self._compare(operation, left, right), yes, no)
            case ast.Constant(value=True):
                self._out.jump(yes)
            case _:
                found, nothing = self._whole(node), self._out.whole(0)
                self._out.branch(self._out.compare(ast.NotEq(), WHOLE, found, nothing), yes, no)

    def _compare(self, operation: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        (kind, one), (other_kind, other) = self._value(left), self._value(right)
        if WORD in {kind, other_kind}:
            # Of words nobody asks which is more; they are equal where their bits are.
            if REAL in {kind, other_kind} or not isinstance(operation, ast.Eq | ast.NotEq):
                raise self._refuse(left)
            return self._out.compare(operation, WORD, one, other)
        if kind != other_kind:
            raise self._refuse(left)
        return self._out.compare(operation, kind, one, other)

    # values

    def _whole(self, node: ast.expr) -> str:
        kind, value = self._value(node)
        if kind != WHOLE:
            raise self._refuse(node)
        return value

    def _value(self, node: ast.expr) -> Found:
        """Compute an expression; gives what it is and its name."""
        if isinstance(node, ast.Name) and node.id in self._variables:
            kind = self._variables[node.id]
            return kind, self._out.load(node.id, kind)
        constant = constant_of(node, self._scope)
        if isinstance(constant, float):
            return REAL, self._out.real(constant)
        if constant is not None:
            return WHOLE, self._out.whole(int(constant))
        match node:
            case ast.Subscript():
                return self._read(node)
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self._calculate(ast.Sub(), (WHOLE, self._out.whole(0)), (WHOLE, self._whole(inner)))
            case ast.Compare(left=left, ops=[operation], comparators=[right]) if _parts_of(node) is None:
                return WHOLE, self._out.number_of(self._compare(operation, left, right))
            case ast.IfExp(test=test, body=body, orelse=other):
                return self._choice(test, body, other)
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Compare():
                return self._choice(node, ast.Constant(1), ast.Constant(0))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(node, name, arguments)
        raise self._refuse(node)

    def _choice(self, test: ast.expr, body: ast.expr, other: ast.expr) -> Found:
        yes, no, end, chosen = self._labels("yes", "no", "chosen", "choice")
        self._variables[chosen] = WHOLE
        self._branch(test, yes, no)
        self._out.label(yes)
        self._out.store(chosen, WHOLE, self._whole(body))
        self._out.jump(end)
        self._out.label(no)
        self._out.store(chosen, WHOLE, self._whole(other))
        self._place(end)
        return WHOLE, self._out.load(chosen, WHOLE)

    def _operation(self, node: ast.BinOp) -> Found:
        return self._calculate(node.op, self._value(node.left), self._value(node.right))

    def _calculate(self, operation: ast.operator, left: Found, right: Found) -> Found:
        (kind, one), (other_kind, other) = left, right
        if kind != other_kind:
            raise NotTranslated(f"{self._tree.name}: numbers of two kinds")
        if kind == WHOLE and isinstance(operation, ast.FloorDiv | ast.Mod):
            quotient = self._out.floor_divide(one, other)
            if isinstance(operation, ast.FloorDiv):
                return WHOLE, quotient
            below = self._out.calculate(ast.Mult(), WHOLE, quotient, other)
            return WHOLE, self._out.calculate(ast.Sub(), WHOLE, one, below)
        if not isinstance(operation, _OPERATIONS if kind == REAL else _OF_WHOLE):
            raise NotTranslated(f"{self._tree.name}: {type(operation).__name__} of {kind}")
        return kind, self._out.calculate(operation, kind, one, other)

    def _call(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> Found:
        if name == "float":
            return REAL, self._out.real_of(self._whole(arguments[0]))
        if name in {"abs", "min", "max"}:
            found, *others = (self._whole(each) for each in arguments)
            if name == "abs":
                return WHOLE, self._out.known(name, found)
            for each in others:
                found = self._out.known(name, found, each)
            return WHOLE, found
        return self._call_known(node, name, arguments)
