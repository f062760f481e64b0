"""What a start loads: what it does not need is not there, so that it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from stepladder_engine.cli.main import COMMANDS, cli

PROGRAM = """
import runpy, sys
arguments, sys.argv = sys.argv[1:], ["stepladder", *sys.argv[1:]]
try:
    runpy.run_module("stepladder_engine", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
print("loaded", *sys.modules)
"""
TEXT_TO_SPEC = {
    "lark",
    "jsonschema",
    "yaml",
    "stepladder_dsl.syntax.nodes",
    "stepladder_dsl.graph.edges",
}
"""What reads a text, its mapping and its rules."""
FIGURES = {"stepladder_engine.results.record_overview", "stepladder_engine.metrics.standard.ledger"}
DATA = {"numpy", "pyarrow", "duckdb", "pandas", "sqlalchemy", "llvmlite"}
SCREEN = {"rich"}
DATABASES = {"stepladder_engine.data.read_sql"}
LOADING = "stepladder_engine.data.load"
SHOP = "engine/stepladder_engine/templates/phone-shop/en"
TRADE = "engine/stepladder_engine/templates/trading-company/en"
"""Its tables fit the screen, so nothing has to break their cells into lines."""


def loaded_by(root: Path, kept: Path, *arguments: str) -> set[str]:
    """Give what a command has loaded when it starts for the second time."""
    environment = {"STEPLADDER_CACHE": str(kept), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    for _ in range(2):
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded ")[2].split())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.mark.parametrize(
    ("arguments", "needless"),
    [
        (("run", TRADE, "--as-of", "2026-06-30"), {*TEXT_TO_SPEC, *FIGURES, *DATA, *SCREEN, *DATABASES}),
        pytest.param(("check", SHOP), {*TEXT_TO_SPEC, *FIGURES, *DATA, LOADING}, marks=pytest.mark.nightly),
        pytest.param(
            ("--help",),
            {*TEXT_TO_SPEC, *FIGURES, *DATA, *SCREEN, LOADING, "stepladder_engine.cli.commands.run"},
            marks=pytest.mark.nightly,
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_start_loads_nothing_that_it_does_not_need(
    root: Path, kept: Path, arguments: tuple[str, ...], needless: set[str]
) -> None:
    assert needless & loaded_by(root, kept, *arguments) == set()


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    context = click.Context(cli)
    for name, told in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(limit=200) == told
