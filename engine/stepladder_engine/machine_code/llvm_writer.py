"""The language of LLVM, for llvmlite."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from struct import pack

from stepladder_engine.machine_code.writer import REAL, WHOLE, WORD, Element, FunctionText, Writer

_TYPES = {WHOLE: "i64", WORD: "i64", REAL: "double"}
_CELLS = {
    "uint8": ("i8", "zext"),
    "bool": ("i8", "zext"),
    "uint32": ("i32", "zext"),
    "int32": ("i32", "sext"),
    "int64": ("i64", ""),
    "uint64": ("i64", ""),
}
"""The type of a cell, and how it becomes a number of 64 bits."""
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
_OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "shl",
    ast.RShift: "ashr",
}
_HELPS = """\
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


def _answer(results: int) -> str:
    """Give the type of what a function gives."""
    if results == 0:
        return "void"
    return "i64" if results == 1 else f"{{ {', '.join(['i64'] * results)} }}"


class LlvmWriter(Writer):
    """One function in the language of LLVM."""

    @staticmethod
    def module(functions: Iterable[FunctionText], notes: Iterable[str]) -> str:
        """Give the text of a module."""
        return "\n".join([_HELPS, *(function.whole for function in functions), *notes])

    @staticmethod
    def entry(name: str, callee: str, elements: Sequence[Element | None], results: int) -> FunctionText:
        """Give a function that takes one row of numbers."""
        head = f"define dso_local void @{name}(ptr %row) nounwind"
        kinds = [kind for each in elements for kind in (("ptr", "i64") if each is not None else ("i64",))]
        lines = []
        for place, kind in enumerate(kinds):
            lines.append(f"  %p{place} = getelementptr inbounds i64, ptr %row, i64 {place}")
            lines.append(f"  %n{place} = load {kind}, ptr %p{place}")
        given = ", ".join(f"{kind} %n{place}" for place, kind in enumerate(kinds))
        call = f"call {_answer(results)} @{callee}({given})"
        lines.append(f"  {call}" if results == 0 else f"  %answer = {call}")
        for number in range(results):
            part = "%answer" if results == 1 else f"%r{number}"
            if results > 1:
                lines.append(f"  {part} = extractvalue {_answer(results)} %answer, {number}")
            lines.append(f"  %o{number} = getelementptr inbounds i64, ptr %row, i64 {number}")
            lines.append(f"  store i64 {part}, ptr %o{number}")
        return FunctionText(head, "\n".join([f"{head} {{", *lines, "  ret void", "}"]))

    def function(
        self,
        name: str,
        parameters: Sequence[str],
        results: int,
        variables: Mapping[str, str],
        *,
        outside: bool,
    ) -> FunctionText:
        """Give the function."""
        linkage = "dso_local" if outside else "internal"
        head = f"define {linkage} {_answer(results)} @{name}({', '.join(parameters)}) nounwind"
        rooms = [f"  %v.{key} = alloca {_TYPES[kind]}" for key, kind in variables.items()]
        return FunctionText(head, "\n".join([f"{head} {{", "entry:", *rooms, *self._lines, "}"]))

    def _new(self, text: str) -> str:
        self._count += 1
        self._lines.append(f"  %t{self._count} = {text}")
        return f"%t{self._count}"

    def _do(self, text: str) -> None:
        self._lines.append(f"  {text}")

    # parameters, and what is given for them

    def take(self, name: str, kind: str) -> str:
        """Give the parameter for a number."""
        self.store(name, kind, f"%a.{name}")
        return f"{_TYPES[kind]} %a.{name}"

    def take_array(self, name: str, element: Element) -> str:  # noqa: ARG002  # C wants to know it
        """Give the parameter for an array."""
        return f"ptr noalias %p.{name}"

    def take_length(self, name: str) -> str:
        """Give the parameter for the length of an array."""
        return f"i64 %n.{name}"

    def given(self, value: str) -> str:
        """Give a number."""
        return f"i64 {value}"

    def given_array(self, name: str) -> str:
        """Give an array."""
        return f"ptr %p.{name}"

    def length(self, name: str) -> str:
        """Give the length of an array."""
        return f"%n.{name}"

    # numbers

    def whole(self, number: int) -> str:
        """Write a whole number."""
        return str(number)

    def real(self, number: float) -> str:
        """Write a real number by its bits."""
        return f"0x{pack('>d', number).hex()}"

    def load(self, variable: str, kind: str) -> str:
        """Look what a variable holds."""
        return self._new(f"load {_TYPES[kind]}, ptr %v.{variable}")

    def store(self, variable: str, kind: str, value: str) -> None:
        """Put a number into a variable."""
        self._do(f"store {_TYPES[kind]} {value}, ptr %v.{variable}")

    def _cell(self, array: str, place: str, width: str) -> str:
        return self._new(f"getelementptr inbounds {width}, ptr %p.{array}, i64 {place}")

    def read(self, array: str, place: str, element: Element, note: str) -> str:
        """Read a cell of an array."""
        width, widened = _CELLS[element.dtype]
        found = self._new(f"load {width}, ptr {self._cell(array, place, width)}{note}")
        return self._new(f"{widened} {width} {found} to i64") if widened else found

    def write(self, array: str, place: str, element: Element, note: str, value: str) -> None:
        """Write a cell of an array."""
        width, widened = _CELLS[element.dtype]
        pointer = self._cell(array, place, width)
        if widened:
            value = self._new(f"trunc i64 {value} to {width}")
        self._do(f"store {width} {value}, ptr {pointer}{note}")

    def calculate(self, operation: ast.operator, kind: str, one: str, other: str) -> str:
        """Calculate with two numbers of one kind."""
        word = _OPERATIONS[type(operation)]
        if kind == REAL:
            word = f"f{word}"
        elif kind == WORD and isinstance(operation, ast.RShift):
            word = "lshr"
        return self._new(f"{word} {_TYPES[kind]} {one}, {other}")

    def floor_divide(self, one: str, other: str) -> str:
        """Divide whole numbers, and round down."""
        return self._new(f"call i64 @floor_divide(i64 {one}, i64 {other})")

    def compare(self, operation: ast.cmpop, kind: str, one: str, other: str) -> str:
        """Give a truth."""
        word = _COMPARISONS[type(operation)]
        same = isinstance(operation, ast.Eq | ast.NotEq)
        if kind == REAL:
            # What is no number differs from everything.
            return self._new(f"fcmp {'u' if word == 'ne' else 'o'}{word} double {one}, {other}")
        return self._new(f"icmp {word if same else f's{word}'} i64 {one}, {other}")

    def number_of(self, truth: str) -> str:
        """Give one or zero."""
        return self._new(f"zext i1 {truth} to i64")

    def real_of(self, whole: str) -> str:
        """Give a whole number as a real one."""
        return self._new(f"sitofp i64 {whole} to double")

    def bits_of(self, value: str, kind: str) -> str:  # noqa: ARG002  # in C they have types of their own
        """Give the same bits."""
        return value

    def known(self, name: str, *values: str) -> str:
        """Give `abs`, `min` or `max`."""
        if name == "abs":
            return self._new(f"call i64 @llvm.abs.i64(i64 {values[0]}, i1 false)")
        return self._new(f"call i64 @llvm.s{name}.i64(i64 {values[0]}, i64 {values[1]})")

    # where it goes on

    def label(self, name: str) -> None:
        """Begin a stretch of code."""
        self._lines.append(f"{name}:")

    def jump(self, label: str) -> None:
        """Go on elsewhere."""
        self._do(f"br label %{label}")

    def branch(self, truth: str, yes: str, no: str) -> None:
        """Go on at one of two places."""
        self._do(f"br i1 {truth}, label %{yes}, label %{no}")

    def call(self, name: str, given: Sequence[str], results: int, kind: str = WHOLE) -> str:  # noqa: ARG002
        """Call a function."""
        call = f"call {_answer(results)} @{name}({', '.join(given)})"
        if results == 0:
            self._do(call)
            return "0"
        return self._new(call)

    def part(self, several: str, number: int, results: int) -> str:
        """Give one of several numbers."""
        return self._new(f"extractvalue {_answer(results)} {several}, {number}")

    def together(self, values: Sequence[str]) -> str:
        """Give several numbers one name."""
        answer, whole = _answer(len(values)), "undef"
        for number, value in enumerate(values):
            whole = self._new(f"insertvalue {answer} {whole}, i64 {value}, {number}")
        return whole

    def give(self, results: int, value: str) -> None:
        """Give an answer to the caller."""
        self._do(f"ret {_answer(results)} {value}")

    def give_nothing(self, results: int) -> None:
        """Go back to the caller."""
        nothing = " 0" if results == 1 else " zeroinitializer"
        self._do(f"ret {_answer(results)}{nothing if results else ''}")
