from __future__ import annotations

import importlib.util
import json
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


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in npm's place, which writes down what it was asked and ends as the file `status` says."""
    program, asked, status = (tmp_path / name for name in ("npm", "asked", "status"))
    program.write_text(f'#!/bin/sh\necho "$@" >> {asked}\nexit $(cat {status})\n', encoding="utf-8")
    program.chmod(0o755)
    status.write_text("0", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="the program in npm's place is a script of a shell")
def test_tools_of_node_are_installed_once_in_the_versions_of_the_lock(make: ModuleType, npm: Path) -> None:
    environment = make.Environment(npm / "venv")
    environment.folder.mkdir()
    make.install_notation_tools(environment)
    make.install_notation_tools(environment)
    (asked,) = (npm / "asked").read_text(encoding="utf-8").splitlines()
    assert asked.startswith("ci --ignore-scripts ")
    assert (environment.folder / "notation-tools" / "package-lock.json").is_file()


@pytest.mark.skipif(os.name == "nt", reason="the program in npm's place is a script of a shell")
def test_without_a_network_the_tests_go_on_and_the_next_run_tries_again(
    make: ModuleType, npm: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    environment = make.Environment(npm / "venv")
    environment.folder.mkdir()
    (npm / "status").write_text("1", encoding="utf-8")
    make.install_notation_tools(environment)
    assert "the tests that need tools of Node are skipped" in capfd.readouterr().out
    make.install_notation_tools(environment)
    assert len((npm / "asked").read_text(encoding="utf-8").splitlines()) == 2


def test_without_node_the_tests_go_on(
    make: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    make.install_notation_tools(make.Environment(tmp_path))
    assert "There is no npm here" in capsys.readouterr().out


def test_the_lock_of_the_tools_holds_versions_and_checksums_and_no_addresses(root: Path) -> None:
    folder = root / "tests" / "notation" / "tools"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages[""]["dependencies"] == wanted
    assert all(packages[f"node_modules/{name}"]["version"] == version for name, version in wanted.items())
    locked = [package for name, package in packages.items() if name]
    assert all("integrity" in package and "resolved" not in package for package in locked)
