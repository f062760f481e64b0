"""BPMN files in the hands of the tools that people open them with: bpmn-moddle, bpmnlint, bpmn-js."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BpmnOf = Callable[..., Any]
Tool = Callable[..., str]


@pytest.mark.parametrize("profile", ["plain", "camunda"])
def test_it_is_read_without_a_warning_and_lint_has_nothing_to_say(
    folder: str, profile: str, bpmn_of: BpmnOf, tool: Tool, tmp_path: Path
) -> None:
    file = tmp_path / f"{folder}.bpmn"
    file.write_bytes(bpmn_of(folder, profile).content)
    (answer,) = json.loads(tool("read_bpmn.mjs", file))
    assert answer["warnings"] == []
    assert answer["findings"] == []


def test_lint_has_something_to_say_where_something_is_wrong(
    bpmn_of: BpmnOf, tool: Tool, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.bpmn"
    content = bpmn_of("b2b_pipeline").content.decode()
    file.write_text(
        content.replace('<bpmn:participant id="P1" name="Winning a deal"', '<bpmn:participant id="P1"')
    )
    (answer,) = json.loads(tool("read_bpmn.mjs", file))
    assert [finding["rule"] for finding in answer["findings"]] == ["label-required"]


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ('target="dovolstvo"', 'target="довольство"', "variable-name"),
        ('expression="={', 'expression="={{', "feel"),
        ('Version="8.9.0"', 'Version="8.8.0"', "element-type"),
    ],
)
def test_camunda_says_where_something_is_wrong(
    right: str, wrong: str, rule: str, bpmn_of: BpmnOf, tool: Tool, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.bpmn"
    content = bpmn_of("client_formula", "camunda").content.decode()
    assert right in content
    file.write_text(content.replace(right, wrong), encoding="utf-8")
    (answer,) = json.loads(tool("read_bpmn.mjs", file))
    assert {finding["rule"] for finding in answer["findings"]} == {f"camunda-compat/{rule}"}


def test_bpmn_js_shows_all_of_it(
    folder: str, bpmn_of: BpmnOf, tool: Tool, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    drawn, page = tmp_path / "spec.bpmn", tmp_path / "page.html"
    drawn.write_bytes(bpmn_of(folder).content)
    tool("page.mjs", drawn, page)
    shown = open_page(page)
    shown.wait_for_function("document.title !== ''")
    answer = json.loads(shown.title())
    assert answer["warnings"] == []
    assert answer["shown"] > len(bpmn_of(folder).boxes) + len(bpmn_of(folder).lines)
