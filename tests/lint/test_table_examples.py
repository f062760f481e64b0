"""What is claimed of a decision table can be put behind the spec and run, in each language."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.keywords.dialect import LANGUAGES
from stepladder_dsl.source import Source
from stepladder_engine.scenario.run import run_scenarios

_BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", ["table_gap", "table_overlap", "table_unknown_gap"])
def test_the_example_of_a_finding_shows_what_it_claims(stem: str, language: str) -> None:
    folder = Path(import_module("stepladder_dsl.lint.tables").__path__[0])
    text, mended = _BLOCK.findall((folder / f"{stem}.{language}.md").read_text(encoding="utf-8"))
    finding = next(
        finding
        for finding in compile_text(Source("shop.ladder", text)).diagnostics
        if finding.code.startswith("SL52")
    )
    for spec_text, holds in ((text, True), (mended, False)):
        compiled = compile_text(Source("shop.ladder", f"{spec_text}\n{finding.example}"), lint=False)
        assert compiled.spec is not None
        assert not compiled.diagnostics
        (result,) = run_scenarios(compiled.spec)
        assert result.passed == holds
        assert result.scenario.title == message(finding, language)
