"""`stepladder rules` shows every rule as it stands in a folder, and `explain` that of one rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.lint import registry
from stepladder_engine.cli import settings as cli_settings

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, whose settings nobody remembers."""
    monkeypatch.chdir(tmp_path)
    cli_settings.configuration.cache_clear()


def document(stepladder: Run, *options: str) -> dict[str, Any]:
    found = stepladder("rules", "--format", "json", *options)
    assert found.status == 0
    return {rule["code"]: rule for rule in json.loads(found.out)}


def test_every_rule_is_listed_with_its_first_sentence(stepladder: Run) -> None:
    found = document(stepladder)
    assert list(found) == [rule.code for rule in registry.discover()]
    assert all(rule["on"] == rule["on_by_default"] for rule in found.values())
    assert found["SL202"] == {
        "code": "SL202",
        "name": "unanswered-limit",
        "severity": "warning",
        "on": True,
        "on_by_default": True,
        "needs_solver": False,
        "can_run": True,
        "summary": "A limit says how long a record may stay in a stage.",
    }
    lines = stepladder("rules").out.splitlines()
    assert len(lines) == len(found)
    assert [line.split()[0] for line in lines] == list(found)


def test_the_settings_of_the_folder_hold(stepladder: Run) -> None:
    Path("stepladder.toml").write_text(
        '[lint]\nignore = ["SL3"]\n[lint.severity]\nSL202 = "info"\n', encoding="utf-8"
    )
    found = document(stepladder)
    assert (found["SL302"]["on"], found["SL202"]["severity"]) == (False, "info")
    assert document(stepladder, "--no-config")["SL302"]["on"]
    assert stepladder("explain", "SL302").out.endswith("\nHere: off, error\n")
    assert stepladder("explain", "SL202").out.endswith("\nHere: on, info\n")


def test_explain_says_nothing_of_where_the_language_itself_is_checked(stepladder: Run) -> None:
    assert "Here:" not in stepladder("explain", "SL101").out


@pytest.mark.parametrize(
    ("installed", "says"), [(True, "needs the solver"), (False, "needs the solver, which is not installed")]
)
def test_a_rule_says_whether_its_solver_is_there(
    stepladder: Run, monkeypatch: pytest.MonkeyPatch, installed: bool, says: str
) -> None:
    from dataclasses import replace

    rules = tuple(replace(rule, needs_solver=rule.code == "SL302") for rule in registry.discover())
    monkeypatch.setattr(registry, "discover", lambda: rules)
    monkeypatch.setattr(registry, "has_solver", lambda: installed)
    assert document(stepladder)["SL302"]["can_run"] == installed
    assert stepladder("explain", "SL302").out.endswith(f"\nHere: on, error, {says}\n")


@pytest.mark.parametrize(
    ("language", "says"), [("ru", "включено, ошибка"), ("bg", "включено, грешка"), ("fa", "روشن، خطا")]
)
def test_the_list_is_in_the_readers_language(stepladder: Run, language: str, says: str) -> None:
    found = stepladder("rules", "--lang", language).out
    assert says in found
    assert "A limit says" not in found
