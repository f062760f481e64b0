"""Translates the kernel's functions into another language, so that they are compiled in one piece.

They are written in a small part of Python: whole numbers, one row of cells, calls of each other. So little
needs no inference of types, and the whole kernel is known at once: which cells of the header are never
written while it runs, and which tables. The compiler is told where it understands that, so that it reads them
once.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from stepladder_engine.fast.cell_notes import Notes
from stepladder_engine.machine_code.constants import tree_of
from stepladder_engine.machine_code.walk import Found, Function, Walk
from stepladder_engine.machine_code.writer import WHOLE, Element, Writer

_CELL = Element("int64")


def translate(functions: Sequence[Function], outermost: Function, writer: type[Writer]) -> str:
    """Give the text of a module in which only one of the functions can be called from outside."""
    known = {id(function): name_of(functions, function) for function in functions}
    trees = [tree_of(function) for function in functions]
    scopes = [function.__globals__ for function in functions]
    notes = Notes(zip(trees, scopes, strict=True))
    texts = []
    for function, tree in zip(functions, trees, strict=True):
        body = _Body(tree, function.__globals__, writer, known, notes)
        texts.append(body.text(known[id(function)], outside=function is outermost))
    return writer.module(texts, notes.lines())


def name_of(functions: Sequence[Function], function: Function) -> str:
    """Give the name that one of several functions has in their translated module."""
    return f"part{list(functions).index(function)}_{function.__name__}"


class _Body(Walk):
    """A function of the kernel, whose memory is one row of cells, `m`."""

    def __init__(
        self,
        tree: ast.FunctionDef,
        scope: dict[str, Any],
        writer: type[Writer],
        known: dict[int, str],
        notes: Notes,
    ) -> None:
        super().__init__(tree, scope, writer)
        self._known, self._notes = known, notes

    def _parameters(self) -> list[str]:
        names = [argument.arg for argument in self._tree.args.args]
        return [self._out.take_array(name, _CELL) if name == "m" else self._take(name) for name in names]

    def _address(self, node: ast.Subscript) -> str:
        if not isinstance(node.value, ast.Name) or node.value.id != "m":
            raise self._refuse(node)
        return self._whole(node.slice)

    def _read(self, node: ast.Subscript) -> Found:
        place = self._address(node)
        return WHOLE, self._out.read("m", place, _CELL, self._notes.of(node.slice, self._scope, store=False))

    def _write(self, node: ast.Subscript, kind: str, value: str) -> None:
        if kind != WHOLE:
            raise self._refuse(node)
        place = self._address(node)
        note = self._notes.of(node.slice, self._scope, store=True)
        self._out.write("m", place, _CELL, note, value)

    def _call_known(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> Found:
        callee = self._known.get(id(self._scope.get(name)))
        if callee is None:
            raise self._refuse(node)
        given = [
            self._out.given_array("m")
            if isinstance(each, ast.Name) and each.id == "m"
            else self._out.given(self._whole(each))
            for each in arguments
        ]
        return WHOLE, self._out.call(callee, given, 1)
