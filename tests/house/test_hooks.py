"""The hooks for other repositories are valid, and each runs a command that there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from stepladder_engine.cli.main import COMMANDS, cli


@pytest.fixture(scope="module")
def hooks(root: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(
        (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
    return loaded


def test_the_definition_is_valid(root: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(root / ".pre-commit-hooks.yaml")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_a_definition_without_its_command_is_not(tmp_path: Path) -> None:
    wrong = tmp_path / "hooks.yaml"
    wrong.write_text("- id: check\n  name: check\n  language: python\n", encoding="utf-8")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(wrong)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_each_hook_runs_a_command_on_specs_and_nothing_else(hooks: list[dict[str, Any]]) -> None:
    assert [hook["id"] for hook in hooks] == ["stepladder-check", "stepladder-fmt", "stepladder-draw"]
    for hook in hooks:
        program, command = hook["entry"].split()
        assert program == "stepladder"
        assert command in COMMANDS
        assert re.search(hook["files"], "shops/bike.ladder")
        assert not re.search(hook["files"], "shops/bike.ladder.md")


@pytest.mark.parametrize(("text", "status"), [("spec shop\nrole spare\n", 1), ("spec shop\n", 0)])
def test_a_hook_fails_where_something_is_found(
    hooks: list[dict[str, Any]], tmp_path: Path, text: str, status: int
) -> None:
    """As pre-commit does it: the files of the commit behind the entry."""
    file = tmp_path / "shop.ladder"
    file.write_text(text, encoding="utf-8")
    (check,) = (hook for hook in hooks if hook["id"] == "stepladder-check")
    found = CliRunner().invoke(cli, [*check["entry"].split()[1:], str(file)])
    assert found.exit_code == status


_SPEC = """spec shop
record client
role seller
event pays for client
process sale for client
    owner seller
    stage met
        start
        on pays go to happy
    stage happy
        end won
"""


@pytest.mark.parametrize(("kept", "status"), [("fresh", 0), ("stale", 1), (None, 0)])
def test_the_hook_of_drawings_fails_where_one_is_stale(
    hooks: list[dict[str, Any]], tmp_path: Path, kept: str | None, status: int
) -> None:
    file = tmp_path / "shop.ladder"
    file.write_text(_SPEC, encoding="utf-8")
    if kept:
        assert CliRunner().invoke(cli, ["draw", str(file)]).exit_code == 0
    if kept == "stale":
        drawing = tmp_path / "shop.svg"
        drawing.write_text(drawing.read_text(encoding="utf-8").replace("shop", "stop"), encoding="utf-8")
    (draw,) = (hook for hook in hooks if hook["id"] == "stepladder-draw")
    command = [*draw["entry"].split()[1:], *draw["args"], str(file)]
    assert CliRunner().invoke(cli, command).exit_code == status
