"""What holds for every spec that is handed out: those in `specs/` and the starter projects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import Compiled
from stepladder_dsl.keywords import LANGUAGES
from stepladder_engine.scenario.coverage import coverage
from stepladder_engine.scenario.run import run_scenarios

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted({path.parent for path in ROOT.glob("specs/*/*.ladder")})
TEMPLATES = sorted(path.parent for path in ROOT.glob("engine/stepladder_engine/templates/*/*/*.ladder"))


def name(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()


def test_specs_and_templates_are_found() -> None:
    assert {folder.name for folder in SPECS} >= {"phone_sale", "b2b_pipeline", "repeat_purchase"}
    assert {folder.parent.name for folder in TEMPLATES} >= {"phone-shop", "service", "trading-company"}


@pytest.mark.parametrize("folder", [*SPECS, *TEMPLATES], ids=name)
def test_nothing_is_to_be_found_fault_with(folder: Path, compile_folder: Callable[[Path], Compiled]) -> None:
    assert compile_folder(folder).diagnostics == ()


@pytest.mark.parametrize("folder", [*SPECS, *TEMPLATES], ids=name)
def test_its_scenarios_pass(folder: Path, compile_folder: Callable[[Path], Compiled]) -> None:
    spec = compile_folder(folder).spec
    assert spec
    results = run_scenarios(spec)
    assert results
    assert [(result.scenario.title, result.failures) for result in results if not result.passed] == []


@pytest.mark.parametrize("folder", SPECS, ids=name)
def test_its_scenarios_touch_everything(folder: Path, compile_folder: Callable[[Path], Compiled]) -> None:
    spec = compile_folder(folder).spec
    assert spec
    found = coverage(spec, run_scenarios(spec))
    assert {family: found.missing(family) for family in found.everything} == {
        family: [] for family in found.everything
    }


@pytest.mark.parametrize("folder", TEMPLATES, ids=name)
def test_a_starter_project_runs_and_forgets_nobody(folder: Path, run_spec: Callable[..., Any]) -> None:
    ran = run_spec(folder, {})
    assert ran.result.dataset.rejected == []
    assert ran.table("deviations") == []
    assert [row["case"] for row in ran.table("positions") if row["forgotten"]] == []
    assert any(row["status"] in {"due", "overdue", "escalated"} for row in ran.table("tasks"))


@pytest.mark.parametrize("folder", [*SPECS, *TEMPLATES], ids=name)
def test_it_has_a_page_that_names_its_commands(folder: Path) -> None:
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert "stepladder check" in page
    assert "stepladder run" in page


@pytest.mark.parametrize("folder", [path for path in TEMPLATES if path.name != "en"], ids=name)
def test_a_starter_project_in_another_language_says_the_same(
    folder: Path, compile_folder: Callable[[Path], Compiled], run_spec: Callable[..., Any]
) -> None:
    english = folder.parent / "en"
    spec = compile_folder(folder).spec
    assert spec
    assert spec.language == folder.name
    of_steps = [
        [(row["case"], row["time"][:16], row["kind"]) for row in run_spec(path, {}).table("journal")]
        for path in (folder, english)
    ]
    assert of_steps[0] == of_steps[1]


def test_every_starter_project_exists_in_every_language() -> None:
    projects = {folder.parent.name for folder in TEMPLATES}
    assert {(folder.parent.name, folder.name) for folder in TEMPLATES} == {
        (project, language) for project in projects for language in LANGUAGES
    }
