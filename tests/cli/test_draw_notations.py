"""`stepladder draw` in the notations of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

SPECS = Path(__file__).resolve().parents[2] / "specs"
Run = Callable[..., tuple[int, str, str]]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def test_the_name_of_the_file_says_that_it_is_bpmn(stepladder: Run, shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "shop.bpmn"
    code, out, err = stepladder("draw", str(shop / "shop.ladder"), "-o", str(target))
    assert (code, out) == (0, "")
    assert "shop.bpmn" in err
    root = ElementTree.parse(target).getroot()  # noqa: S314 - our own file
    names = [task.get("name") for task in root.iter(f"{BPMN}userTask")]
    assert names == ["Knows us", "Is choosing", "Has bought", "Lost"]


def test_bpmn_goes_to_stdout(stepladder: Run, shop: Path) -> None:
    code, out, _ = stepladder("draw", str(shop / "shop.ladder"), "--format", "bpmn", "-o", "-")
    assert code == 0
    assert out.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions')
    assert "zeebe" not in out


def test_a_profile_adds_the_words_of_an_engine(stepladder: Run, shop: Path) -> None:
    code, out, _ = stepladder(
        "draw", str(shop / "shop.ladder"), "--format", "bpmn", "--profile", "camunda", "-o", "-"
    )
    assert code == 0
    assert '<zeebe:assignmentDefinition candidateGroups="seller" />' in out


@pytest.mark.parametrize(("profile", "version"), [("plain", "20230324"), ("camunda", "20191111")])
def test_decision_tables_are_dmn(stepladder: Run, profile: str, version: str) -> None:
    code, out, _ = stepladder(
        "draw", str(SPECS / "phone_sale"), "--format", "dmn", "--profile", profile, "-o", "-"
    )
    assert code == 0
    assert f"https://www.omg.org/spec/DMN/{version}/MODEL/" in out
    assert 'name="todays_discount" label="What comes off the price today"' in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("-o", "shop.svg", "--profile", "camunda"), "says nothing about `svg`"),
        (("-o", "shop.bpmn", "--data", "mapping.yaml"), "not into `bpmn`"),
        (("-o", "shop.bpmn", "--view", "ladder"), "cannot be written as `bpmn`"),
        (("-o", "shop.bpmn", "--process", "sail"), "sail"),
        (("-o", "shop.dmn"), "there is no decision table to write"),
    ],
)
def test_what_cannot_be_is_said(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(shop)
    code, out, err = stepladder("draw", "shop.ladder", *options)
    assert (code, out) == (2, "")
    assert sentence in err
    assert not (shop / "shop.bpmn").exists()
