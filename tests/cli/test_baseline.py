"""A baseline hides what was there before, however the lines move, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sarif_kit.validate import validation_errors

from stepladder_engine.cli import baselines
from stepladder_engine.cli import settings as cli_settings

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """A file of the same name says something else in another test."""
    cli_settings.configuration.cache_clear()
    baselines.baseline.cache_clear()


@pytest.fixture
def old(shop: Path) -> Path:
    """An existing spec with three mistakes, of which two are of one kind."""
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8") + "role one_too_many\nrole two_too_many\n"
    text = text.replace("limit 2 days, then alert manager", "limit 2 days")
    file.write_text(text, encoding="utf-8")
    return file


def check(stepladder: Run, *options: str) -> Any:
    baselines.baseline.cache_clear()
    return stepladder("check", "shop", "--baseline", "known.json", *options)


def changed(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.fixture
def known(stepladder: Run, old: Path) -> Path:
    """The baseline of the existing spec."""
    found = stepladder("check", "shop", "--write-baseline", "known.json")
    assert (found.status, found.out) == (0, "")
    assert "known.json" in found.err
    assert "3 findings" in found.err
    return Path("known.json")


def test_a_baseline_keeps_to_its_schema_and_names_no_lines(known: Path, root: Path) -> None:
    document: Any = json.loads(known.read_text(encoding="utf-8"))
    schema: Any = json.loads((root / "schemas" / "baseline.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert [(found["code"], found["file"], found["within"]) for found in document["findings"]] == [
        ("SL202", "shop/shop.ladder", "process sale / stage choosing"),
        ("SL801", "shop/shop.ladder", ""),
        ("SL801", "shop/shop.ladder", ""),
    ]


def test_an_old_spec_shows_nothing_then(stepladder: Run, known: Path) -> None:
    assert check(stepladder) == (0, "no findings, 3 known from the baseline\n", "")


def test_moved_lines_are_still_known(stepladder: Run, known: Path, old: Path) -> None:
    changed(old, "role seller", "# A remark.\n\nrole seller")
    changed(old, "        limit 2 days\n", '        do "Ask"\n        limit 2 days\n')
    changed(old, 'stage choosing "Is choosing"', 'stage choosing "Chooses"')
    assert check(stepladder).status == 0


def test_what_is_new_is_shown(stepladder: Run, known: Path, old: Path) -> None:
    changed(old, '    stage bought "Has bought"\n', '    stage bought "Has bought"\n        limit 9 days\n')
    found = check(stepladder)
    assert found.status == 1
    assert "1 warning, 3 known from the baseline" in found.out
    assert "bought" in found.out


def test_a_second_one_of_a_kind_is_new(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    changed(file, "on purchase when amount > 0 go", "on purchase when channel = press and amount > 0 go")
    stepladder("check", "shop", "--write-baseline", "known.json")
    assert check(stepladder).out == "no findings, 1 known from the baseline\n"
    changed(
        file,
        "        after 10 days go to cold\n",
        "        after 8 days when channel = press go to cold\n        after 10 days go to cold\n",
    )
    found = check(stepladder)
    assert "1 warning, 1 known from the baseline" in found.out


def test_what_is_gone_is_told(stepladder: Run, known: Path, old: Path) -> None:
    changed(old, "role two_too_many\n", "")
    found = check(stepladder)
    assert found.status == 0
    assert "no findings, 2 known from the baseline" in found.out
    assert "1 finding of the baseline is gone" in found.out
    assert "SL801 shop/shop.ladder: the role `two_too_many` is never used" in found.out
    (gone,) = json.loads(check(stepladder, "--format", "json").out)["gone"]
    assert gone["code"] == "SL801"


def test_what_was_not_looked_for_is_not_gone(stepladder: Run, known: Path, old: Path) -> None:
    changed(old, "role two_too_many\n", "")
    assert "gone" not in check(stepladder, "--ignore", "SL801").out
    changed(old, "owner seller\n", "owner seler\n")
    assert "gone" not in check(stepladder).out


def test_documents_keep_what_is_known(stepladder: Run, known: Path, root: Path) -> None:
    document: Any = json.loads(check(stepladder, "--format", "json").out)
    schema: Any = json.loads((root / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert [found["allowed_in"] for found in document["suppressed"]] == [None, None, None]
    sarif: Any = json.loads(check(stepladder, "--format", "sarif").out)
    assert validation_errors(sarif) == []
    assert [found["suppressions"] for found in sarif["runs"][0]["results"]] == [[{"kind": "external"}]] * 3


def test_the_settings_may_name_it_and_a_run_knows_it_as_well(stepladder: Run, old: Path) -> None:
    changed(old, "        after 30 days go to cold\n", "        after 30 days go to nowhere\n")
    changed(old, '    stage choosing "Is', '    stage nowhere\n    stage choosing "Is')
    assert stepladder("run", "shop").status == 2
    Path("stepladder.toml").write_text('[lint]\nbaseline = "all/known.json"\n', encoding="utf-8")
    cli_settings.configuration.cache_clear()
    assert stepladder("check", "shop").status == 2  # the file is not there yet
    assert stepladder("check", "shop", "--write-baseline", "all/known.json").status == 0
    assert stepladder("check", "shop").out == "no findings, 4 known from the baseline\n"
    assert stepladder("run", "shop").status == 0
    assert stepladder("check", "shop", "--no-config").status == 1


def test_an_error_of_the_language_cannot_be_known(stepladder: Run, old: Path) -> None:
    changed(old, "owner seller", "owner seler")
    found = stepladder("check", "shop", "--write-baseline", "known.json")
    assert found.status == 2
    assert "SL101" in found.err
    assert not Path("known.json").exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [3]}']
)
def test_a_file_that_is_no_baseline_is_refused(stepladder: Run, old: Path, text: str) -> None:
    Path("known.json").write_text(text, encoding="utf-8")
    found = check(stepladder)
    assert found.status == 2
    assert "known.json is no baseline" in found.err


def test_two_specs_that_include_one_file_know_its_findings_once(
    stepladder: Run, tmp_path: Path, old: Path
) -> None:
    Path("people.ladder").write_text("role spare\n", encoding="utf-8")
    for name in ("one", "two"):
        text = old.read_text(encoding="utf-8").replace("role one_too_many\nrole two_too_many\n", "")
        Path(f"{name}.ladder").write_text(text + 'include "people.ladder"\n', encoding="utf-8")
    stepladder("check", "one.ladder", "two.ladder", "--write-baseline", "known.json")
    baselines.baseline.cache_clear()
    document = json.loads(Path("known.json").read_text(encoding="utf-8"))
    assert [(found["file"], found["code"], found["count"]) for found in document["findings"]] == [
        ("one.ladder", "SL202", 1),
        ("people.ladder", "SL801", 1),
        ("two.ladder", "SL202", 1),
    ]
    found = stepladder("check", "one.ladder", "two.ladder", "--baseline", "known.json")
    assert found.out == "no findings, 4 known from the baseline\n"


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1, "findings": {}}',
        '{"version": 1, "findings": [{"file": "a", "code": "SL801", "fingerprint": "x", "count": 1e400}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_baseline_is_told(stepladder: Run, old: Path, text: str) -> None:
    Path("known.json").write_text(text, encoding="utf-8")
    found = check(stepladder)
    assert found.status == 2
    assert "known.json is no baseline" in found.err


def test_an_editor_may_put_its_mark_before_a_baseline(stepladder: Run, known: Path) -> None:
    known.write_bytes(b"\xef\xbb\xbf" + known.read_bytes())
    assert check(stepladder).status == 0


def test_a_spec_without_a_file_has_no_baseline(stepladder: Run, old: Path) -> None:
    text = old.read_text(encoding="utf-8")
    for option in ("--baseline", "--write-baseline"):
        assert stepladder("check", "-", option, "known.json", stdin=text).status == 2
    assert not Path("known.json").exists()
