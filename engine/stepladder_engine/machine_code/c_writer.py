"""The language C, for machines that have a compiler of it and none in Python.

What the other language says in steps is said in steps here, too: a name for each number, and jumps. So one
thing is done after another as in Python, which C does not promise for the parts of an expression.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from stepladder_engine.machine_code.writer import REAL, WHOLE, WORD, Element, FunctionText, Writer

_TYPES = {WHOLE: "int64_t", WORD: "uint64_t", REAL: "double"}
_CELLS = {
    "uint8": "uint8_t",
    "bool": "uint8_t",
    "uint32": "uint32_t",
    "int32": "int32_t",
    "int64": "int64_t",
    "uint64": "uint64_t",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_MOST_RESULTS = 8
_KNOWN = {"abs": "size_of", "min": "least", "max": "most"}
_HELPS = """\
#include <stdint.h>
static inline int64_t floor_divide(int64_t a, int64_t b) {
  if (b == 0) return 0;
  int64_t quotient = a / b;
  return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient;
}
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t size_of(int64_t a) { return a < 0 ? -a : a; }
"""


def _answer(results: int) -> str:
    """Give the type of what a function gives."""
    if results == 0:
        return "void"
    return "int64_t" if results == 1 else f"struct several{results}"


def _several(results: int) -> str:
    """Say what several numbers are."""
    parts = ", ".join(f"r{number}" for number in range(results))
    return f"struct several{results} {{ int64_t {parts}; }};"


class CWriter(Writer):
    """One function in C."""

    @staticmethod
    def module(functions: Iterable[FunctionText], notes: Iterable[str]) -> str:  # noqa: ARG004
        """Give the text of a file; notes on single cells are nothing that C understands."""
        every = list(functions)
        return "\n".join(
            [
                _HELPS,
                *map(_several, range(2, _MOST_RESULTS + 1)),
                *(f"{function.head};" for function in every),
                *(function.whole for function in every),
                "",
            ]
        )

    @staticmethod
    def entry(name: str, callee: str, elements: Sequence[Element | None], results: int) -> FunctionText:
        """Give a function that takes one row of numbers."""
        head = f"void {name}(int64_t *row)"
        given: list[str] = []
        for element in elements:
            if element is not None:
                given.append(f"({_CELLS[element.dtype]} *)(intptr_t)row[{len(given)}]")
            given.append(f"row[{len(given)}]")
        call = f"{callee}({', '.join(given)});"
        lines = [call if results == 0 else f"{_answer(results)} answer = {call}"]
        lines += [f"row[{n}] = answer{f'.r{n}' if results > 1 else ''};" for n in range(results)]
        return FunctionText(head, "\n".join([f"{head} {{", *lines, "}"]))

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
        head = f"{'' if outside else 'static '}{_answer(results)} {name}({', '.join(parameters)})"
        rooms = [f"{_TYPES[kind]} v_{key} = 0;" for key, kind in variables.items()]
        return FunctionText(head, "\n".join([f"{head} {{", *rooms, *self._lines, "}"]))

    def _new(self, kind: str, text: str) -> str:
        self._count += 1
        self._lines.append(f"{kind} t{self._count} = {text};")
        return f"t{self._count}"

    def _do(self, text: str) -> None:
        self._lines.append(f"{text};")

    # parameters, and what is given for them

    def take(self, name: str, kind: str) -> str:
        """Give the parameter for a number."""
        self.store(name, kind, f"a_{name}")
        return f"{_TYPES[kind]} a_{name}"

    def take_array(self, name: str, element: Element) -> str:
        """Give the parameter for an array."""
        return f"{_CELLS[element.dtype]} *restrict p_{name}"

    def take_length(self, name: str) -> str:
        """Give the parameter for the length of an array."""
        return f"int64_t n_{name}"

    def given(self, value: str) -> str:
        """Give a number."""
        return value

    def given_array(self, name: str) -> str:
        """Give an array."""
        return f"p_{name}"

    def length(self, name: str) -> str:
        """Give the length of an array."""
        return f"n_{name}"

    # numbers

    def whole(self, number: int) -> str:
        """Write a whole number; the least of all has no form of its own."""
        if number == -(2**63):
            return "INT64_MIN"
        return f"INT64_C({number})" if number >= 0 else f"(-INT64_C({-number}))"

    def real(self, number: float) -> str:
        """Write a real number to its last bit."""
        return number.hex()

    def load(self, variable: str, kind: str) -> str:
        """Look what a variable holds."""
        return self._new(_TYPES[kind], f"v_{variable}")

    def store(self, variable: str, kind: str, value: str) -> None:  # noqa: ARG002  # LLVM wants to know it
        """Put a number into a variable."""
        self._do(f"v_{variable} = {value}")

    def read(self, array: str, place: str, element: Element, note: str) -> str:  # noqa: ARG002
        """Read a cell of an array."""
        return self._new(_TYPES[element.kind], f"p_{array}[{place}]")

    def write(self, array: str, place: str, element: Element, note: str, value: str) -> None:  # noqa: ARG002
        """Write a cell of an array."""
        self._do(f"p_{array}[{place}] = ({_CELLS[element.dtype]}){value}")

    def calculate(self, operation: ast.operator, kind: str, one: str, other: str) -> str:
        """Calculate with two numbers of one kind."""
        return self._new(_TYPES[kind], f"{one} {_OPERATIONS[type(operation)]} {other}")

    def floor_divide(self, one: str, other: str) -> str:
        """Divide whole numbers, and round down."""
        return self._new("int64_t", f"floor_divide({one}, {other})")

    def compare(self, operation: ast.cmpop, kind: str, one: str, other: str) -> str:
        """Give a truth."""
        as_kind = "(uint64_t)" if kind == WORD else ""
        return self._new("int", f"{as_kind}{one} {_COMPARISONS[type(operation)]} {as_kind}{other}")

    def number_of(self, truth: str) -> str:
        """Give one or zero."""
        return self._new("int64_t", truth)

    def real_of(self, whole: str) -> str:
        """Give a whole number as a real one."""
        return self._new("double", f"(double){whole}")

    def bits_of(self, value: str, kind: str) -> str:
        """Give the same bits."""
        return self._new(_TYPES[kind], f"({_TYPES[kind]}){value}")

    def known(self, name: str, *values: str) -> str:
        """Give `abs`, `min` or `max`."""
        return self._new("int64_t", f"{_KNOWN[name]}({', '.join(values)})")

    # where it goes on

    def label(self, name: str) -> None:
        """Begin a stretch of code."""
        self._lines.append(f"{name}:;")

    def jump(self, label: str) -> None:
        """Go on elsewhere."""
        self._do(f"goto {label}")

    def branch(self, truth: str, yes: str, no: str) -> None:
        """Go on at one of two places."""
        self._do(f"if ({truth}) goto {yes}; else goto {no}")

    def call(self, name: str, given: Sequence[str], results: int, kind: str = WHOLE) -> str:
        """Call a function."""
        call = f"{name}({', '.join(given)})"
        if results == 0:
            self._do(call)
            return self.whole(0)
        return self._new(_TYPES[kind] if results == 1 else _answer(results), call)

    def part(self, several: str, number: int, results: int) -> str:  # noqa: ARG002  # its type says it
        """Give one of several numbers."""
        return self._new("int64_t", f"{several}.r{number}")

    def together(self, values: Sequence[str]) -> str:
        """Give several numbers one name."""
        return self._new(_answer(len(values)), f"{{ {', '.join(values)} }}")

    def give(self, results: int, value: str) -> None:  # noqa: ARG002  # the function's head says it
        """Give an answer to the caller."""
        self._do(f"return {value}")

    def give_nothing(self, results: int) -> None:
        """Go back to the caller."""
        nothing = ("return", "return 0", f"return ({_answer(results)}){{ 0 }}")
        self._do(nothing[min(results, 2)])
