"""Which `stepladder.toml` a command reads, and what it does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.lint import registry
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_engine.cli import settings as cli_settings

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """A file of the same name may say something else in another test."""
    cli_settings.configuration.cache_clear()


@pytest.fixture
def forgetful(shop: Path) -> Path:
    """The shop with a stage that nobody leaves, and a role that nobody needs."""
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8").replace(
        "        after 30 days go to cold\n", "        after 30 days go to lost_for_ever\n", 1
    )
    text = text.replace('    stage choosing "Is', '    stage lost_for_ever\n    stage choosing "Is', 1)
    file.write_text(text + "role nobody_needs\n", encoding="utf-8")
    return shop


def test_without_settings_the_shop_cannot_run(stepladder: Run, forgetful: Path) -> None:
    assert "SL302" in stepladder("check", "shop").out
    assert stepladder("run", "shop").status == 2


@pytest.mark.parametrize("folder", [".", "shop"])
def test_the_nearest_file_above_a_spec_holds(stepladder: Run, forgetful: Path, folder: str) -> None:
    Path(folder, "stepladder.toml").write_text('[lint]\nignore = ["SL302"]\n', encoding="utf-8")
    found = stepladder("check", "shop")
    assert "SL302" not in found.out
    assert "SL801" in found.out
    assert stepladder("run", "shop").status == 0
    assert stepladder("test", "shop").status == 0


def test_the_search_ends_at_the_top_of_the_repository(stepladder: Run, forgetful: Path) -> None:
    Path("stepladder.toml").write_text('[lint]\nignore = ["SL"]\n', encoding="utf-8")
    (forgetful / ".git").mkdir()
    assert "SL302" in stepladder("check", "shop").out


def test_a_file_can_be_named_and_left_out(stepladder: Run, forgetful: Path) -> None:
    Path("other.toml").write_text('[lint]\nignore = ["SL"]\n', encoding="utf-8")
    assert stepladder("check", "shop", "--config", "other.toml").status == 0
    Path("stepladder.toml").write_text('[lint]\nignore = ["SL"]\n', encoding="utf-8")
    assert stepladder("check", "shop").status == 0
    assert stepladder("check", "shop", "--no-config").status == 1
    missing = stepladder("check", "shop", "--config", "nowhere.toml")
    assert missing.status == 2
    assert "nowhere.toml" in missing.err


def test_options_go_before_the_file(stepladder: Run, forgetful: Path) -> None:
    Path("stepladder.toml").write_text('[lint]\nignore = ["SL302", "SL801"]\n', encoding="utf-8")
    assert stepladder("check", "shop").status == 0
    assert "SL302" in stepladder("check", "shop", "--extend", "dead-end").out
    found = stepladder("check", "shop", "--select", "SL8")
    assert "SL801" in found.out
    assert "SL302" not in found.out


def test_a_file_that_cannot_be_used_is_shown_with_its_line(stepladder: Run, forgetful: Path) -> None:
    Path("stepladder.toml").write_text('[lint]\nignor = ["SL302"]\n', encoding="utf-8")
    for command in ("check", "run", "test", "draw"):
        found = stepladder(command, "shop")
        assert found.status == 2
        assert "stepladder.toml:2:1: error SL132 there is no setting `ignor` here" in found.err
        assert "did you mean `ignore`?" in found.err
    told = stepladder("check", "shop", "--lang", "ru")
    assert "здесь нет настройки `ignor`" in told.err


def test_a_severity_decides_whether_a_spec_runs(stepladder: Run, forgetful: Path) -> None:
    Path("stepladder.toml").write_text(
        '[lint.severity]\ndead-end = "warning"\nSL801 = "error"\n', encoding="utf-8"
    )
    found = stepladder("check", "shop", "--select", "SL302,SL801").out
    assert "warning SL302" in found
    assert "error SL801" in found
    assert stepladder("run", "shop").status == 2
    Path("stepladder.toml").write_text('[lint.severity]\ndead-end = "warning"\n', encoding="utf-8")
    cli_settings.configuration.cache_clear()
    assert stepladder("run", "shop").status == 0


def test_rules_that_are_not_wanted_do_not_run(
    stepladder: Run, forgetful: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def watched(rule: Rule) -> Rule:
        def check(context: LintContext) -> Iterator[Diagnostic]:
            ran.append(rule.code)
            return rule.check(context)

        return replace(rule, check=check)

    rules = tuple(watched(rule) for rule in registry.discover())
    monkeypatch.setattr(registry, "discover", lambda: rules)
    stepladder("check", "shop", "--select", "SL3", "--ignore", "SL302")
    assert ran
    assert {code[:3] for code in ran} == {"SL3"}
    assert "SL302" not in ran


def test_a_spec_from_the_standard_input_has_the_settings_of_the_working_folder(
    stepladder: Run, forgetful: Path
) -> None:
    text = (forgetful / "shop.ladder").read_text(encoding="utf-8")
    Path("stepladder.toml").write_text('[lint]\nignore = ["SL302", "SL801"]\n', encoding="utf-8")
    assert stepladder("check", "-", stdin=text).status == 0


def test_a_spec_runs_whose_errors_are_allowed(stepladder: Run, forgetful: Path) -> None:
    file = forgetful / "shop.ladder"
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        "    stage lost_for_ever\n",
        '    stage lost_for_ever\n        allow SL302 because "Never seen again"\n',
    )
    file.write_text(text, encoding="utf-8")
    assert stepladder("run", "shop").status == 0
    assert stepladder("test", "shop").status == 0
    assert "1 allowed" in stepladder("check", "shop").out


@pytest.mark.parametrize("make", [Path.mkdir, lambda file: file.symlink_to("nowhere.toml")])
def test_what_lies_in_the_place_of_the_settings_is_told(
    stepladder: Run, forgetful: Path, make: Callable[[Path], None]
) -> None:
    """Without its settings other rules would run, and nobody would know."""
    make(Path("stepladder.toml"))
    found = stepladder("check", "shop")
    assert found.status == 2
    assert "stepladder.toml" in found.err
    assert stepladder("check", "shop", "--no-config").status == 1


def test_a_folder_is_named_as_one(stepladder: Run, forgetful: Path) -> None:
    for option in ("--config", "--baseline", "--write-baseline"):
        found = stepladder("check", "shop", option, ".")
        assert (found.status, found.err) == (2, "stepladder: .: is a folder; name a file\n")


def test_blank_codes_ask_for_nothing(stepladder: Run, forgetful: Path) -> None:
    """As where a script has nothing to put in: all rules run, not none."""
    for codes in ("", " ", ",", " , "):
        assert "SL302" in stepladder("check", "shop", "--select", codes).out
    Path("stepladder.toml").write_text('[lint]\nselect = [""]\n', encoding="utf-8")
    assert "SL302" in stepladder("check", "shop").out


@pytest.mark.parametrize("text", ["[lint\n", '[lint]\nignor = ["SL2"]\n', None])
def test_a_page_is_shown_where_the_settings_are_of_no_use(
    stepladder: Run, shop: Path, text: str | None
) -> None:
    """The finding about the settings names the command that shows its page."""
    if text is None:
        Path("stepladder.toml").mkdir()
    else:
        Path("stepladder.toml").write_text(text, encoding="utf-8")
    for code in ("SL132", "SL801"):
        found = stepladder("explain", code)
        assert (found.status, found.err) == (0, "")
        assert found.out.startswith(f"# {code} ")
