"""What a small spec with every construct is told as, in four languages: texts that somebody has read.

`STEPLADDER_ACCEPT=1 pytest tests/documents/test_told.py` writes them anew; read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stepladder_dsl.documents.as_markdown import as_markdown
from stepladder_dsl.documents.content import Document, Facts
from stepladder_dsl.documents.document import only_role
from stepladder_dsl.keywords.dialect import LANGUAGES

FOLDER = Path(__file__).parent / "told"
SPEC = "tests/documents/workshop.ladder"


def accepted(name: str, text: str) -> bool:
    """Whether the text is what stands in the folder; it is written there when somebody says so."""
    file = FOLDER / name
    if os.environ.get("STEPLADDER_ACCEPT"):
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_document(language: str, checked_document: Callable[..., Document]) -> None:
    assert accepted(f"workshop.{language}.md", as_markdown(checked_document(SPEC, language)))


@pytest.mark.parametrize(
    ("spec", "role"),
    [
        ("phone_sale", "seller"),
        ("phone_sale.ru", "продавец"),
        ("phone_sale.bg", "продавач"),
        ("phone_sale.fa", "فروشنده"),
    ],
)
def test_the_instruction_of_the_shop_assistant(
    spec: str, role: str, document_of: Callable[..., Document]
) -> None:
    # The mark of the text changes with every scenario of the spec, of which an instruction says nothing.
    document = replace(document_of(f"specs/phone_sale/{spec}.ladder"), facts=Facts(()))
    assert accepted(f"seller.{document.language}.md", as_markdown(only_role(document, role)))
