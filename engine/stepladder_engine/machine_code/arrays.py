"""Translates loops over arrays into another language: one module for the loops of one file.

The types of arrays are those that the annotations of the parameters name (`ELEMENTS`); every other number has
64 bits. A loop reads and writes cells of arrays with one index, asks for their length, goes through them, and
calls other loops of its file. It makes no array: whoever calls it gives it those that it fills.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from stepladder_engine.machine_code.constants import tree_of
from stepladder_engine.machine_code.walk import Found, Function, Walk
from stepladder_engine.machine_code.writer import REAL, WHOLE, WORD, Element, Writer

ELEMENTS = {
    "Bytes": Element("uint8"),
    "Truths": Element("bool"),
    "Seconds": Element("uint32"),
    "Codes": Element("int32"),
    "Whole": Element("int64"),
    "Words": Element("uint64", WORD),
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


def translate(functions: Sequence[Function], writer: type[Writer]) -> str:
    """Give the text of a module in which each function can be called from outside, by `run_` and its name.

    What is called gets one row of numbers: for each array where it lies and how long it is, else the number.
    What the function gives stands in the row afterwards.
    """
    known = {function.__name__: _annotations(function) for function in functions}
    texts = []
    for function in functions:
        name = function.__name__
        annotations = dict(known[name])
        results = results_of(annotations.pop("return"))
        loop = _Loop(tree_of(function), function.__globals__, writer, known)
        texts.append(loop.text(_inner_name(name), outside=False))
        elements = [element_of(annotation) for annotation in annotations.values()]
        texts.append(writer.entry(f"run_{name}", _inner_name(name), elements, results))
    return writer.module(texts, _notes())


def _inner_name(name: str) -> str:
    return f"loop_{name}"


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


class _Loop(Walk):
    """A function over arrays."""

    def __init__(
        self,
        tree: ast.FunctionDef,
        scope: dict[str, Any],
        writer: type[Writer],
        known: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._known = known
        self._annotations = known[tree.name]
        super().__init__(tree, scope, writer, results_of(self._annotations["return"]))
        self._arrays: dict[str, str] = {}
        """Each array's kind of cells, by the name of the parameter."""

    def _parameters(self) -> list[str]:
        found = []
        for argument in self._tree.args.args:
            name, annotation = argument.arg, self._annotations[argument.arg]
            element = element_of(annotation)
            if element is None:
                found.append(self._take(name, WORD if annotation == "Word" else WHOLE))
            else:
                self._arrays[name] = annotation
                found += [self._out.take_array(name, element), self._out.take_length(name)]
        return found

    # cells

    def _cell(self, node: ast.Subscript) -> tuple[str, str]:
        """Give the array, and the place in it."""
        if not isinstance(node.value, ast.Name) or node.value.id not in self._arrays:
            raise self._refuse(node)
        kind, place = self._value(node.slice)
        if kind == REAL:
            raise self._refuse(node)
        return node.value.id, place

    def _read(self, node: ast.Subscript) -> Found:
        array, place = self._cell(node)
        name = self._arrays[array]
        return ELEMENTS[name].kind, self._out.read(array, place, ELEMENTS[name], _note(name))

    def _write(self, node: ast.Subscript, kind: str, value: str) -> None:
        array, place = self._cell(node)
        name = self._arrays[array]
        if kind != ELEMENTS[name].kind:
            raise self._refuse(node)
        self._out.write(array, place, ELEMENTS[name], _note(name), value)

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
        number = f"place_in_{array}"
        first = ast.Assign([node.target], ast.Subscript(ast.Name(array), ast.Name(number)))
        limit = ast.Call(ast.Name("len"), [ast.Name(array)], [])
        self._for(number, [limit], [first, *node.body])

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Call):
            _, several = self._value(value)
            results = self._results_of_call(value)
            for number, each in enumerate(target.elts):
                self._store(each, WHOLE, self._out.part(several, number, results))
        else:
            super()._assign(target, value)

    def _results_of_call(self, node: ast.Call) -> int:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in self._known:
            raise self._refuse(node)
        return results_of(self._known[name]["return"])

    # calls

    def _value(self, node: ast.expr) -> Found:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=kind), args=[inner]):
                return self._as(node, kind, inner)
        return super()._value(node)

    def _as(self, node: ast.Call, name: str, inner: ast.expr) -> Found:
        """Take the same bits for a word, or for a whole number."""
        found, value = self._value(inner)
        if name not in {"uint64", "int64"} or found == REAL:
            raise self._refuse(node)
        kind = WORD if name == "uint64" else WHOLE
        return kind, self._out.bits_of(value, kind)

    def _call_known(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> Found:
        if name == "len" and isinstance(arguments[0], ast.Name) and arguments[0].id in self._arrays:
            return WHOLE, self._out.length(arguments[0].id)
        if name == "int":
            return WHOLE, self._whole(arguments[0])
        if name not in self._known:
            raise self._refuse(node)
        annotations = self._known[name]
        given = []
        for each, annotation in zip(arguments, annotations.values(), strict=False):
            if element_of(annotation) is None:
                given.append(self._out.given(self._value(each)[1]))
            elif isinstance(each, ast.Name) and self._arrays.get(each.id) == annotation:
                given += [self._out.given_array(each.id), self._out.given(self._out.length(each.id))]
            else:
                raise self._refuse(each)
        kind = WORD if annotations["return"] == "Word" else WHOLE
        results = results_of(annotations["return"])
        return kind, self._out.call(_inner_name(name), given, results, kind)
