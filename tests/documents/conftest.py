"""Documents of specs, made once, and the texts that tests write themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from stepladder_dsl.compile import Compiled, compile_file, compile_text
from stepladder_dsl.documents.content import Document
from stepladder_dsl.documents.document import Edition, process_document
from stepladder_dsl.source import Source

ROOT = Path(__file__).resolve().parents[2]


def told(compiled: Compiled, language: str | None = None, edition: Edition | None = None) -> Document:
    assert compiled.spec is not None, compiled.diagnostics
    return process_document(
        compiled.spec,
        language=language,
        edition=edition,
        sources=compiled.sources,
        found=compiled.diagnostics,
        suppressed=compiled.suppressed,
    )


@cache
def _of_file(name: str, language: str | None) -> Document:
    # What the check finds is not at issue here, and takes its time.
    return told(compile_file(ROOT / name, name=name, lint=False), language)


@pytest.fixture(scope="session")
def document_of() -> Callable[..., Document]:
    """The document of a file of this repository, in its language or another."""
    return lambda name, language=None: _of_file(name, language)


@pytest.fixture(scope="session")
def document_from() -> Callable[..., Document]:
    """The document of a text."""

    def made(text: str, language: str | None = None, edition: Edition | None = None) -> Document:
        return told(compile_text(Source("shop.ladder", text), lint=False), language, edition)

    return made


@pytest.fixture(scope="session")
def checked_document() -> Callable[..., Document]:
    """The document of a file, with what the check finds."""
    return lambda name, language=None: told(compile_file(ROOT / name, name=name), language)
