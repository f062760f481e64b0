"""Specs in several languages: one glossary, one model, the same run."""

from __future__ import annotations

import importlib.util
import re
import string
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stepladder_dsl.compile import Compiled, compile_file, compile_text
from stepladder_dsl.diagram.picture import draw_svg
from stepladder_dsl.graph.as_json import graph_to_json
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.glossary import Glossary, read_glossary
from stepladder_engine.cli.specs import spec_file
from stepladder_engine.scenario.run import run_scenarios

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("specs/*/names.csv"))


def read_names(folder: Path) -> Glossary:
    """Read the glossary of a spec."""
    found, problems = read_glossary(Source("names.csv", (folder / "names.csv").read_text(encoding="utf-8")))
    assert problems == []
    assert found
    return found


def original_of(folder: Path) -> Compiled:
    """Compile the spec that the others are translated from."""
    return compile_file(folder / f"{folder.name}.ladder")


def language_of(folder: Path) -> str:
    """Give the language of the spec that the others are translated from."""
    return compile_file(folder / f"{folder.name}.ladder", lint=False).language


TRANSLATED = [
    (folder, language)
    for folder in FOLDERS
    for own in [language_of(folder)]
    for language in read_names(folder).languages
    if language != own
]
AT_EACH_CHANGE = {("phone_sale", "bg"), ("shop", "en"), ("two_step_sale", "en")}
RUNS = [
    each if (each[0].name, each[1]) in AT_EACH_CHANGE else pytest.param(each, marks=pytest.mark.nightly)
    for each in TRANSLATED
]
"""Two runs take seconds: one spec each of those written in English, Russian and Bulgarian."""
PLACE = re.compile(r"\{\w+\}")
TABLES = ("positions", "tasks", "offers", "metrics", "deviations", "rejected")
AS_THEY_ARE = {"person", "next_person", "file"}
"""Columns that come from the data."""
SENTENCES = {"reason"}
"""Columns that hold a sentence with names in it."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes the translations."""
    found = importlib.util.spec_from_file_location("specs_translate", ROOT / "specs" / "translate.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(params=TRANSLATED, ids=lambda param: f"{param[0].name}-{param[1]}")
def pair(request: pytest.FixtureRequest) -> tuple[Path, str]:
    """A spec's folder and a language into which it is translated."""
    folder, language = request.param
    return folder, language


@pytest.fixture
def folder(pair: tuple[Path, str]) -> Path:
    return pair[0]


@pytest.fixture
def language(pair: tuple[Path, str]) -> str:
    return pair[1]


@pytest.fixture
def glossary(folder: Path) -> Glossary:
    return read_names(folder)


@pytest.fixture
def original(folder: Path) -> Compiled:
    return original_of(folder)


@pytest.fixture
def translated(folder: Path, language: str) -> Compiled:
    return compile_file(folder / f"{folder.name}.{language}.ladder")


@pytest.fixture
def names_back(glossary: Glossary, language: str, original: Compiled) -> dict[str, str]:
    """Every name and text of the language -> the original one."""
    ours = {row: cell.strip('"') for row, _, cell in glossary.cells(original.language)}
    rows = sorted(glossary.cells(language), key=lambda found: found[2].startswith('"'), reverse=True)
    texts = {cell.strip('"'): ours[row] for row, _, cell in rows}
    # In the model a text with places to fill is in parts.
    parts = {
        part: other
        for text, original_text in texts.items()
        if PLACE.search(text)
        for part, other in zip(PLACE.split(text), PLACE.split(original_text), strict=True)
        if part
    }
    return parts | texts


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_files_are_what_the_script_makes(folder: Path, script: ModuleType) -> None:
    """`python specs/translate.py` writes them anew."""
    made = script.make(folder)
    assert len(made) >= 2
    assert made == {name: (folder / name).read_text(encoding="utf-8") for name in made}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_row_of_the_glossary_is_used(folder: Path) -> None:
    written = "".join(
        (folder / name).read_text(encoding="utf-8") for name in (f"{folder.name}.ladder", "mapping.yaml")
    )
    words = set(re.findall(r'"[^"\n]*"|[\w\u200c]+', written)) | {
        comment.strip() for comment in re.findall(r"#(.*)$", written, re.MULTILINE)
    }
    cells = [cell for _, _, cell in read_names(folder).cells(original_of(folder).language)]
    assert [cell for cell in cells if not {cell, f'"{cell}"'} & words] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_row_has_every_language(folder: Path) -> None:
    glossary = read_names(folder)
    assert [line for line, row in glossary.rows if len(row) < len(glossary.languages) or not all(row)] == []


def test_nothing_is_to_be_found_fault_with(translated: Compiled, language: str) -> None:
    assert translated.diagnostics == ()
    assert translated.language == language


def test_its_scenarios_pass(translated: Compiled) -> None:
    assert translated.spec
    results = run_scenarios(translated.spec)
    assert results
    assert [(result.scenario.title, result.failures) for result in results if not result.passed] == []


def test_the_way_back_gives_the_same_file_and_its_model(
    translated: Compiled, original: Compiled, glossary: Glossary
) -> None:
    back = format_text(translated.source, original.language, glossary)
    assert back.missing == ()
    assert back.text == original.source.text
    assert compile_text(Source("x", back.text)).spec == compile_text(Source("x", original.source.text)).spec


def test_the_model_differs_in_names_alone(
    original: Compiled, translated: Compiled, names_back: dict[str, str]
) -> None:
    """The model's own words, with the names put back: not one part is more or less.

    Where capital letters tell a name from a title, a language without them cannot.
    """
    assert original.spec
    assert translated.spec
    ours = words_of(replace(translated.spec, language=original.language))
    assert Counter(names_back.get(word, word).casefold() for word in ours) == Counter(
        word.casefold() for word in words_of(original.spec)
    )


def words_of(value: object) -> list[str]:
    """Every text and number in a model, whatever holds it; spans say where a text stands and do not count."""
    if isinstance(value, str | int | float) or value is None:
        return [str(value)]
    if isinstance(value, dict):
        return [word for pair in value.items() for part in pair for word in words_of(part)]
    if isinstance(value, list | tuple | set | frozenset):
        return [word for part in value for word in words_of(part)]
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is None:
        return [str(value)]
    return [
        type(value).__name__,
        *(word for name in fields if fields[name].compare for word in words_of(getattr(value, name))),
    ]


def test_the_graph_has_the_same_shape(
    original: Compiled, translated: Compiled, names_back: dict[str, str]
) -> None:
    assert original.spec
    assert translated.spec

    def back(name: str) -> str:
        return "".join(names_back.get(part, part) for part in re.split(r"([/:])", name))

    ours, theirs = (graph_to_json(build_graph(spec)) for spec in (translated.spec, original.spec))
    assert {(back(node["id"]), node["kind"]) for node in ours["nodes"]} == {
        (node["id"], node["kind"]) for node in theirs["nodes"]
    }
    assert Counter((back(edge["source"]), back(edge["target"]), edge["kind"]) for edge in ours["edges"]) == (
        Counter((edge["source"], edge["target"], edge["kind"]) for edge in theirs["edges"])
    )


@pytest.mark.parametrize("pair", RUNS, indirect=True, ids=lambda param: f"{param[0].name}-{param[1]}")
def test_a_run_gives_the_same_up_to_names(
    folder: Path,
    language: str,
    translated: Compiled,
    original: Compiled,
    names_back: dict[str, str],
    run_spec: Callable[..., Any],
    run_with: Callable[..., Any],
) -> None:
    def back(value: object) -> object:
        if not isinstance(value, str):
            return value
        if filled := told_back(value, names_back, load_dialect(original.language).digits):
            return filled
        parts = re.split(r"([ /:@])", value)
        return names_back.get(value) or "".join(names_back.get(part, part) for part in parts)

    ours, theirs = run_with(translated.spec, folder / f"mapping.{language}.yaml", {}), run_spec(folder, {})
    for name in TABLES:
        of_ours, of_theirs = (
            [
                {column: cell for column, cell in row.items() if column not in SENTENCES}
                for row in ran.table(name)
            ]
            for ran in (ours, theirs)
        )
        assert of_theirs or name == "deviations"
        assert [
            {column: cell if column in AS_THEY_ARE else back(cell) for column, cell in row.items()}
            for row in of_ours
        ] == of_theirs


def told_back(value: str, names_back: dict[str, str], digits: str) -> str | None:
    """Give a filled text in the original's words and digits, if it comes of a text with places to fill."""
    for text, original in names_back.items():
        if PLACE.search(text):
            pattern = "(.+)".join(re.escape(part) for part in PLACE.split(text))
            if match := re.fullmatch(pattern, value):
                return "".join(
                    part + filled.translate(str.maketrans(string.digits, digits))
                    for part, filled in zip(PLACE.split(original), [*match.groups(), ""], strict=True)
                )
    return None


def test_its_drawing_names_every_stage(translated: Compiled) -> None:
    """The Bulgarian one has an arrow that some ways of laying out lose, and others do not."""
    assert translated.spec
    drawn = re.sub("[\u2066-\u2069]", "", draw_svg(build_graph(translated.spec)))
    shown = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn))
    titles = [
        stage.label for process in translated.spec.processes.values() for stage in process.stages.values()
    ]
    assert [title for title in titles if title not in shown] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_folder_stands_for_the_original(folder: Path) -> None:
    assert spec_file(str(folder)).name == f"{folder.name}.ladder"
