"""`docs/checking.md` is exact: its commands are run, and print what stands there.

    ```ladder FILE, ```toml FILE    the file from here on
    ```console                      lines `$ stepladder …`, each followed by what it prints

`STEPLADDER_ACCEPT=1 pytest tests/house/test_checking_page.py` writes the answers; read the difference.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from stepladder_engine.cli import baselines, settings
from stepladder_engine.cli.main import cli

_BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<file>[\w.]+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def answered(text: str) -> str:
    """The page with what its commands print today."""
    commands = 0

    def answer(block: re.Match[str]) -> str:
        nonlocal commands
        if block["file"]:
            Path(block["file"]).write_text(block["text"], encoding="utf-8")
        if block["kind"] != "console":
            return block[0]
        lines = [line for line in block["text"].splitlines() if line.startswith("$ stepladder ")]
        assert lines
        commands += len(lines)
        return "```console\n" + "\n".join(f"{line}\n{printed(line)}" for line in lines) + "```"

    page = _BLOCK.sub(answer, text)
    assert commands > 6
    return page


def printed(line: str) -> str:
    settings.configuration.cache_clear()
    baselines.baseline.cache_clear()
    found = CliRunner().invoke(cli, shlex.split(line)[2:])
    assert found.exception is None or isinstance(found.exception, SystemExit)
    return found.output


def test_every_command_prints_what_the_page_says(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = root / "docs" / "checking.md"
    text = page.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    today = answered(text)
    if os.environ.get("STEPLADDER_ACCEPT"):
        page.write_text(today, encoding="utf-8")
    else:
        assert text == today, "run: STEPLADDER_ACCEPT=1 pytest tests/house/test_checking_page.py"


def test_the_page_names_every_option_of_check(root: Path) -> None:
    text = (root / "docs" / "checking.md").read_text(encoding="utf-8")
    options = re.findall(r"--[a-z-]+", CliRunner().invoke(cli, ["check", "--help"]).output)
    missing = {option for option in options if f"{option}" not in text} - {"--help", "--lang", "--quiet"}
    assert missing == set()
