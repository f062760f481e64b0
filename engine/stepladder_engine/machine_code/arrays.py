"""Translates loops over arrays into the language of LLVM: one module for the loops of one file.

The types of arrays are those that the annotations of the parameters name (`ELEMENTS`); every other number has
64 bits. A loop reads and writes cells of arrays with one index, asks for their length, goes through them, and
calls other loops of its file. It makes no array: whoever calls it gives it those that it fills.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stepladder_engine.machine_code.body import HELPS, REAL, WHOLE, WORD, Body, Function
from stepladder_engine.machine_code.constants import tree_of


@dataclass(frozen=True)
class Element:
    """What the cells of an array are: in numpy, in memory, and how one becomes a number of 64 bits."""

    dtype: str
    width: str
    widened: str
    kind: str = WHOLE


ELEMENTS = {
    "Bytes": Element("uint8", "i8", "zext"),
    "Truths": Element("bool", "i8", "zext"),
    "Seconds": Element("uint32", "i32", "zext"),
    "Codes": Element("int32", "i32", "sext"),
    "Whole": Element("int64", "i64", ""),
    "Words": Element("uint64", "i64", "", WORD),
}
"""The names of arrays in annotations, and what they hold."""


def element_of(annotation: str) -> Element | None:
    """Give what an array holds by its annotation; None for a number."""
    return ELEMENTS.get(annotation)


def results_of(annotation: str) -> int:
    """Tell how many numbers a function gives, by its annotation.

    >>> results_of("None"), results_of("int"), results_of("tuple[int, int, bool]")
    (0, 1, 3)
    """
    if annotation == "None":
        return 0
    return annotation.count(",") + 1


def translate(functions: Sequence[Function]) -> str:
    """Give the text of a module in which each function can be called from outside, by `run.` and its name.

    What is called gets one row of numbers: for each array where it lies and how long it is, else the number.
    What the function gives stands in the row afterwards.
    """
    known = {function.__name__: _annotations(function) for function in functions}
    texts = [HELPS]
    for function in functions:
        texts.append(
            _Loop(tree_of(function), function.__globals__, known).text(function.__name__, "internal")
        )
        texts.append(_entry(function.__name__, known[function.__name__]))
    return "\n".join([*texts, *_notes()])


def _annotations(function: Function) -> dict[str, str]:
    return dict(inspect.get_annotations(function))


def _notes() -> list[str]:
    """Say that arrays of different cells lie apart."""
    lines = ['!1 = !{!"arrays"}']
    for number, name in enumerate(ELEMENTS):
        place = 10 + 2 * number
        lines += [f'!{place} = !{{!"{name}", !1, i64 0}}', f"!{place + 1} = !{{!{place}, !{place}, i64 0}}"]
    return lines


def _note(name: str) -> str:
    return f", !tbaa !{10 + 2 * list(ELEMENTS).index(name) + 1}"


def _answer_of(annotations: Mapping[str, str]) -> str:
    """Give the type of what a function gives."""
    count = results_of(annotations["return"])
    if count == 0:
        return "void"
    return WHOLE if count == 1 else f"{{ {', '.join([WHOLE] * count)} }}"


def _entry(name: str, annotations: Mapping[str, str]) -> str:
    """Give the function that is called from outside."""
    lines, given, place = [f"define dso_local void @run.{name}(ptr %row) nounwind {{"], [], 0

    def following(kind: str) -> str:
        nonlocal place
        lines.append(f"  %p{place} = getelementptr inbounds i64, ptr %row, i64 {place}")
        lines.append(f"  %n{place} = load {kind}, ptr %p{place}")
        place += 1
        return f"{kind} %n{place - 1}"

    for parameter, annotation in annotations.items():
        if parameter == "return":
            continue
        if element_of(annotation):
            given.append(following("ptr"))
        given.append(following(WHOLE))
    answer, count = _answer_of(annotations), results_of(annotations["return"])
    call = f"call {answer} @{name}({', '.join(given)})"
    lines.append(f"  {call}" if count == 0 else f"  %answer = {call}")
    for number in range(count):
        part = "%answer" if count == 1 else f"%r{number}"
        if count > 1:
            lines.append(f"  {part} = extractvalue {answer} %answer, {number}")
        lines.append(f"  %o{number} = getelementptr inbounds i64, ptr %row, i64 {number}")
        lines.append(f"  store i64 {part}, ptr %o{number}")
    return "\n".join([*lines, "  ret void", "}"])


class _Loop(Body):
    """A function over arrays."""

    def __init__(
        self, tree: ast.FunctionDef, scope: dict[str, Any], known: Mapping[str, Mapping[str, str]]
    ) -> None:
        super().__init__(tree, scope)
        self._known = known
        self._annotations = known[tree.name]
        self._arrays: dict[str, str] = {}
        """Each array's kind of cells, by the name of the parameter."""

    def _parameters(self) -> list[str]:
        found = []
        for argument in self._tree.args.args:
            name, annotation = argument.arg, self._annotations[argument.arg]
            if element_of(annotation) is None:
                found.append(self._take(name, WORD if annotation == "Word" else WHOLE))
            else:
                self._arrays[name] = annotation
                found += [f"ptr noalias %p.{name}", f"i64 %n.{name}"]
        return found

    def _answer(self) -> str:
        return _answer_of(self._annotations)

    def _return(self, value: ast.expr | None) -> None:
        """Give an answer back: nothing, a number, or several."""
        answer = self._answer()
        match value:
            case None:
                self._leave("ret void")
            case ast.IfExp(test=test, body=body, orelse=other):
                # Several answers are not one value to choose.
                self._if(test, [ast.Return(body)], [ast.Return(other)])
            case ast.Tuple(elts=parts):
                whole = "undef"
                for number, part in enumerate(parts):
                    found = self._whole(part)
                    whole = self._new(f"insertvalue {answer} {whole}, i64 {found}, {number}")
                self._leave(f"ret {answer} {whole}")
            case _:
                kind, found = self._value(value)
                if kind == REAL:
                    raise self._refuse(value)
                # What another function gives may be several numbers.
                self._leave(f"ret {answer} {found}")

    # cells

    def _cell(self, node: ast.Subscript) -> tuple[str, str]:
        """Give the kind of cells of an array, and where one of them lies."""
        if not isinstance(node.value, ast.Name) or node.value.id not in self._arrays:
            raise self._refuse(node)
        kind, place = self._value(node.slice)
        if kind == REAL:
            raise self._refuse(node)
        return self._cell_at(node.value.id, place)

    def _cell_at(self, array: str, place: str) -> tuple[str, str]:
        name = self._arrays[array]
        width = ELEMENTS[name].width
        return name, self._new(f"getelementptr inbounds {width}, ptr %p.{array}, i64 {place}")

    def _load(self, name: str, pointer: str) -> tuple[str, str]:
        element = ELEMENTS[name]
        found = self._new(f"load {element.width}, ptr {pointer}{_note(name)}")
        if element.widened:
            found = self._new(f"{element.widened} {element.width} {found} to i64")
        return element.kind, found

    def _read(self, node: ast.Subscript) -> tuple[str, str]:
        return self._load(*self._cell(node))

    def _write(self, node: ast.Subscript, kind: str, value: str) -> None:
        name, pointer = self._cell(node)
        element = ELEMENTS[name]
        if kind != element.kind:
            raise self._refuse(node)
        if element.widened:
            value = self._new(f"trunc i64 {value} to {element.width}")
        self._lines.append(f"  store {element.width} {value}, ptr {pointer}{_note(name)}")

    # what kernels do not do: to go through an array, and to take several answers apart

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.For(target=ast.Name(), iter=ast.Name(id=array)) if array in self._arrays:
                self._through(node, array)
            case ast.For(target=target, iter=ast.Tuple(elts=values), body=body, orelse=[]):
                for value in values:
                    self._assign(target, value)
                    self._block(body)
            case _:
                super()._statement(node)

    def _through(self, node: ast.For, array: str) -> None:
        """Go through the cells of an array."""
        number = f"place.in.{array}"
        first = ast.Assign([node.target], ast.Subscript(ast.Name(array), ast.Name(number)))
        limit = ast.Call(ast.Name("len"), [ast.Name(array)], [])
        self._for(number, [limit], [first, *node.body])

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Call):
            _, whole = self._value(value)
            answer = self._answer_of_call(value)
            for number, each in enumerate(target.elts):
                self._store(each, WHOLE, self._new(f"extractvalue {answer} {whole}, {number}"))
        else:
            super()._assign(target, value)

    def _answer_of_call(self, node: ast.Call) -> str:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in self._known:
            raise self._refuse(node)
        return _answer_of(self._known[name])

    # calls

    def _value(self, node: ast.expr) -> tuple[str, str]:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=kind), args=[inner]):
                return self._as(node, kind, inner)
        return super()._value(node)

    def _as(self, node: ast.Call, kind: str, inner: ast.expr) -> tuple[str, str]:
        """Take the same bits for a word, or for a whole number."""
        found, value = self._value(inner)
        if kind not in {"uint64", "int64"} or found == REAL:
            raise self._refuse(node)
        return (WORD if kind == "uint64" else WHOLE), value

    def _call_known(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> tuple[str, str]:
        if name == "len" and isinstance(arguments[0], ast.Name) and arguments[0].id in self._arrays:
            return WHOLE, f"%n.{arguments[0].id}"
        if name == "int":
            return WHOLE, self._whole(arguments[0])
        if name not in self._known:
            raise self._refuse(node)
        annotations = self._known[name]
        given = []
        for each, annotation in zip(arguments, annotations.values(), strict=False):
            if element_of(annotation) is None:
                given.append(f"i64 {self._value(each)[1]}")
            elif isinstance(each, ast.Name) and self._arrays.get(each.id) == annotation:
                given += [f"ptr %p.{each.id}", f"i64 %n.{each.id}"]
            else:
                raise self._refuse(each)
        call = f"call {_answer_of(annotations)} @{name}({', '.join(given)})"
        if annotations["return"] == "None":
            self._lines.append(f"  {call}")
            return WHOLE, "0"
        return (WORD if annotations["return"] == "Word" else WHOLE), self._new(call)
