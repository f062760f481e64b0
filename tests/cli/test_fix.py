"""`check --fix` mends files as far as that is safe, and never leaves more errors than there were."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from stepladder_dsl.diagnostics.fixes import without_block
from stepladder_dsl.lint.style import unused_declaration
from stepladder_dsl.source import Span
from stepladder_engine.cli import fixing

Run = Callable[..., Any]


@pytest.fixture
def wrong(shop: Path) -> Path:
    """The shop with two mistakes that are mended safely and two that are not."""
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8")
    text = text.replace("        on visit go to choosing", "        on visit -> choosing", 1)
    text = text.replace("    target >= 25%\n", "    target >= 25%\n    target >= 25%\n")
    text = text.replace("by seller via phone", "by seler via phone")
    file.write_text(text + "role nobody_needs\n    cost 3 an hour\n", encoding="utf-8")
    return file


def test_safe_fixes_are_made_and_the_others_are_offered(stepladder: Run, wrong: Path, shop: Path) -> None:
    found = stepladder("check", "shop")
    assert found.status == 1
    assert "2 can be mended with --fix\n1 can be mended with --fix --unsafe-fixes" in found.out
    found = stepladder("check", "shop", "--fix")
    assert found.status == 1
    assert "1 error, 2 mended" in found.out
    text = wrong.read_text(encoding="utf-8")
    assert "on visit go to choosing" in text
    assert text.count("target >= 25%") == 1
    assert "seler" in text
    assert stepladder("fmt", "shop", "--check").status == 0
    again = stepladder("check", "shop", "--fix")
    assert "mended\n" not in again.out
    assert wrong.read_text(encoding="utf-8") == text


def test_unsafe_fixes_are_made_when_they_are_asked_for(stepladder: Run, wrong: Path) -> None:
    before = wrong.read_text(encoding="utf-8")
    found = stepladder("check", "shop", "--fix", "--unsafe-fixes")
    assert (found.status, found.out) == (0, "no findings, 4 mended\n")
    assert "nobody_needs" in before
    assert "nobody_needs" not in wrong.read_text(encoding="utf-8")
    assert stepladder("fmt", "shop", "--check").status == 0


def test_a_difference_is_shown_and_nothing_written(stepladder: Run, wrong: Path) -> None:
    before = wrong.read_bytes()
    found = stepladder("check", "shop", "--diff")
    assert found.status == 1
    assert "-        on visit -> choosing\n+        on visit go to choosing\n" in found.out
    assert "nobody_needs" not in found.out
    assert "would mend 2 findings" in found.err
    assert (
        "-role nobody_needs\n-    cost 3 an hour\n"
        in stepladder("check", "shop", "--diff", "--unsafe-fixes").out
    )
    assert wrong.read_bytes() == before
    stepladder("check", "shop", "--fix", "--unsafe-fixes")
    assert stepladder("check", "shop", "--diff") == (0, "", "would mend 0 findings\n")


def test_only_what_is_selected_is_mended(stepladder: Run, wrong: Path) -> None:
    stepladder("check", "shop", "--fix", "--select", "SL108")
    text = wrong.read_text(encoding="utf-8")
    assert text.count("target >= 25%") == 1
    assert "->" in text


def test_what_is_allowed_is_not_mended(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8") + 'role later\n    allow SL801 because "Comes in May"\n'
    file.write_text(text, encoding="utf-8")
    assert stepladder("check", "shop", "--fix", "--unsafe-fixes").out == "no findings, 1 allowed\n"
    assert file.read_text(encoding="utf-8") == text


def test_an_included_file_is_mended_where_the_finding_is(stepladder: Run, shop: Path) -> None:
    file, people = shop / "shop.ladder", shop / "people.ladder"
    text = file.read_text(encoding="utf-8") + 'include "people.ladder"\n'
    file.write_text(text, encoding="utf-8")
    people.write_text('role guide\n    allow SL801, SL302 because "Later"\n', encoding="utf-8")
    assert stepladder("check", "shop", "--fix").out == "no findings, 1 allowed, 1 mended\n"
    assert people.read_text(encoding="utf-8") == 'role guide\n    allow SL801 because "Later"\n'
    assert file.read_text(encoding="utf-8") == text


def test_what_another_spec_needs_is_left(stepladder: Run, shop: Path) -> None:
    """A role that one spec does not use, and the other does: taking it away would break the other."""
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    people = Path("people.ladder")
    people.write_text("role guide\n", encoding="utf-8")
    Path("one.ladder").write_text(text + 'include "people.ladder"\n', encoding="utf-8")
    Path("two.ladder").write_text(
        text.replace("owner seller", "owner guide") + 'include "people.ladder"\n', encoding="utf-8"
    )
    stepladder("check", "one.ladder", "two.ladder", "--fix", "--unsafe-fixes")
    assert people.read_text(encoding="utf-8") == "role guide\n"
    assert stepladder("check", "two.ladder").status == 0


def test_a_fix_that_brings_errors_is_not_made(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad fix among good ones: the good ones are made, and the bad one is not."""
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8") + "role spare\nrole other\n"
    file.write_text(text, encoding="utf-8")

    def sometimes_wrong(source: Any, line: int) -> tuple[Edit, ...]:
        if "other" not in source.line(line):
            return without_block(source, line)
        return (Edit(Span(source.name, line, 1, 5), "nonsense"),)

    monkeypatch.setattr(unused_declaration, "without_block", sometimes_wrong)
    found = stepladder("check", "shop", "--fix", "--unsafe-fixes")
    assert "1 warning, 1 mended" in found.out
    assert file.read_text(encoding="utf-8") == text.replace("role spare\n", "")


def test_two_fixes_that_undo_each_other_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from stepladder_dsl.compile import Compiled, compile_text
    from stepladder_dsl.source import Source

    compiled_texts = []

    def compile_all(instead: Any) -> list[Compiled]:
        text = instead.get("shop.ladder", "spec shop\n# a\n")
        compiled_texts.append(text)
        other = "# b" if "# a" in text else "# a"
        finding = Diagnostic(
            "SL801", Span("shop.ladder", 2, 1, 4), fix=Fix((Edit(Span("shop.ladder", 2, 1, 4), other),))
        )
        result = compile_text(Source("shop.ladder", text))
        object.__setattr__(result, "diagnostics", (finding,))
        return [result]

    fixing.mend(compile_all, unsafe=False)
    assert 10 < len(compiled_texts) < 50


def test_line_ends_the_mark_of_the_encoding_and_rights_stay(stepladder: Run, wrong: Path) -> None:
    text = wrong.read_text(encoding="utf-8").replace("\n", "\r\n")
    wrong.write_bytes(b"\xef\xbb\xbf" + text.encode())
    wrong.chmod(0o640)
    stepladder("check", "shop", "--fix", "--unsafe-fixes")
    written = wrong.read_bytes()
    assert written.startswith(b"\xef\xbb\xbflanguage en\r\n")
    assert written.count(b"\n") == written.count(b"\r\n") > 40
    if os.name == "posix":
        assert wrong.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in wrong.parent.iterdir() if file.name.startswith(".")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(stepladder: Run, wrong: Path) -> None:
    real = Path("real.ladder")
    wrong.rename(real)
    wrong.symlink_to(real.resolve())
    stepladder("check", "shop", "--fix", "--unsafe-fixes")
    assert wrong.is_symlink()
    assert "nobody_needs" not in real.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [("shop", "--unsafe-fixes"), ("-", "--fix"), ("shop", "--statistics", "--format", "sarif")],
)
def test_options_that_do_not_fit_are_refused(stepladder: Run, shop: Path, options: tuple[str, ...]) -> None:
    assert stepladder("check", *options, stdin="").status == 2


def test_fixes_stand_in_the_document(stepladder: Run, wrong: Path, root: Path) -> None:
    document: Any = json.loads(stepladder("check", "shop", "--format", "json").out)
    schema: Any = json.loads((root / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    fixes = {found["code"]: found["fix"] for found in document["diagnostics"]}
    assert fixes["SL101"]["safe"] is False
    assert [edit["text"] for edit in fixes["SL101"]["edits"]] == ["seller"]
    assert fixes["SL108"]["safe"] is True
    assert document["summary"]["fixable"] == 2
    assert document["summary"]["fixable_unsafely"] == 1


def test_statistics_count_by_code(stepladder: Run, shop: Path, root: Path) -> None:
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8").replace("limit 2 days, then alert manager", "limit 2 days")
    file.write_text(text + "role spare\nrole other\n", encoding="utf-8")
    found = stepladder("check", "shop", "--statistics")
    assert found.status == 1
    assert found.out == (
        "2  SL801  warning  unused-declaration  2 can be mended with --fix --unsafe-fixes\n"
        "1  SL202  warning  unanswered-limit\n"
        "\n"
        "3 warnings\n"
        "2 can be mended with --fix --unsafe-fixes\n"
    )
    document: Any = json.loads(stepladder("check", "shop", "--statistics", "--format", "json").out)
    schema: Any = json.loads((root / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert [(each["code"], each["count"]) for each in document["statistics"]] == [("SL801", 2), ("SL202", 1)]
    file.write_text(
        (shop / "shop.ladder")
        .read_text(encoding="utf-8")
        .replace("limit 2 days", "limit 2 days, then alert manager")
        .replace("role spare\nrole other\n", ""),
        encoding="utf-8",
    )
    assert stepladder("check", "shop", "--statistics").out == "no findings\n"


@pytest.mark.parametrize("language", ["en", "ru", "bg", "fa"])
def test_rules_without_their_solver_are_told_once(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    from dataclasses import replace

    from stepladder_dsl.lint import registry

    rules = tuple(replace(rule, needs_solver=rule.code == "SL302") for rule in registry.discover())
    monkeypatch.setattr(registry, "discover", lambda: rules)
    monkeypatch.setattr(registry, "has_solver", lambda: False)
    found = stepladder("check", "shop", "shop", "--lang", language)
    assert found.status == 0
    assert found.out.count('pip install "stepladder[smt]"') == 1
    document = json.loads(stepladder("check", "shop", "--format", "json").out)
    assert document["summary"]["rules_left_out"] == 1
    monkeypatch.setattr(registry, "has_solver", lambda: True)
    assert "pip" not in stepladder("check", "shop").out


def test_questions_that_no_solver_answers_are_told(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that leaves a question open: what it did not find may be there, so nothing is unneeded."""
    from dataclasses import replace

    from stepladder_dsl.lint import registry
    from stepladder_dsl.lint.rule import LintContext

    def asks(context: LintContext) -> Any:
        context.solver.undecided += 3
        return iter(())

    rules = tuple(replace(rule, check=asks) if rule.code == "SL302" else rule for rule in registry.discover())
    monkeypatch.setattr(registry, "discover", lambda: rules)
    monkeypatch.setattr(registry, "has_solver", lambda: False)
    found = stepladder("check", "shop", "--select", "SL302")
    assert found.out == (
        "no findings\n3 questions of the rules were left open: no solver is installed; "
        'pip install "stepladder[smt]"\n'
    )
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8").replace(
        'spec shop "Corner shop"', 'spec shop "Corner shop"\n    allow SL302, SL301 because "x"'
    )
    file.write_text(text, encoding="utf-8")
    told = stepladder("check", "shop", "--select", "SL302,SL301,SL810", "--format", "json").out
    document: Any = json.loads(told)
    assert [each["message"] for each in document["diagnostics"]] == [
        "`SL301` is allowed here and was not found"
    ]
    assert document["summary"]["undecided"] == 3
    monkeypatch.setattr(registry, "has_solver", lambda: True)
    assert "pip" not in stepladder("check", "shop").out
    told = stepladder("check", "shop", "--select", "SL302").out
    assert "3 questions of the rules were too hard for the solver" in told


def test_an_allowance_that_another_spec_needs_stays_and_what_both_include_is_told_once(
    stepladder: Run, shop: Path
) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8") + 'include "people.ladder"\n'
    people = Path("people.ladder")
    people.write_text('role guide\n    allow SL801, SL302 because "Later"  # a remark\n', encoding="utf-8")
    Path("one.ladder").write_text(text, encoding="utf-8")
    Path("two.ladder").write_text(text.replace("owner seller", "owner guide"), encoding="utf-8")
    found = stepladder("check", "two.ladder").out
    assert "`SL801` is allowed here and was not found" in found
    found = stepladder("check", "one.ladder", "two.ladder").out
    assert found.endswith("1 warning, 1 allowed\n1 can be mended with --fix\n")
    stepladder("check", "one.ladder", "two.ladder", "--fix")
    left = people.read_text(encoding="utf-8")
    assert left == 'role guide\n    allow SL801 because "Later"  # a remark\n'


def test_a_remark_behind_a_line_that_goes_is_kept_in_its_place(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "    owner seller\n", '    owner seller\n    allow SL302 because "x"   # a remark\n'
        ),
        encoding="utf-8",
    )
    stepladder("check", "shop", "--fix")
    assert "    owner seller\n    # a remark\n" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [("check", "--fix"), ("fmt",)])
def test_a_file_that_nobody_may_write_stays(
    stepladder: Run, wrong: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("->", "go to") + "\n\n", encoding="utf-8")
    before = wrong.read_bytes()
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(PermissionError) as raised:
        stepladder(*command, "shop")
    assert raised.value.filename == "shop/shop.ladder"
    assert wrong.read_bytes() == before
    assert not list(wrong.parent.glob(".*"))


def test_a_link_to_a_spec_stays_a_link(stepladder: Run, wrong: Path) -> None:
    Path("link.ladder").symlink_to(wrong)
    wrong.chmod(0o640)
    for command in (("check", "--fix"), ("fmt",)):
        stepladder(*command, "link.ladder")
    assert Path("link.ladder").is_symlink()
    assert "go to choosing" in wrong.read_text(encoding="utf-8")
    assert wrong.stat().st_mode & 0o777 == 0o640


def test_a_solver_that_cannot_be_loaded_is_as_good_as_none(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As where a library of the system is missing that it needs."""
    from stepladder_dsl.analysis.solver import logic

    broken = tmp_path / "broken" / "z3"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text('raise OSError("libz3 is not there")\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(broken.parent))
    for name in [name for name in sys.modules if name.partition(".")[0] == "z3"]:
        monkeypatch.delitem(sys.modules, name)
    logic.works.cache_clear()
    file = shop / "shop.ladder"
    before = "        on purchase when amount > 0 go to bought\n"
    more = "        on purchase when amount < 0 or channel = social stay\n"
    text = file.read_text(encoding="utf-8").replace(before, before + more)
    file.write_text(text, encoding="utf-8")
    found = stepladder("check", "shop", "--select", "SL5")
    assert "no solver is installed" in found.out
    monkeypatch.undo()
    logic.works.cache_clear()
