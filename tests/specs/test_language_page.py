"""`docs/language.md` is exact: its blocks are one spec, which shows every kind of declaration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.source import Source
from stepladder_engine.scenario.run import run_scenarios

BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/language.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def together(page: str) -> Compiled:
    """The page's blocks as one text, each in its own lines so that a finding names the page's line."""
    lines = [""] * (page.count("\n") + 1)
    for block in BLOCK.finditer(page):
        first = page.count("\n", 0, block.start(1))
        for offset, line in enumerate(block[1].splitlines()):
            lines[first + offset] = line
    return compile_text(Source("language.md", "\n".join(lines)))


def test_the_blocks_are_one_spec_without_findings(together: Compiled) -> None:
    assert together.diagnostics == ()


def test_its_scenarios_pass(together: Compiled) -> None:
    assert together.spec
    results = run_scenarios(together.spec)
    assert len(results) == page_scenarios(together)
    assert [failure for result in results for failure in result.failures] == []


def page_scenarios(together: Compiled) -> int:
    return sum(line.startswith("scenario ") for line in together.source.lines)


def test_every_kind_of_declaration_is_shown(together: Compiled) -> None:
    spec = together.spec
    assert spec
    for table in (spec.roles, spec.records, spec.events, spec.lets, spec.processes, spec.offers):
        assert len(table) > 1
    assert len(spec.follow_ups) > 1
    assert len(spec.metrics) > 1
