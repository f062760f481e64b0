"""What is kept from one start to the next: quicker, and never anything else than what would be found."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl import compile as compiling
from stepladder_dsl.lint import registry
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.cli import baselines
from stepladder_engine.cli import settings as cli_settings

Run = Callable[..., Any]
FORMS = ("text", "json", "sarif", "github")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own for every test."""
    cli_settings.configuration.cache_clear()
    baselines.baseline.cache_clear()
    folder = tmp_path / "the cache"
    monkeypatch.setenv("STEPLADDER_CACHE", str(folder))
    return folder


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were compiled, as they are."""
    files: list[Path] = []
    compile_file = compiling.compile_file

    def counting(path: Path, **options: Any) -> compiling.Compiled:
        files.append(path)
        return compile_file(path, **options)

    monkeypatch.setattr(compiling, "compile_file", counting)
    return files


def said(found: Any) -> tuple[int, str, str]:
    return found.status, found.out, found.err


def changed(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    cli_settings.configuration.cache_clear()
    baselines.baseline.cache_clear()


def test_what_has_not_changed_is_compiled_once(stepladder: Run, shop: Path, compiled: list[Path]) -> None:
    assert shop.is_dir()
    first = said(stepladder("check", "shop"))
    assert said(stepladder("check", "shop")) == first
    assert len(compiled) == 1


def test_findings_are_kept_as_they_are(stepladder: Run, shop: Path, compiled: list[Path]) -> None:
    changed(shop / "shop.ladder", "    owner seller\n", "")
    changed(shop / "shop.ladder", "spec shop", "role forgotten\n\nspec shop")
    plain = {form: said(stepladder("check", "shop", "--format", form)) for form in FORMS}
    assert {status for status, _, _ in plain.values()} == {1}
    assert {form: said(stepladder("check", "shop", "--format", form)) for form in FORMS} == plain
    assert len(compiled) == 1


def test_one_changed_letter_is_seen(stepladder: Run, shop: Path) -> None:
    assert said(stepladder("check", "shop"))[0] == 0
    changed(shop / "shop.ladder", "go to bought", "go to baught")
    found = stepladder("check", "shop")
    assert found.status == 1
    assert "baught" in found.out


def test_an_included_file_that_has_changed_is_seen(stepladder: Run, shop: Path, compiled: list[Path]) -> None:
    changed(shop / "shop.ladder", 'role manager "Manager"\n', 'include "roles.ladder"\n')
    roles = shop / "roles.ladder"
    roles.write_text('role manager "Manager"\n', encoding="utf-8")
    assert stepladder("check", "shop/shop.ladder").status == 0
    assert stepladder("check", "shop/shop.ladder").status == 0
    assert len(compiled) == 1
    roles.write_text('role boss "Boss"\n', encoding="utf-8")
    assert stepladder("check", "shop/shop.ladder").status == 1
    roles.unlink()
    missing = stepladder("check", "shop/shop.ladder")
    assert "SL120" in missing.out
    roles.write_text('role manager "Manager"\n', encoding="utf-8")
    assert stepladder("check", "shop/shop.ladder").status == 0


def test_changed_settings_are_seen(stepladder: Run, shop: Path) -> None:
    changed(shop / "shop.ladder", "spec shop", "role forgotten\n\nspec shop")
    settings = shop / "stepladder.toml"
    settings.write_text("", encoding="utf-8")
    assert stepladder("check", "shop").status == 1
    settings.write_text('[lint]\nignore = ["SL"]\n', encoding="utf-8")
    cli_settings.configuration.cache_clear()
    assert stepladder("check", "shop").status == 0


def test_a_changed_baseline_is_seen(stepladder: Run, shop: Path) -> None:
    assert stepladder("check", "shop", "--write-baseline", "nothing.json").status == 0
    changed(shop / "shop.ladder", "spec shop", "role forgotten\n\nspec shop")
    assert stepladder("check", "shop", "--write-baseline", "known.json").status == 0
    assert stepladder("check", "shop", "--baseline", "known.json").status == 0
    Path("nothing.json").replace("known.json")
    baselines.baseline.cache_clear()
    assert stepladder("check", "shop", "--baseline", "known.json").status == 1


def broken_in_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def one_bit_off(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    file.write_bytes(content)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [broken_in_half, one_bit_off, emptied, a_folder])
def test_a_broken_cache_does_no_harm(
    stepladder: Run, shop: Path, cache: Path, compiled: list[Path], damage: Callable[[Path], None]
) -> None:
    assert shop.is_dir()
    first = said(stepladder("check", "shop"))
    for file in cache.glob("*.kept"):
        damage(file)
    assert said(stepladder("check", "shop")) == first
    assert len(compiled) == 2


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_what_somebody_else_has_put_there_is_not_read(
    stepladder: Run, shop: Path, cache: Path, compiled: list[Path]
) -> None:
    assert shop.is_dir()
    first = said(stepladder("check", "shop"))
    for file in cache.glob("*.kept"):
        os.chown(file, 12345, 12345)
    assert said(stepladder("check", "shop")) == first
    assert len(compiled) == 2


def test_without_a_folder_for_it_all_is_as_ever(
    stepladder: Run, shop: Path, cache: Path, compiled: list[Path]
) -> None:
    assert shop.is_dir()
    cache.write_text("this is no folder", encoding="utf-8")
    first = said(stepladder("check", "shop"))
    assert said(stepladder("check", "shop")) == first
    assert len(compiled) == 2


def test_another_program_finds_nothing_that_is_its_own(
    stepladder: Run, shop: Path, compiled: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.is_dir()
    first = said(stepladder("check", "shop"))
    monkeypatch.setattr("stepladder_dsl.kept.program_state", lambda: "a newer version")
    assert said(stepladder("check", "shop")) == first
    assert len(compiled) == 2


def test_a_run_by_what_is_kept_gives_the_same(stepladder: Run, shop: Path, compiled: list[Path]) -> None:
    first = stepladder("run", "shop", "--format", "json", "--out", "first")
    again = stepladder("run", "shop", "--format", "json", "--out", "again")
    assert first.status == again.status
    assert len(compiled) == 1
    names = sorted(file.name for file in (shop.parent / "first").iterdir())
    assert names == sorted(file.name for file in (shop.parent / "again").iterdir())
    for name in names:
        assert (shop.parent / "first" / name).read_bytes() == (shop.parent / "again" / name).read_bytes()


@pytest.mark.parametrize(
    "command", [("check", "shop"), ("run", "shop"), ("check", "shop", "--format", "json")]
)
def test_the_findings_of_rules_are_told_by_a_program_that_has_not_loaded_the_rules(
    command: tuple[str, ...], shop: Path, cache: Path
) -> None:
    changed(
        shop / "shop.ladder", "event call for client\n", "event call for client\nevent unheard for client\n"
    )
    whole = [sys.executable, "-m", "stepladder_engine", *command]
    first, again = (
        subprocess.run(whole, capture_output=True, text=True, check=False, cwd=shop.parent) for _ in range(2)
    )
    assert list(cache.glob("*.kept"))
    assert (again.returncode, again.stdout, again.stderr) == (first.returncode, first.stdout, first.stderr)
    assert "Traceback" not in first.stderr


def test_not_more_is_kept_than_some_hundred_files(
    stepladder: Run, shop: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stepladder_dsl.kept._MOST_KEPT", 3)
    for number in range(6):
        changed(shop / "shop.ladder", "language en\n", f"language en\n# {number}\n")
        assert stepladder("check", "shop").status == 0
    assert len(list(cache.glob("*.kept"))) == 3
    assert not list(cache.glob("*.part"))


def test_a_command_that_shows_no_warnings_looks_for_errors_only(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LintSettings] = []
    run_lint = registry.lint

    def noting(spec: Spec, source: Source, settings: LintSettings, *more: Any) -> registry.Linted:
        asked.append(settings)
        return run_lint(spec, source, settings, *more)

    monkeypatch.setattr(registry, "lint", noting)
    changed(shop / "shop.ladder", "spec shop", "role forgotten\n\nspec shop")
    assert stepladder("draw", "shop", "-o", "shop.svg").status == 0
    assert [settings.errors_only for settings in asked] == [True]
    # What a run has left out is not missing from a check.
    assert "SL" in stepladder("check", "shop").out
    assert [settings.errors_only for settings in asked] == [True, False]


def test_what_a_check_has_found_serves_other_commands(
    stepladder: Run, shop: Path, compiled: list[Path]
) -> None:
    assert stepladder("check", "shop").status == 0
    assert stepladder("draw", "shop", "-o", "shop.svg").status == 0
    assert len(compiled) == 1
    changed(shop / "shop.ladder", "    owner seller\n", "")
    assert stepladder("check", "shop").status == 1
    assert stepladder("draw", "shop", "-o", "shop.svg").status == 2
    assert len(compiled) == 2


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ("", 0),
        ('[lint.severity]\nSL801 = "error"\n', 2),
        ('[lint]\nignore = ["SL801"]\n[lint.severity]\nSL801 = "error"\n', 0),
    ],
)
def test_a_warning_that_the_settings_make_an_error_forbids_a_drawing(
    stepladder: Run, shop: Path, settings: str, status: int
) -> None:
    changed(shop / "shop.ladder", "spec shop", "role forgotten\n\nspec shop")
    (shop / "stepladder.toml").write_text(settings, encoding="utf-8")
    found = stepladder("draw", "shop", "-o", "shop.svg")
    assert found.status == status, found.err
    assert ("role `forgotten`" in found.err) == (status == 2), found.err


def test_an_error_that_the_settings_take_for_less_forbids_nothing(stepladder: Run, shop: Path) -> None:
    changed(shop / "shop.ladder", "    owner seller\n", "")
    assert stepladder("draw", "shop", "-o", "shop.svg").status == 2
    (shop / "stepladder.toml").write_text('[lint.severity]\nSL201 = "warning"\n', encoding="utf-8")
    cli_settings.configuration.cache_clear()
    assert stepladder("draw", "shop", "-o", "shop.svg").status == 0
