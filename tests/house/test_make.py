from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def make(root: Path) -> ModuleType:
    """The script `make.py`, which is no part of a package."""
    description = importlib.util.spec_from_file_location("make", root / "make.py")
    assert description
    assert description.loader
    module = importlib.util.module_from_spec(description)
    # Dataclasses look their own module up by name.
    sys.modules["make"] = module
    description.loader.exec_module(module)
    return module


def test_help_names_every_command(make: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make.main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(
        f"\n  {name}" in shown for name in ("demo", "test", "lint", "nightly", "bench", "rule", "clean")
    )


def test_an_unknown_command_is_refused(make: ModuleType) -> None:
    with pytest.raises(SystemExit) as ended:
        make.main(["dance"])
    assert ended.value.code == 2


def test_a_missing_venv_is_explained(
    make: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make.importlib.util, "find_spec", lambda _: None)
    assert make.main(["demo", "--venv", str(tmp_path / "new")]) == 2
    shown = capsys.readouterr().err
    assert "sudo apt install python3." in shown
    assert "--venv DIR" in shown


def test_a_folder_with_other_files_is_left_alone(
    make: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    treasure = tmp_path / "clients.csv"
    treasure.write_text("kept", encoding="utf-8")
    assert make.main(["demo", "--venv", str(tmp_path)]) == 2
    assert "no virtual environment" in capsys.readouterr().err
    assert treasure.read_text(encoding="utf-8") == "kept"


def test_a_broken_environment_is_left_alone_with_advice(
    make: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyvenv.cfg").write_text("", encoding="utf-8")
    assert make.main(["demo", "--venv", str(tmp_path)]) == 2
    assert "make.py clean --venv" in capsys.readouterr().err
    assert (tmp_path / "pyvenv.cfg").exists()


def test_groups_are_read_with_those_they_include(
    make: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = '[dependency-groups]\ntypes = ["b"]\ndev = ["a", {include-group = "types"}]\n'
    (tmp_path / "pyproject.toml").write_text(groups, encoding="utf-8")
    monkeypatch.setattr(make, "ROOT", tmp_path)
    assert list(make.group_members("dev")) == ["a", "b"]


def test_a_second_installation_of_the_same_does_nothing(
    make: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Recorded(make.Environment):  # type: ignore[misc, name-defined]  # a script's class has no static name
        def works(self) -> bool:
            return True

        def must_run(self, program: str, *arguments: str | os.PathLike[str]) -> None:
            calls.append([program, *map(str, arguments)])

    calls: list[list[str]] = []
    environment = Recorded(tmp_path)
    make.install(environment, group="dev")
    make.install(environment, group="dev")
    make.install(environment, group=None)
    assert len(calls) == 1
    assert "--editable" in calls[0]
    assert any(word.startswith("pytest>=") for word in calls[0])
