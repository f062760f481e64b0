"""`draw --view case` and `--view scenario`: the way of one record, and what scenarios try."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_engine.results.execute import execute
from stepladder_engine.results.flow_figures import visits_of
from stepladder_engine.results.trails import case_trails
from stepladder_engine.scenario.coverage import coverage
from stepladder_engine.scenario.run import run_scenarios
from stepladder_engine.scenario.trails import coverage_trails, scenario_trails

Run = Callable[..., tuple[int, str, str]]
SPECS = Path(__file__).resolve().parents[2] / "specs"
FILES = sorted(SPECS.glob("*/*.ladder"))
LAST_SHOWN = 3
"""Of a way that was taken more often only the last times are told."""


def words_in(file: Path) -> str:
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - we wrote it
    texts = [element.text or "" for element in root.iter() if element.tag.endswith("}text")]
    return re.sub("[\u2066-\u2069]", "", " ".join(texts)).replace("\u00a0", " ")


def test_the_way_of_a_client_is_drawn_with_its_times(stepladder: Run, shop: Path) -> None:
    status, _, err = stepladder("draw", str(shop), "--view", "case", "--case", "C2", "-o", "way.svg")
    assert status == 0, err
    shown = words_in(Path("way.svg"))
    assert "C2" in shown
    assert "1. 2026-03-01 00:00" in shown


def test_a_drawing_speaks_the_language_that_is_asked_for(stepladder: Run, shop: Path) -> None:
    way = ("--view", "case", "--case", "C2", "--lang", "fa", "-o", "way.svg")
    status, _, err = stepladder("draw", str(shop), *way)
    assert status == 0, err
    assert "۱. ۱۴۰۴/۱۲/۱۰ ۰۰:۰۰" in words_in(Path("way.svg"))
    status, _, err = stepladder("draw", str(shop), "--lang", "ru", "-o", "page.html")
    assert status == 0, err
    page = Path("page.html").read_text(encoding="utf-8")
    assert '<html lang="ru" dir="ltr">' in page
    assert ">начало</text>" in page


@pytest.mark.parametrize("view", ["process", "offers"])
def test_nothing_to_show_is_said_and_no_empty_picture_is_written(stepladder: Run, view: str) -> None:
    Path("empty.ladder").write_text("spec empty\n", encoding="utf-8")
    status, _, err = stepladder("draw", "empty.ladder", "--view", view, "-o", "empty.png")
    assert (status, err) == (
        2,
        f"stepladder: empty.ladder: there is nothing that `--view {view}` could show\n",
    )
    assert not Path("empty.png").exists()


def test_every_visit_of_every_case_is_told_with_its_number() -> None:
    folder = SPECS / "phone_sale"
    spec = compile_file(folder / "phone_sale.ladder").spec
    assert spec
    answer, problems = execute(spec, folder / "mapping.yaml")
    assert answer, problems
    for entity in answer.result.entities[:40]:
        for position in entity.positions:
            process = position.plan.process.name
            trail = case_trails(answer.result, entity)[process]
            visits = visits_of(entity, position)
            assert set(trail.stages) == {f"{process}/{visit.stage}" for visit in visits}
            steps = [labels[0].split(", ") for labels in trail.ways.values()]
            went = Counter(pairwise(visit.stage for visit in visits))
            if max(went.values(), default=0) <= LAST_SHOWN:
                assert sum(map(len, steps)) == len(visits) - 1
            else:
                assert max(map(len, steps)) == LAST_SHOWN


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_the_picture_of_all_scenarios_says_what_test_coverage_says(file: Path) -> None:
    spec = compile_file(file).spec
    assert spec
    results = run_scenarios(spec)
    found = coverage(spec, results)
    trails = coverage_trails(spec, results)
    assert {node for trail in trails.values() for node in trail.stages} == found.covered["stages"]
    touched = {item for trail in trails.values() for item in trail.items or ()}
    assert touched == {f"follow_up:{name}" for name in found.covered["follow_ups"]} | {
        f"offer:{name}" for name in found.covered["offers"]
    }
    moved = {f"{way[0].split('/')[0]}:{way[2]}" for trail in trails.values() for way in trail.ways}
    assert moved <= {name.split(" ", 1)[0] for name in found.covered["transitions"]}


def test_one_scenario_goes_only_where_its_cases_went() -> None:
    spec = compile_file(SPECS / "phone_sale" / "phone_sale.ladder").spec
    assert spec
    for result in run_scenarios(spec):
        assert result.final
        reached = {
            f"{process}/{stage}"
            for entity in result.final.entities
            for process, stages in entity.view.reached.items()
            for stage in stages
        }
        assert {node for trail in scenario_trails(result).values() for node in trail.stages} == reached


@pytest.mark.parametrize("language", ["en", "ru", "bg", "fa"])
@pytest.mark.parametrize(
    "options",
    [
        ("--view", "case"),
        ("--case", "C2"),
        ("--scenario", "x"),
        ("--view", "scenario", "--scenario", "zzz"),
        ("--view", "case", "--case", "nobody"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_shown_is_said(
    stepladder: Run, shop: Path, options: tuple[str, ...], language: str
) -> None:
    status, out, err = stepladder("draw", str(shop), *options, "--lang", language, "-o", "no.svg")
    assert (status, out) == (2, "")
    assert err.strip()
    assert "{" not in err
    assert not Path("no.svg").exists()


def test_a_process_that_a_way_does_not_touch_is_said(stepladder: Run) -> None:
    options = ("--view", "case", "--case", "C-001", "--process", "warranty", "-o", "no.svg")
    status, out, err = stepladder("draw", str(SPECS / "phone_sale"), *options)
    assert (status, out) == (2, "")
    assert "does not lead through the process `warranty`, but through sale" in err
    assert not Path("no.svg").exists()


def test_an_overview_is_of_all_processes_and_says_so(stepladder: Run, shop: Path) -> None:
    status, _, err = stepladder("draw", str(shop), "--view", "overview", "--process", "sale", "-o", "all.svg")
    assert status == 2
    assert "`--process` leaves processes out, and `overview` shows them all" in err
