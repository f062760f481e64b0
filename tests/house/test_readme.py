"""What the README shows is true: its sample compiles, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source
from stepladder_engine.cli.main import COMMANDS


def test_the_sample_has_no_findings(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    (sample,) = [block for block in re.findall(r"```\n(.*?)```", readme, re.DOTALL) if "language en" in block]
    compiled = compile_text(Source("README.md", sample))
    assert compiled.spec is not None
    assert compiled.diagnostics == ()


def test_every_link_leads_to_a_file(root: Path) -> None:
    for page in (root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_described(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`stepladder {command} " in readme, command
