from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def constraints(root: Path) -> dict[str, str]:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def canonical(requirement: str) -> str:
    """The name in a requirement, as package indexes spell it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def test_the_installed_version_is_the_one_written_down(project: dict[str, Any]) -> None:
    assert version("stepladder") == project["project"]["version"]


def test_the_changelog_knows_the_coming_version(root: Path) -> None:
    assert "## [Unreleased]" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_requirement_has_a_constraint(project: dict[str, Any], constraints: dict[str, str]) -> None:
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["dev"], *groups["bench"]]
    assert {canonical(requirement) for requirement in wanted} <= constraints.keys()


def test_the_page_on_installing_has_each_extra(root: Path, project: dict[str, Any]) -> None:
    page = (root / "docs" / "installing.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(project["project"]["optional-dependencies"])


def test_constraints_are_names_and_versions_only(constraints: dict[str, str]) -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in constraints)
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", pinned) for pinned in constraints.values())


def test_every_ignored_rule_of_ruff_has_its_reason_beside_it(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    blocks = re.search(r"\nignore = \[\n(.*?)\n\]", text, re.DOTALL)
    assert blocks
    reason = ""
    for line in map(str.strip, blocks.group(1).splitlines()):
        reason = line if line.startswith("#") else reason
        assert reason, f"{line} has no comment that says why"


@pytest.mark.parametrize(
    ("where", "comes"),
    [
        ({"python_version": "3.11"}, True),
        ({"python_version": "3.15"}, True),
        ({"python_version": "3.16"}, False),
        ({"python_version": "3.12", "implementation_name": "pypy"}, False),
        ({"python_version": "3.13", "sys_platform": "darwin", "platform_machine": "x86_64"}, True),
        ({"python_version": "3.14", "sys_platform": "darwin", "platform_machine": "x86_64"}, False),
        ({"python_version": "3.14", "sys_platform": "darwin", "platform_machine": "arm64"}, True),
    ],
)
@pytest.mark.parametrize("extra", ["fast", "spark"])
def test_an_extra_asks_for_llvmlite_where_it_has_wheels_and_for_the_rest_anywhere(
    project: dict[str, Any], extra: str, where: dict[str, str], *, comes: bool
) -> None:
    machine = {
        "implementation_name": "cpython",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
    } | where
    asked = {
        found.name
        for found in map(Requirement, project["project"]["optional-dependencies"][extra])
        if found.marker is None or found.marker.evaluate(machine)
    }
    assert ("llvmlite" in asked) == comes
    assert "numpy" in asked
