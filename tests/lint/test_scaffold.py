"""What `make.py rule` writes is a rule in the right place, and is refused until it is written out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def scaffold(root: Path, load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """The script, which is no part of a package."""
    return load_helper(root / "docs" / "rules" / "scaffold.py")


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of what the script reads and writes."""
    shutil.copytree(root / "dsl", tmp_path / "dsl", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "lint").mkdir(parents=True)
    shutil.copy(root / "tests" / "lint" / "ownership.md", tmp_path / "tests" / "lint")
    return tmp_path


def test_a_new_rule_has_the_next_code_of_its_family_and_all_its_files(
    scaffold: ModuleType, project: Path
) -> None:
    taken = {code for code in scaffold._codes(sorted(project.rglob("lint/*/*.py"))) if code.startswith("SL2")}
    begun = scaffold.begin(project, "ownership", "role-in-every-box")
    assert int(begun.code[2:]) == max(int(code[2:]) for code in taken) + 1
    folder = Path("dsl/stepladder_dsl/lint/ownership")
    assert {file.relative_to(project) for file in begun.files} == {
        folder / "role_in_every_box.py",
        *(folder / f"role_in_every_box.{language}.md" for language in ("en", "ru", "bg", "fa")),
        Path("tests/lint/ownership.md"),
    }
    assert all(scaffold.MARK in file.read_text(encoding="utf-8") for file in begun.files)


def test_a_new_rule_is_found_and_its_pages_can_be_read(scaffold: ModuleType, project: Path) -> None:
    begun = scaffold.begin(project, "ownership", "role-in-every-box")
    program = (
        "import sys; from stepladder_dsl.lint.registry import register_all; register_all();"
        "from stepladder_dsl.diagnostics.codes import known_code;"
        "from stepladder_dsl.diagnostics.catalogue import page;"
        f"code = known_code('role-in-every-box'); assert code.code == '{begun.code}', code;"
        "pages = [page(code, language) for language in ('en', 'ru', 'bg', 'fa')];"
        "assert all(sorted(each.sentences) == ['hint', 'message'] for each in pages);"
        "assert all(each.text.count('**') == 8 for each in pages);"
        "assert len({each.text for each in pages}) == 4"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, env={"PYTHONPATH": str(project / "dsl")}, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_family_without_rules_gets_its_folder_and_suite(scaffold: ModuleType, project: Path) -> None:
    shutil.rmtree(project / "dsl" / "stepladder_dsl" / "lint" / "timing")
    begun = scaffold.begin(project, "timing", "late-for-ever")
    assert begun.code == "SL601"
    names = {file.relative_to(project).as_posix() for file in begun.files}
    assert {"dsl/stepladder_dsl/lint/timing/__init__.py", "tests/lint/timing.md"} <= names


@pytest.mark.parametrize(
    ("family", "name", "reason"),
    [
        ("weather", "too-cold", "no family `weather`; there are flow, guards, leaks"),
        ("ownership", "missing-owner", "already: dsl/stepladder_dsl/lint/ownership/missing_owner.py"),
        ("flow", "missing-owner", "already"),
        ("ownership", "../escaped", "no name of a rule"),
        ("ownership", "Owner2", "no name of a rule"),
    ],
)
def test_what_cannot_be_a_rule_writes_nothing(
    scaffold: ModuleType,
    project: Path,
    capsys: pytest.CaptureFixture[str],
    family: str,
    name: str,
    reason: str,
) -> None:
    before = {file: file.read_bytes() for file in project.rglob("*") if file.is_file()}
    assert scaffold.main([family, name], project) == 2
    assert reason in capsys.readouterr().err
    assert {file: file.read_bytes() for file in project.rglob("*") if file.is_file()} == before


def test_no_rule_is_left_half_written(scaffold: ModuleType, root: Path) -> None:
    files = [
        *(root / "dsl" / "stepladder_dsl" / "lint").rglob("*.*"),
        *(root / "tests" / "lint").glob("*.md"),
    ]
    unfinished = [
        str(file.relative_to(root))
        for file in files
        if file.suffix in {".py", ".md"} and scaffold.MARK in file.read_text(encoding="utf-8")
    ]
    assert unfinished == []
