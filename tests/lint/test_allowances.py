"""What a text allows is set aside with its reason, where it stands and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sarif_kit.validate import validation_errors

from stepladder_dsl.compile import Compiled, compile_file, compile_text
from stepladder_dsl.diagnostics.beside import Beside
from stepladder_dsl.diagnostics.render_json import render_json
from stepladder_dsl.diagnostics.render_sarif import render_sarif
from stepladder_dsl.diagnostics.render_text import summary_words
from stepladder_dsl.lint import registry
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text

SHOP = """\
spec shop
role seller
record client
    score number optional
event purchase for client
process sale for client
    owner seller
    stage choosing
        limit 3 days, then alert seller
        on purchase when score > 3 stay
            set score = 1
        on purchase go to archive
    stage archive
process service for client
    owner seller
    stage waiting
        limit 3 days, then alert seller
        on purchase go to served
    stage served
"""


def shop(**lines: str) -> str:
    """The shop with a line put behind each line that begins so."""
    text = ""
    for line in SHOP.splitlines():
        text += f"{line}\n"
        name = line.strip().replace(" ", "_")
        deeper = " " * (len(line) - len(line.lstrip()) + 4)
        text += f"{deeper}{lines[name]}\n" if name in lines else ""
    return text


def checked(text: str, settings: LintSettings | None = None) -> Compiled:
    return compile_text(Source("shop.ladder", text), settings=settings)


def told(result: Compiled) -> list[tuple[str, int]]:
    return [(finding.code, finding.span.line) for finding in result.diagnostics]


def set_aside(result: Compiled) -> list[tuple[str, int, str]]:
    return [(each.diagnostic.code, each.diagnostic.span.line, each.reason) for each in result.suppressed]


def test_the_shop_has_two_dead_ends_and_a_guard_that_may_be_unknown() -> None:
    assert told(checked(SHOP)) == [("SL122", 10), ("SL302", 13), ("SL302", 19)]


@pytest.mark.parametrize(
    ("block", "told_still", "aside"),
    [
        ("stage_archive", [20], [13]),
        ("process_sale_for_client", [20], [14]),
        ("process_service_for_client", [13], [20]),
        ("spec_shop", [], [14, 20]),
        ("stage_choosing", [14, 20], []),
        ("role_seller", [14, 20], []),
    ],
)
def test_an_allowance_holds_in_its_block(block: str, told_still: list[int], aside: list[int]) -> None:
    result = checked(shop(**{block: 'allow SL302 because "An archive"'}))
    assert [line for code, line in told(result) if code == "SL302"] == told_still
    assert set_aside(result) == [("SL302", line, "An archive") for line in aside]


def test_a_run_is_not_stopped_by_an_error_that_is_allowed() -> None:
    assert not checked(shop(spec_shop='allow dead-end because "Archives"')).errors


def test_the_nearest_line_is_the_one_that_is_needed() -> None:
    result = checked(
        shop(
            process_service_for_client='allow SL302 because "far"', stage_served='allow SL302 because "near"'
        )
    )
    assert [reason for _, _, reason in set_aside(result)] == ["near"]
    assert ("SL810", 15) in told(result)


def test_a_warning_of_the_language_can_be_allowed_under_the_line_that_it_is_about() -> None:
    text = SHOP.replace("            set score = 1", '            allow SL122 because "x"')
    assert set_aside(checked(text)) == [("SL122", 10, "x")]


def test_an_allowance_in_an_included_file_holds_there(tmp_path: Path) -> None:
    process = SHOP[SHOP.index("process service") :]
    (tmp_path / "service.ladder").write_text(process + '        allow SL302 because "x"\n', encoding="utf-8")
    main = tmp_path / "shop.ladder"
    main.write_text(SHOP[: SHOP.index("process service")] + 'include "service.ladder"\n', encoding="utf-8")
    result = compile_file(main, name="shop.ladder")
    assert [
        (finding.code, finding.span.file) for finding in result.diagnostics if finding.code != "SL122"
    ] == [("SL302", "shop.ladder")]
    assert [each.diagnostic.span.file for each in result.suppressed] == ["service.ladder"]


def test_an_allowance_in_the_spec_holds_in_included_files(tmp_path: Path) -> None:
    (tmp_path / "service.ladder").write_text(SHOP[SHOP.index("process service") :], encoding="utf-8")
    main = tmp_path / "shop.ladder"
    text = shop(spec_shop='allow SL302, SL122 because "x"')
    main.write_text(text[: text.index("process service")] + 'include "service.ladder"\n', encoding="utf-8")
    assert compile_file(main).diagnostics == ()


@pytest.mark.parametrize(
    ("line", "variant"),
    [
        ("allow SL302", "reason"),
        ('allow SL302 because ""', "reason"),
        ('allow SL302 because "  "', "reason"),
        ('allow SL999 because "x"', "unknown"),
        ('allow SL3 because "x"', "unknown"),
        ('allow ded-end because "x"', "unknown"),
        ('allow SL101 because "x"', "language"),
        ('allow unknown-name because "x"', "language"),
    ],
)
def test_an_allowance_that_cannot_be_is_an_error(line: str, variant: str) -> None:
    found = [each for each in checked(shop(spec_shop=line)).errors if each.code == "SL131"]
    assert [(each.variant, each.span.line) for each in found] == [(variant, 2)]


def test_a_misspelled_name_is_proposed() -> None:
    (found,) = (
        each for each in checked(shop(spec_shop='allow ded-end because "x"')).errors if each.code == "SL131"
    )
    assert found.suggestion == "dead-end"


def test_what_needs_a_solver_is_not_unneeded_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    rules = [
        replace(rule, needs_solver=True) if rule.code == "SL303" else rule for rule in registry.discover()
    ]
    monkeypatch.setattr(registry, "discover", lambda: tuple(rules))
    text = shop(spec_shop='allow SL302, SL303, SL122 because "x"')
    monkeypatch.setattr(registry, "has_solver", lambda: True)
    assert told(checked(text)) == [("SL810", 2)]
    monkeypatch.setattr(registry, "has_solver", lambda: False)
    result = checked(text)
    assert told(result) == []
    assert result.left_out == 1


def test_what_is_ignored_is_not_unneeded() -> None:
    text = shop(spec_shop='allow SL302, SL303, SL122 because "x"')
    assert told(checked(text, LintSettings(ignore=("SL303",)))) == []


def test_a_text_means_the_same_with_and_without() -> None:
    with_line = shop(stage_archive='allow SL302 because "x"')
    plain, allowed = checked(SHOP).spec, checked(with_line).spec
    assert plain
    assert allowed
    assert plain.processes.keys() == allowed.processes.keys()
    assert plain.processes["sale"].stages["archive"] == allowed.processes["sale"].stages["archive"]


def test_what_is_allowed_is_counted() -> None:
    result = checked(shop(spec_shop='allow SL302, SL122 because "x"'))
    assert summary_words(result.diagnostics, "en", Beside(result.suppressed)) == "no findings, 3 allowed"


def test_documents_show_what_is_allowed_and_why(root: Path) -> None:
    result = checked(shop(stage_archive='allow SL302 because "An archive"'))
    beside = Beside(result.suppressed)
    document: Any = json.loads(render_json(result.diagnostics, "en", beside))
    jsonschema.validate(
        document, json.loads((root / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    )
    (suppressed,) = document["suppressed"]
    assert (suppressed["code"], suppressed["line"], suppressed["reason"]) == ("SL302", 13, "An archive")
    assert suppressed["allowed_in"] == {"file": "shop.ladder", "line": 14}
    sarif: Any = json.loads(render_sarif(result.diagnostics, "en", result.sources, "0", beside))
    assert validation_errors(sarif) == []
    (last,) = [each for each in sarif["runs"][0]["results"] if "suppressions" in each]
    assert last["suppressions"][0]["kind"] == "inSource"
    assert last["suppressions"][0]["justification"] == "An archive"


def test_a_field_may_still_be_called_allow() -> None:
    text = SHOP.replace(
        "    score number optional",
        "    score number optional\n    allow text optional\n    because yes/no optional",
    )
    spec = checked(text).spec
    assert spec
    assert list(spec.records["client"].fields) == ["score", "allow", "because"]


@pytest.mark.parametrize("language", ["ru", "bg", "fa"])
def test_a_line_goes_to_another_language_and_back(language: str) -> None:
    text = format_text(Source("shop.ladder", shop(stage_archive='allow dead-end, SL303 because "x"'))).text
    assert text
    there = format_text(Source("shop.ladder", text), language).text
    assert there
    assert "dead-end" in there
    assert format_text(Source("shop.ladder", there), "en").text == text
