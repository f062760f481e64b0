"""What keeps Spark from being started is said before anything is read."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli
from stepladder_engine.spark import session

here_only = pytest.mark.skipif(sys.platform == "win32", reason="the Java of this test is a script of a shell")


@pytest.fixture
def with_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: ModuleSpec(name, None))


def java(folder: Path, said: str) -> None:
    """Put a Java into a folder that says its version as real ones do."""
    program = folder / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\n", encoding="utf-8")
    program.chmod(0o755)


def test_a_package_is_missing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    words = [
        "run",
        str(root / "specs" / "phone_sale"),
        "--engine",
        "spark",
        "--out",
        str(tmp_path / "out"),
        "--lang",
        "en",
    ]
    found = CliRunner().invoke(cli, words)
    assert found.exit_code == 2
    assert "`--engine spark` needs the package pyspark, which is not installed" in found.stderr
    assert 'pip install "stepladder[spark]"' in found.stderr
    assert not (tmp_path / "out").exists()


def test_there_is_no_java(with_packages: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert [(found.code, found.variant) for found in session.obstacles()] == [("SD086", "")]


@here_only
@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ('openjdk version "17.0.15" 2025-04-15', []),
        ('openjdk version "21" 2023-09-19', []),
        ('java version "1.8.0_202"', [("SD086", "old", 8)]),
        ('openjdk version "11.0.2" 2019-01-15', [("SD086", "old", 11)]),
        ("it does not say", []),
    ],
)
def test_java_is_old_or_not(
    with_packages: None,
    said: str,
    codes: list[tuple[str, str, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    java(tmp_path, said)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert [(found.code, found.variant, found.values["version"]) for found in session.obstacles()] == codes


def test_an_event_log_is_not_for_spark(root: Path, tmp_path: Path) -> None:
    words = [
        "run",
        str(root / "specs" / "phone_sale"),
        "--engine",
        "spark",
        "--event-log",
        str(tmp_path / "log.xes"),
    ]
    found = CliRunner().invoke(cli, words)
    assert found.exit_code == 2
    assert "leave out --engine spark" in found.stderr
