"""Every spec of the repository becomes a document without a gap, in its own language and in the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.documents.as_markdown import as_markdown
from stepladder_dsl.documents.content import Document, Facts, Listing, Paragraph, Run, Section, Table
from stepladder_dsl.documents.document import only_role
from stepladder_dsl.keywords.dialect import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "specs").glob("*/*.ladder"))
TOLD = [(name, None) for name in SPECS] + [
    ("tests/documents/workshop.ladder", language) for language in LANGUAGES
]

pytestmark = pytest.mark.parametrize(("name", "language"), TOLD, ids=lambda value: str(value).split("/")[-1])


def runs_of(part: Any) -> Iterator[Run]:
    """Every run inside a part of a document."""
    if isinstance(part, Run):
        yield part
    elif isinstance(part, tuple):
        for piece in part:
            yield from runs_of(piece)
    elif isinstance(part, Document | Section | Paragraph | Listing | Table | Facts):
        yield from runs_of(tuple(vars(part).values()))


def test_every_link_leads_to_one_place(
    name: str, language: str | None, document_of: Callable[..., Document]
) -> None:
    document = document_of(name, language)
    anchors = [section.anchor for _, section in document.sections()]
    assert sorted(anchors) == sorted(set(anchors))
    assert {run.target for run in runs_of(document) if run.target} <= set(anchors)


def test_nothing_is_empty_and_no_value_is_missing(
    name: str, language: str | None, document_of: Callable[..., Document]
) -> None:
    document = document_of(name, language)
    for _, section in document.sections():
        assert section.blocks or section.sections, section.anchor
        assert "".join(run.text for run in section.title).strip()
        for block in section.blocks:
            if isinstance(block, Listing):
                assert all("".join(run.text for run in item).strip() for item in block.items), section.anchor
            if isinstance(block, Table):
                assert {len(row) for row in block.rows} == {len(block.head)}, section.anchor
    ours = "".join(run.text for run in runs_of(document) if not run.given)
    assert re.findall(r"\{\w*\}|None|<.*?>", ours) == []


def test_everything_with_a_title_is_there(
    name: str, language: str | None, document_of: Callable[..., Document]
) -> None:
    spec = compile_file(ROOT / name, lint=False).spec
    assert spec
    document = document_of(name, language)
    titles = {"".join(run.text for run in section.title) for _, section in document.sections()}
    declared = [
        *spec.roles.values(),
        *spec.records.values(),
        *spec.events.values(),
        *spec.processes.values(),
        *(stage for process in spec.processes.values() for stage in process.stages.values()),
        *spec.offers.values(),
        *spec.follow_ups.values(),
        *spec.decisions.values(),
        *spec.metrics.values(),
        *spec.calendars.values(),
    ]
    assert [thing.label for thing in declared if thing.label not in titles] == []


def test_every_stage_with_work_and_every_task_is_in_the_instruction_of_its_role(
    name: str, language: str | None, document_of: Callable[..., Document]
) -> None:
    spec = compile_file(ROOT / name, lint=False).spec
    assert spec
    document = document_of(name, language)
    for role in spec.roles:
        told = as_markdown(only_role(document, role))
        steps = [
            step
            for process in spec.processes.values()
            for stage in process.stages.values()
            if stage.owner == role
            for step in stage.steps
        ]
        plain = told.replace("\\", "")
        assert [step for step in steps if step not in plain] == []
        for rule in spec.follow_ups.values():
            assert (rule.role == role) == (f'<a id="role-{role}-task-{rule.name}"></a>' in told)


def test_the_words_around_are_of_its_language(
    name: str, language: str | None, document_of: Callable[..., Document]
) -> None:
    """No English sentence is left in another language, and none of another alphabet in English."""
    document = document_of(name, language)
    ours = " ".join(run.text for run in runs_of(document.chapters[:3]) if not run.given)
    words = re.findall(r"[a-z]{4,}", ours)
    if document.language != "en" and language is None:
        assert words == []
    assert (re.search("[а-я]", ours) is not None) == (document.language in {"ru", "bg"})
    assert (re.search("[آ-ی]", ours) is not None) == (document.language == "fa")
