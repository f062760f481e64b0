"""A spec of several files: whose lines stand where, and what is said when a file cannot be taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from stepladder_dsl.compile import Compiled, compile_file, compile_text
from stepladder_dsl.diagnostics.catalogue import hint, message
from stepladder_dsl.diagnostics.render_text import render_text
from stepladder_dsl.source import Source

SALE = """\
spec shop

include "parts/people.ladder"

process sale for client
    owner seller
    stage choosing
        limit 3 days, then alert seller
        on purchase go to bought
    stage bought
        end won
"""
PEOPLE = """\
язык ru
подключить файл "roles.ladder"
карточка client
событие purchase по карточке client
"""
ROLES = "role seller\n"


def write(folder: Path, **files: str) -> Path:
    """Write files, in which `__` stands for a folder, and give the main one."""
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.ladder"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder / "sale.ladder"


def compiled(folder: Path, **files: str) -> Compiled:
    return compile_file(write(folder, **files), name="sale.ladder")


def sentences(found: Compiled) -> list[str]:
    return [f"{finding.span} {finding.code} {message(finding)}" for finding in found.diagnostics]


def test_files_in_several_languages_are_one_spec(tmp_path: Path) -> None:
    found = compiled(tmp_path, sale=SALE, parts__people=PEOPLE, parts__roles=ROLES)
    assert sentences(found) == []
    assert found.spec
    assert list(found.spec.roles) == ["seller"]
    assert list(found.spec.events) == ["purchase"]
    assert list(found.sources) == ["sale.ladder", "parts/people.ladder", "parts/roles.ladder"]


def test_it_means_the_same_as_one_file(tmp_path: Path) -> None:
    parts = compiled(tmp_path, sale=SALE, parts__people=PEOPLE, parts__roles=ROLES)
    body = SALE.replace('include "parts/people.ladder"', "record client\nevent purchase for client")
    whole = compile_text(Source("one.ladder", f"{body}\n{ROLES}"))
    assert parts.spec == whole.spec


def test_a_file_that_two_others_need_counts_once(tmp_path: Path) -> None:
    both = SALE.replace("process", 'include "parts/roles.ladder"\n\nprocess', 1)
    assert sentences(compiled(tmp_path, sale=both, parts__people=PEOPLE, parts__roles=ROLES)) == []


def test_a_mistake_is_shown_in_its_own_file(tmp_path: Path) -> None:
    found = compiled(
        tmp_path, sale=SALE, parts__people=PEOPLE, parts__roles="role seller\n    reports to bos\n"
    )
    assert sentences(found) == ["parts/roles.ladder:2:16 SL101 unknown role `bos`"]
    assert "2 |     reports to bos" in render_text(found.diagnostics, found.sources)


def test_a_second_declaration_points_to_the_first_in_the_other_file(tmp_path: Path) -> None:
    twice = f"{SALE}\nrole seller\n"
    found = compiled(tmp_path, sale=twice, parts__people=PEOPLE, parts__roles=ROLES)
    assert sentences(found) == ["sale.ladder:13:6 SL102 `seller` is declared a second time"]
    assert str(found.diagnostics[0].labels[0].span) == "parts/roles.ladder:1:6"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('include "parts/peple.ladder"', "there is no file `parts/peple.ladder` beside this one"),
        ('include "parts"', "there is no file `parts` beside this one"),
        ('include "parts\\\\people.ladder"', "`parts\\people.ladder` is no path from this file"),
        ('include ""', "`` is no path from this file"),
    ],
)
def test_a_file_that_is_not_there_gives_one_finding(tmp_path: Path, line: str, sentence: str) -> None:
    text = SALE.replace('include "parts/people.ladder"', line)
    found = compiled(tmp_path, sale=text, parts__people=PEOPLE, parts__roles=ROLES)
    assert sentences(found) == [f"sale.ladder:3:9 SL120 {sentence}"]


def test_the_file_that_is_meant_is_named(tmp_path: Path) -> None:
    text = SALE.replace("people.ladder", "peple.ladder")
    found = compiled(tmp_path, sale=text, parts__people=PEOPLE, parts__roles=ROLES)
    assert hint(found.diagnostics[0]) == "did you mean `parts/people.ladder`?"


def test_an_absolute_path_would_bind_the_spec_to_one_machine(tmp_path: Path) -> None:
    there = (tmp_path / "parts" / "people.ladder").as_posix()
    found = compiled(tmp_path, sale=SALE.replace("parts/people.ladder", there), parts__people=PEOPLE)
    assert [finding.variant for finding in found.diagnostics] == ["not_relative"]


def test_files_that_include_each_other_go_in_a_circle(tmp_path: Path) -> None:
    roles = f'{ROLES}include "../sale.ladder"\n'
    found = compiled(tmp_path, sale=SALE, parts__people=PEOPLE, parts__roles=roles)
    assert sentences(found) == ["parts/roles.ladder:2:9 SL120 `../sale.ladder` leads back to this line"]


def test_a_file_that_is_no_text_is_found_fault_with_once(tmp_path: Path) -> None:
    file = write(tmp_path, sale=SALE, parts__roles=ROLES)
    (tmp_path / "parts" / "people.ladder").write_bytes(b"PK\x03\x04\0\0")
    assert [finding.code for finding in compile_file(file).diagnostics] == ["SL009"]


def test_an_included_file_has_no_name_of_its_own(tmp_path: Path) -> None:
    found = compiled(tmp_path, sale=SALE, parts__people=f"{PEOPLE}регламент other\n", parts__roles=ROLES)
    assert [finding.code for finding in found.diagnostics] == ["SL108"]


def test_a_text_without_a_folder_has_no_other_files() -> None:
    found = compile_text(Source("<stdin>", SALE))
    assert sentences(found) == [
        "<stdin>:3:9 SL120 this text lies in no folder, so that there is no `parts/people.ladder` beside it"
    ]
