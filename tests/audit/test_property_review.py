"""The review of any spec: told in every language, and what it proposes can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from stepladder_dsl.audit.document import as_document
from stepladder_dsl.audit.review import SECTIONS, review
from stepladder_dsl.compile import compile_text
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model.print_spec import print_spec
from stepladder_dsl.source import Source

# Making a spec smaller takes minutes, and the failing one is printed.
SLOW = settings(
    max_examples=settings().max_examples // 10,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)


@pytest.fixture(scope="session")
def made(root: Path, load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    return load_helper(root / "tests" / "language" / "made_models.py")


@SLOW
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_any_spec_can_be_reviewed(
    made: ModuleType, fill: Callable[..., str], data: st.DataObject, language: str
) -> None:
    text = print_spec(data.draw(made.specs()), language)
    compiled = compile_text(Source("made.ladder", text), lint=False)
    assert compiled.spec
    before = {finding.code for finding in compiled.errors}
    whole = review(compiled.spec)
    for reader in LANGUAGES:
        document = as_document(whole, reader)
    seen = set()
    for section in SECTIONS:
        for subject in document[section]:
            for part in subject["parts"]:
                pieces = repr(part["fillings"])
                if part["fillings"] and pieces not in seen:
                    seen.add(pieces)
                    _can_be_read(fill(text, part), before)


def _can_be_read(text: str, before: set[Any]) -> None:
    compiled = compile_text(Source("made.ladder", text), lint=False)
    found = [(finding.code, finding.span.line) for finding in compiled.errors if finding.code not in before]
    assert found == [], text
