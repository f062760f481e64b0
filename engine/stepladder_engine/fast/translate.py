"""Translates the kernel's functions into the language of LLVM, so that they are compiled in one piece.

They are written in a small part of Python: whole numbers, one row of cells, calls of each other. So little
needs no inference of types, and the whole kernel is known at once: which cells of the header are never
written while it runs, and which tables. The compiler is told, so that it reads them once.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from stepladder_engine.fast.cell_notes import Notes
from stepladder_engine.machine_code.body import HELPS, WHOLE, Body, Function
from stepladder_engine.machine_code.constants import tree_of
from stepladder_engine.machine_code.machine import name_of


def translate(functions: Sequence[Function], outermost: Function) -> str:
    """Give the text of a module in which only one of the functions can be called from outside."""
    known = {id(function): name_of(functions, function) for function in functions}
    trees = [tree_of(function) for function in functions]
    scopes = [function.__globals__ for function in functions]
    notes = Notes(zip(trees, scopes, strict=True))
    texts = [HELPS]
    for function, tree in zip(functions, trees, strict=True):
        outside = "dso_local" if function is outermost else "internal"
        texts.append(_Body(tree, function.__globals__, known, notes).text(known[id(function)], outside))
    texts.append(notes.text())
    return "\n".join(texts)


class _Body(Body):
    """A function of the kernel, whose memory is one row of cells, `m`."""

    def __init__(
        self, tree: ast.FunctionDef, scope: dict[str, Any], known: dict[int, str], notes: Notes
    ) -> None:
        super().__init__(tree, scope)
        self._known, self._notes = known, notes

    def _parameters(self) -> list[str]:
        names = [argument.arg for argument in self._tree.args.args]
        return ["ptr noalias %m" if name == "m" else self._take(name) for name in names]

    def _pointer(self, node: ast.Subscript) -> str:
        if not isinstance(node.value, ast.Name) or node.value.id != "m":
            raise self._refuse(node)
        return self._new(f"getelementptr inbounds i64, ptr %m, i64 {self._whole(node.slice)}")

    def _read(self, node: ast.Subscript) -> tuple[str, str]:
        pointer = self._pointer(node)
        note = self._notes.of(node.slice, self._scope, store=False)
        return WHOLE, self._new(f"load i64, ptr {pointer}{note}")

    def _write(self, node: ast.Subscript, kind: str, value: str) -> None:
        if kind != WHOLE:
            raise self._refuse(node)
        pointer = self._pointer(node)
        note = self._notes.of(node.slice, self._scope, store=True)
        self._lines.append(f"  store i64 {value}, ptr {pointer}{note}")

    def _call_known(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> tuple[str, str]:
        callee = self._known.get(id(self._scope.get(name)))
        if callee is None:
            raise self._refuse(node)
        given = [
            "ptr %m" if isinstance(each, ast.Name) and each.id == "m" else f"i64 {self._whole(each)}"
            for each in arguments
        ]
        return WHOLE, self._new(f"call i64 @{callee}({', '.join(given)})")
