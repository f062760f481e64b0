"""The examples of the rules about conditions: each is a client of whom the finding is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.keywords.dialect import LANGUAGES
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source
from stepladder_engine.scenario.run import run_scenarios

HERE = Path(__file__).parent
PAGES = HERE.parent.parent / "dsl" / "stepladder_dsl" / "lint" / "guards"
GUARDS = LintSettings(select=("SL50",))


def findings(text: str) -> tuple[Diagnostic, ...]:
    return compile_text(Source("shop.ladder", text), settings=GUARDS).diagnostics


def holds(text: str, example: str) -> None:
    """Put an example behind its spec and run it."""
    compiled = compile_text(Source("shop.ladder", f"{text}\n{example}"), lint=False)
    assert compiled.spec
    assert not compiled.errors, (example, compiled.errors)
    results = run_scenarios(compiled.spec)
    assert len(results) == 1
    assert results[0].passed, (example, results[0].failures)


@pytest.fixture(scope="module")
def texts(load_helper: Callable[[Path], ModuleType]) -> list[str]:
    """The texts of the family's suite."""
    suite = load_helper(HERE.parent / "language" / "suite.py")
    cases = suite.read_cases((HERE / "guards.md").read_text(encoding="utf-8"))
    return [f"{case.text}{case.below}" for case in cases]


def wrong_examples() -> Iterator[str]:
    """The wrong example of each page that shows a client."""
    for stem in ("overlapping_transitions", "gap_without_otherwise", "unknown_slips_through"):
        for language in LANGUAGES:
            page = (PAGES / f"{stem}.{language}.md").read_text(encoding="utf-8")
            yield page.split("```ladder\n")[1].split("```")[0]


def test_every_example_of_the_suite_holds(texts: list[str]) -> None:
    shown = 0
    for text in texts:
        for finding in findings(text):
            if finding.example:
                holds(text, finding.example)
                shown += 1
    assert shown >= 8


@pytest.mark.parametrize("text", list(wrong_examples()))
def test_the_pages_show_a_client_in_their_own_language(text: str) -> None:
    (finding,) = (found for found in findings(text) if found.code.startswith("SL50"))
    assert finding.example
    holds(text, finding.example)


def test_without_a_solver_only_less_is_found(monkeypatch: pytest.MonkeyPatch, texts: list[str]) -> None:
    with_solver = [{(found.code, found.span) for found in findings(text)} for text in texts]
    monkeypatch.setattr("stepladder_dsl.analysis.solver.solve.works", lambda: False)
    without = [{(found.code, found.span) for found in findings(text)} for text in texts]
    assert all(less <= more for less, more in zip(without, with_solver, strict=True))
    assert any(without)
    assert without != with_solver
