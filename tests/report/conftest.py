from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

Document = dict[str, Any]


class Told(NamedTuple):
    """What a command did: its exit status, stdout and stderr."""

    status: int
    out: str
    err: str


def told(*arguments: str) -> Told:
    """Run a command; anything but a clean exit is an error of the test."""
    result = CliRunner().invoke(cli, arguments, prog_name="stepladder")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Told(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def stepladder() -> Callable[..., Told]:
    """The command."""
    return told


@pytest.fixture(scope="session")
def asked() -> Callable[..., Told]:
    """The command, each time with the answer of the first: for what is asked of a shipped spec only."""
    return cache(told)


class Report:
    """A report as JSON, with its figures and rows by name."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sections = {section["key"]: section for section in document["sections"]}
        self.figures: dict[str, Document] = {
            figure["id"]: figure for section in document["sections"] for figure in section["figures"]
        }
        self.rows: dict[str, dict[str, Any]] = {}
        self.behind: dict[str, Document] = {}
        for section in document["sections"]:
            for figure in section["figures"]:
                self.behind[figure["id"]] = figure["clients"]
            for table in section["tables"]:
                keys = [column["key"] for column in table["columns"]]
                for row in table["rows"]:
                    assert row["id"] not in self.rows, row["id"]
                    self.rows[row["id"]] = dict(zip(keys, row["values"], strict=True))
                    self.behind[row["id"]] = row["clients"]

    def table(self, section: str, key: str) -> dict[str, dict[str, Any]]:
        """Give the rows of a table by the last part of their names."""
        begin = f"{section}.{key}."
        return {name.removeprefix(begin): row for name, row in self.rows.items() if name.startswith(begin)}


@pytest.fixture(scope="session")
def load_report() -> Callable[[Document], Report]:
    """The way from a document to its figures by name."""
    return Report


@pytest.fixture(scope="session")
def report_of(root: Path) -> Callable[..., Report]:
    """The way to the report of a shipped spec, made once."""
    made: dict[tuple[str, ...], Report] = {}

    def report(name: str, *more: str) -> Report:
        if (name, *more) not in made:
            found = told("report", str(root / "specs" / name), "--format", "json", *more)
            assert found.status == 0, found.err
            made[name, *more] = Report(json.loads(found.out))
        return made[name, *more]

    return report
