"""`stepladder map` on the data of every spec that is handed out: what it guesses runs as what was written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import Compiled, compile_file
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.guess.first_mapping import FirstMapping, first_mapping
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping, parse_mapping
from stepladder_engine.data.mapping_model import Mapping

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path.parent for path in ROOT.glob("engine/stepladder_engine/templates/*/*/*.ladder"))


def name(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()


def guessed(spec: Spec, files: list[Path], folder: Path) -> FirstMapping:
    found, problems = first_mapping(spec, files, folder, spec.language)
    assert found is not None, problems
    return found


def run_guessed(run_with: Callable[..., Any], spec: Spec, text: str, folder: Path, as_of: Any = None) -> Any:
    folder.joinpath("guessed.yaml").write_text(text, encoding="utf-8")
    return run_with(spec, folder / "guessed.yaml", {}, as_of)


def same_answer(ran: Any, expected: Any) -> bool:
    """Tell whether two runs give the same rows in every table, and used, left out and put aside as many."""
    data, other = ran.result.dataset, expected.result.dataset
    assert len(data.rejected) == len(other.rejected)
    assert sum(data.skipped.values()) == sum(other.skipped.values())
    for ours, theirs in zip(ran.tables, expected.tables, strict=True):
        assert (ours.name, list(ours.rows)) == (theirs.name, list(theirs.rows))
    return True


def _events(data: Dataset) -> list[tuple[object, ...]]:
    return [(event.kind, event.key, event.time, event.identity, event.fields) for event in data.events]


def same_data(spec: Spec, text: str, folder: Path, by_hand: Mapping | None) -> bool:
    """Tell whether a mapping gives the same records and events as another one, and puts the same aside."""
    mapping, problems = parse_mapping(text, folder / "guessed.yaml", spec, {})
    assert mapping, problems
    assert by_hand
    data, expected = (load_dataset(spec, one)[0] for one in (mapping, by_hand))
    assert data
    assert expected
    assert data.records.keys() == expected.records.keys()
    for kind, rows in data.records.items():
        assert [(row.key, row.since, row.fields) for row in rows.values()] == [
            (row.key, row.since, row.fields) for row in expected.records[kind].values()
        ]
    assert _events(data) == _events(expected)
    assert len(data.duplicates) == len(expected.duplicates)
    assert [(row.kind, row.fault.code) for row in data.rejected] == [
        (row.kind, row.fault.code) for row in expected.rejected
    ]
    return True


@pytest.mark.parametrize("folder", TEMPLATES, ids=name)
def test_a_starter_project_needs_no_other_mapping(
    folder: Path, tmp_path: Path, compile_folder: Callable[[Path], Compiled], run_with: Callable[..., Any]
) -> None:
    spec = compile_folder(folder).spec
    assert spec
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    found = guessed(spec, sorted(copy.joinpath("data").iterdir()), copy)
    assert found.is_complete
    ran = run_guessed(run_with, spec, found.text, copy)
    assert same_answer(ran, run_with(spec, copy / "mapping.yaml", {}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phone_shop_in_any_language_over_its_english_files(
    language: str, tmp_path: Path, specs: Path, run_with: Callable[..., Any]
) -> None:
    suffix = "" if language == "en" else f".{language}"
    copy = tmp_path / "phone_sale"
    shutil.copytree(specs / "phone_sale", copy)
    spec = compile_file(copy / f"phone_sale{suffix}.ladder").spec
    assert spec
    found = guessed(spec, sorted(copy.joinpath("data").iterdir()), copy)
    assert found.is_complete
    # To the shop this word is a slip: its own mapping leaves it out, and the row is put aside.
    lines = found.text.splitlines(keepends=True)
    assert sum("Telegram:" in line for line in lines) == 1
    text = "".join(line for line in lines if "Telegram:" not in line)
    ran = run_guessed(run_with, spec, text, copy)
    assert same_answer(ran, run_with(spec, copy / f"mapping{suffix}.yaml", {}))


WHAT_A_PERSON_ADDS: dict[str, dict[str, str]] = {
    "bg": {},
    "en": {
        "          # кафе: which of": "          кафе: coffee\n",
        "          # мелничка: which of": "          мелничка: grinder\n",
    },
}
"""Words that nobody but a person knows, by the remark in their place."""


@pytest.mark.parametrize("language", WHAT_A_PERSON_ADDS)
def test_the_roastery_over_its_bulgarian_files(language: str, tmp_path: Path, specs: Path) -> None:
    suffix = "" if language == "bg" else f".{language}"
    copy = tmp_path / "two_step_sale"
    shutil.copytree(specs / "two_step_sale", copy)
    spec = compile_file(copy / f"two_step_sale{suffix}.ladder").spec
    assert spec
    found, problems = first_mapping(spec, sorted(copy.joinpath("data").iterdir()), copy, "en")
    assert found, problems
    lines = found.text.splitlines(keepends=True)
    for remark, line in WHAT_A_PERSON_ADDS[language].items():
        (place,) = (number for number, written in enumerate(lines) if written.startswith(remark))
        lines[place] = line
    assert not any(": which of" in line for line in lines)
    by_hand, _ = load_mapping(copy / f"mapping{suffix}.yaml", spec, {})
    assert same_data(spec, "".join(lines), copy, by_hand)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("spec_name", "files"),
    [("b2b_pipeline", "maven_crm/*.csv"), ("repeat_purchase", "cdnow/CDNOW_master.txt")],
)
def test_the_data_of_strangers(spec_name: str, files: str, shared: Path, tmp_path: Path, specs: Path) -> None:
    spec = compile_file(specs / spec_name / f"{spec_name}.ladder").spec
    assert spec
    found = guessed(spec, sorted(shared.joinpath("data").glob(files)), tmp_path)
    assert found.is_complete
    environment = {"STEPLADDER_DATA": str(shared / "data")}
    assert same_data(
        spec, found.text, tmp_path, load_mapping(specs / spec_name / "mapping.yaml", spec, environment)[0]
    )
