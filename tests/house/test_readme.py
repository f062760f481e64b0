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


def anchors(page: Path) -> set[str]:
    """Give the headings of a page as links speak of them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_every_link_leads_to_a_file_and_a_heading_of_it(root: Path) -> None:
    for page in (root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                file, _, heading = target.partition("#")
                found = page.parent / file if file else page
                assert found.exists(), f"{page.name}: {target}"
                assert not heading or heading in anchors(found), f"{page.name}: {target}"


def test_every_command_is_described(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`stepladder {command} " in readme, command
