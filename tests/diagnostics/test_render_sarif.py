"""What code-scanning services read: valid by the standard's own schema, and each change mends its finding."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sarif_kit.validate import validation_errors

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.diagnostics.catalogue import explanation, message
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.fixes import fix_of
from stepladder_dsl.diagnostics.render_sarif import render_sarif
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.source import Source, Span

register_all()
_BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UNKNOWN = Diagnostic(
    "SL101",
    Span("a,b:c/shop 1.ladder", 3, 11, 16),
    {"kind": "<role>", "name": "seler"},
    suggestion="seller",
)
UNUSED = Diagnostic("SL801", Span("shop.ladder", 9, 6, 12), {"kind": "<role>", "name": "seller"}, "role")
TWICE = Diagnostic(
    "SL102",
    Span("shop.ladder", 2, 6, 12),
    {"name": "seller"},
    labels=(Label(Span("shop.ladder", 1, 6, 12), "first"),),
)
NOWHERE = replace(UNUSED, span=Span("", 0, 0, 0))
SHOP = """\
spec shop

role seller

record client
    channel one of social, "in the street"

event purchase for client

process sale for client
    owner seler
    stage choosing
        limit 3 days, then alert seller
        on purchase when channel = "in the stret" go to bougt
    stage bought
        end won
"""


Change = tuple[tuple[int, int], tuple[int, int], str]


def run_of(findings: list[Diagnostic], **settings: Any) -> dict[str, Any]:
    """The only run of the document, which is valid."""
    document = json.loads(render_sarif(findings, **settings))
    assert validation_errors(document) == []
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return dict(run)


def compiled(text: str) -> Compiled:
    return compile_text(Source("shop.ladder", text))


@pytest.fixture
def wrong_texts(root: Path, load_helper: Callable[[Path], ModuleType]) -> list[str]:
    """Every wrong text of the language's suites and of the codes' pages."""
    suite = load_helper(root / "tests" / "language" / "suite.py")
    texts = [
        f"{case.text}{case.below}"
        for file in sorted((root / "tests" / "language").rglob("*.md"))
        if file.name != "README.md"
        for case in suite.read_cases(file.read_text(encoding="utf-8"))
    ]
    for file in sorted((root / "docs" / "rules").glob("SL*.md")):
        texts += _BLOCK.findall(file.read_text(encoding="utf-8"))
    return texts


@pytest.mark.parametrize("language", ["en", "ru", "bg", "fa"])
@pytest.mark.parametrize("findings", [[], [UNKNOWN], [TWICE, UNUSED, NOWHERE, UNKNOWN]])
def test_every_document_keeps_to_the_schema(findings: list[Diagnostic], language: str) -> None:
    run = run_of(findings, language=language, version="1.2.3")
    assert run["language"] == run["tool"]["driver"]["language"] == language
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert run["columnKind"] == "unicodeCodePoints"


def test_the_schema_refuses_what_the_standard_does_not_know() -> None:
    document = json.loads(render_sarif([UNKNOWN]))
    document["runs"][0]["results"][0]["colour"] = "red"
    assert len(validation_errors(document)) == 1


def test_a_rule_explains_itself() -> None:
    run = run_of([UNUSED, UNKNOWN, UNKNOWN])
    unknown, unused = run["tool"]["driver"]["rules"]
    assert unknown == {
        "id": "SL101",
        "name": "unknown-name",
        "shortDescription": {"text": "The line speaks of something that no other line declares."},
        "fullDescription": {
            "text": "The line speaks of something that no other line declares. "
            "Mostly it is a slip of the keyboard."
        },
        "help": {"text": explanation(UNKNOWN), "markdown": explanation(UNKNOWN)},
        "defaultConfiguration": {"level": "error"},
    }
    assert unused["defaultConfiguration"]["level"] == "warning"
    assert [result["ruleIndex"] for result in run["results"]] == [1, 0, 0]


def test_a_result_names_level_place_and_second_place() -> None:
    first, second = run_of([TWICE, UNUSED])["results"]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "shop.ladder"},
        "region": {"startLine": 2, "startColumn": 6, "endColumn": 12},
    }
    assert first["relatedLocations"][0]["message"]["text"] == "the first one stands here"
    assert "relatedLocations" not in second


def test_a_finding_about_no_text_has_no_place() -> None:
    assert run_of([NOWHERE])["results"][0]["locations"] == []


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("specs/shop.ladder", "specs/shop.ladder"),
        ("a,b:c/shop 1.ladder", "a%2Cb%3Ac/shop%201.ladder"),
        ("../100%.ladder", "../100%25.ladder"),
        ("магазин.ladder", "%D0%BC%D0%B0%D0%B3%D0%B0%D0%B7%D0%B8%D0%BD.ladder"),
        ("/shops/of anna/a.ladder", "file:///shops/of%20anna/a.ladder"),
        ("C:/shops/new one.ladder", "file:///C:/shops/new%20one.ladder"),
        ("//server/shops/a.ladder", "file://server/shops/a.ladder"),
        ("no\udcfftext.ladder", "no%FFtext.ladder"),
    ],
)
def test_a_file_name_is_written_as_a_reference(file: str, address: str) -> None:
    finding = replace(UNKNOWN, span=replace(UNKNOWN.span, file=file))
    place = run_of([finding])["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == address


def test_a_finding_keeps_its_fingerprint_when_lines_above_it_come() -> None:
    def fingerprints(text: str) -> list[str]:
        results = run_of(list(compiled(text).diagnostics))["results"]
        return [result["partialFingerprints"]["stepladderFinding/v2"] for result in results]

    before = fingerprints(SHOP)
    assert before == fingerprints(SHOP.replace("role seller", "# Who sells.\n\nrole seller"))
    assert len(set(before)) == len(before) == 3


def test_two_findings_of_the_same_words_have_two_fingerprints() -> None:
    results = run_of([UNKNOWN, UNKNOWN])["results"]
    assert results[0]["partialFingerprints"] != results[1]["partialFingerprints"]


def proposed(found: Compiled) -> list[tuple[str, list[Change]]]:
    """The fixes that a document proposes: the rule of the finding, and the changes from the last one on."""
    results = run_of(list(found.diagnostics), sources={found.source.name: found.source})["results"]
    fixes: list[tuple[str, list[Change]]] = []
    for result in results:
        for fix in result.get("fixes", []):
            (change,) = fix["artifactChanges"]
            replacements = [
                (each["deletedRegion"], each["insertedContent"]["text"]) for each in change["replacements"]
            ]
            places = [
                (
                    (region["startLine"], region["startColumn"]),
                    (region.get("endLine", region["startLine"]), region["endColumn"]),
                    new,
                )
                for region, new in replacements
            ]
            fixes.append((result["ruleId"], sorted(places, reverse=True)))
    return fixes


def changed(text: str, changes: list[Change]) -> str:
    """The text after changes as the standard describes them."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for (first, column), (last, end_column), new in changes:
        start, end = starts[first - 1] + column - 1, starts[last - 1] + end_column - 1
        text = text[:start] + new + text[end:]
    return text


def test_all_proposed_changes_together_mend_the_text() -> None:
    text = SHOP
    for _, changes in reversed(proposed(compiled(text))):
        text = changed(text, changes)
    assert [(finding.code, finding.span.line) for finding in compiled(text).diagnostics] == []


def test_without_the_text_at_hand_no_change_is_proposed() -> None:
    assert "fixes" not in run_of([UNKNOWN])["results"][0]


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.nightly) for part in (1, 2))])
def test_each_change_mends_its_finding(wrong_texts: list[str], part: int) -> None:
    """Whatever is proposed for any known mistake: once it is made, the finding is gone."""
    made = 0
    for text in wrong_texts[part::3]:
        found = compiled(text)
        before = [(finding.span, finding.code, message(finding)) for finding in found.diagnostics]
        with_fix = [each for each in found.diagnostics if fix_of(each, found.sources)]
        for finding, (rule, changes) in zip(with_fix, proposed(found), strict=True):
            after = compiled(changed(text, changes)).diagnostics
            told = [(other.span, other.code, message(other)) for other in after]
            assert rule == finding.code
            # What stands there now may be something else to think about, such as an optional field, and
            # of three equal lines that follow each other two are left.
            still = (finding.span, finding.code, message(finding)) in told
            assert not still or len(told) < len(before), text
            made += 1
    assert made > 40
