"""What the compiler is told about the kernel's memory: which cells are not written, and which lie apart."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from stepladder_engine.fast import layout
from stepladder_engine.machine_code.constants import NotTranslated, constant_of

FIXED_ROWS = ("P_", "S_", "W_", "E_", "G_", "C_", "D_", "Y_", "R_", "O_", "K_", "F_", "H_")
"""Cells with these names lie in a spec's tables, which nobody writes while the kernel runs."""
STATE_ROWS = ("J_", "X_", "I_", "N_", "V_", "Q_", "U_", "L_")
"""Cells with these names lie in rows of their own: to write one changes no cell of another kind."""
FIXED_REGIONS = ("_TABLE", "_COLUMNS", "_COLUMN")
"""What begins where these cells of the header say is not written either."""
_GROWING = range(layout.TASK_ROWS, layout.FINAL_WIDTH)
"""Rows of the answer are counted by address: `new_row` is told where the count stands."""


def _written_cells(tree: ast.FunctionDef, scope: dict[str, Any]) -> set[int]:
    """Give the cells of the header that a function writes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            cell = constant_of(node.slice, scope)
            if isinstance(cell, int):
                found.add(cell)
    return found


def _terms(node: ast.expr) -> list[ast.expr]:
    """Give the summands of an address."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _terms(node.left) + _terms(node.right)
    return [node]


def _layout_name(node: ast.expr) -> str:
    """Give the name of a cell in the layout, or nothing."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "at":
        return node.attr
    return ""


class Notes:
    """What the compiler is told about single cells: never written meanwhile, or apart from others."""

    def __init__(self, functions: Iterable[tuple[ast.FunctionDef, dict[str, Any]]]) -> None:
        """Look which cells of the header the kernel's functions write; each comes with its names."""
        self._written = set(_GROWING[1::3])
        for tree, scope in functions:
            self._written |= _written_cells(tree, scope)
        self._kinds = ("header", "cell", *STATE_ROWS)

    def of(self, address: ast.expr, scope: dict[str, Any], *, store: bool) -> str:
        """Give the note for reading or writing an address."""
        cell = constant_of(address, scope)
        if isinstance(cell, int):
            if cell not in self._written:
                return ", !invariant.load !0"
            return self._kind("cell" if cell in _GROWING else "header")
        kind = "cell"
        for term in _terms(address):
            name = _layout_name(term)
            begins = isinstance(term, ast.Subscript) and _layout_name(term.slice).endswith(FIXED_REGIONS)
            if begins or name.startswith(FIXED_ROWS):
                if store:
                    raise NotTranslated(f"a fixed cell is written: {ast.unparse(address)}")
                return ", !invariant.load !0"
            if name[:2] in STATE_ROWS:
                kind = name[:2]
        return self._kind(kind)

    def _kind(self, kind: str) -> str:
        return f", !tbaa !{10 + 2 * self._kinds.index(kind) + 1}"

    def lines(self) -> list[str]:
        """Give the notes themselves."""
        lines = ["!0 = !{}", '!1 = !{!"kernel"}']
        for number, kind in enumerate(self._kinds):
            parent = 1 if number < 2 else 12
            place = 10 + 2 * number
            lines.append(f'!{place} = !{{!"{kind}", !{parent}, i64 0}}')
            lines.append(f"!{place + 1} = !{{!{place}, !{place}, i64 0}}")
        return lines
