"""Reviews of texts and files, as the documents that the command writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.audit.document import as_document
from stepladder_dsl.audit.review import review
from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source

SECTIONS = ("questions", "systems", "processes", "levers", "relation")
Answers = dict[str, dict[str, bool]]
"""Subject -> part -> whether it is there."""


def document_of(text: str, language: str | None = None) -> dict[str, Any]:
    """Review a text that has no errors but those of lint."""
    compiled = compile_text(Source("shop.ladder", text), lint=False)
    assert compiled.diagnostics == (), [
        (found.code, found.span.line, found.values) for found in compiled.diagnostics
    ]
    assert compiled.spec
    return as_document(review(compiled.spec), language or compiled.language)


def filled(text: str, part: dict[str, Any]) -> str:
    """Put what fills a part where it says."""
    under: dict[int, list[str]] = {}
    behind = ""
    for filling in part["fillings"]:
        if filling["line"] is None:
            behind += "\n" + filling["text"]
        else:
            under.setdefault(filling["line"], []).append(filling["text"])
    lines = []
    for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
        lines.append(line)
        indentation = line[: len(line) - len(line.lstrip())] + "    "
        lines += [indentation + row for piece in under.get(number, []) for row in piece.rstrip().split("\n")]
    return "\n".join(lines) + "\n" + behind


@pytest.fixture(scope="session")
def audit() -> Callable[..., dict[str, Any]]:
    return document_of


@pytest.fixture(scope="session")
def fill() -> Callable[[str, dict[str, Any]], str]:
    return filled


@pytest.fixture(scope="session")
def phone_sale(root: Path) -> str:
    return (root / "specs" / "phone_sale" / "phone_sale.ladder").read_text(encoding="utf-8")
