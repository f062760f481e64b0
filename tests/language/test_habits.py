"""A habit that goes through a whole text is told once, and hides no other mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.keywords import LANGUAGES, load_dialect
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.habits import habits_in

BLOCK = r"^( *(?:stage|phase|role|offer|event|record)\b[^#\n]*)$"


@pytest.fixture(scope="module")
def spec(root: Path) -> str:
    return root.joinpath("specs/phone_sale/phone_sale.ladder").read_text(encoding="utf-8")


def answer(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.variant) for finding in compile_text(Source("a.ladder", text)).diagnostics]


def test_tabs_are_one_message(spec: str) -> None:
    assert answer(spec.replace("    ", "\t")) == [("SL005", "tab")]


def test_no_break_spaces_are_one_message(spec: str) -> None:
    assert answer(spec.replace("    ", "\u00a0" * 4)) == [("SL005", "space")]


def test_a_quoted_mail_is_one_message_about_its_marks(spec: str) -> None:
    marked = "".join(f"> {line}\n" for line in spec.splitlines())
    assert answer(marked)[0] == ("SL006", "pasted")
    assert answer(marked).count(("SL006", "pasted")) == 1


def test_curved_quotes_are_one_message(spec: str) -> None:
    assert answer(re.sub(r'"([^"\n]*)"', "“\\1”", spec)) == [("SL005", "quotes")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("“Says «yes»”", "Says «yes»"),
        ("«Ask “why” and ‘when’»", "Ask “why” and ‘when’"),
        ("„Кажи “да” пак“", "Кажи “да” пак"),
        ("„Sag «ja»”", "Sag «ja»"),
        ("“it’s a cat»”", "it’s a cat»"),
        ("“never closed", None),
        ("“a”” b”", None),
    ],
)
def test_quotes_inside_curved_quotes_stay(spec: str, written: str, meant: str | None) -> None:
    line = next(line for line in spec.splitlines() if re.match(r' +do "', line))
    wrong = spec.replace(line, re.sub(r'".*"', lambda _: written, line), 1)
    finding, *others = compile_text(Source("a.ladder", wrong)).diagnostics
    assert (finding.code, others) == ("SL005", [])
    fixed = [edit.text for edit in finding.fix.edits] if finding.fix else None
    assert fixed == (None if meant is None else [f'"{meant}"'])


def test_colons_behind_all_blocks_are_one_message(spec: str) -> None:
    assert answer(re.sub(BLOCK, r"\1:", spec, flags=re.MULTILINE)) == [("SL006", "no_symbol")]


def test_bullets_are_one_message(spec: str) -> None:
    assert answer(re.sub(r"^( +)(on|do|after) ", r"\1- \2 ", spec, flags=re.MULTILINE)) == [
        ("SL006", "extra")
    ]


def test_a_text_that_lost_its_indentation_is_one_message(spec: str) -> None:
    assert answer("\n".join(line.strip() for line in spec.splitlines())) == [("SL003", "flat")]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_text_that_does_not_name_its_language_is_one_message(spec: str, language: str) -> None:
    translated = format_text(Source("a.ladder", spec), language).text
    assert translated is not None
    _, _, without_first_line = translated.partition("\n")
    assert answer(without_first_line) == [("SL007", "unsaid")]


def test_another_mistake_beside_a_habit_is_told_too(spec: str) -> None:
    wrong = spec.replace("    ", "\t").replace("owner seller", "owner seler", 1)
    assert answer(wrong) == [("SL005", "tab"), ("SL101", "known")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_hold_for_every_language(language: str) -> None:
    arrow = f"{load_dialect(language).spelling('ON')} a -> b"
    meant = [habit.here.strip() for habit in habits_in(arrow, load_dialect(language), "stage_line")]
    assert load_dialect(language).spelling("GO_TO") in meant


def test_one_mistake_gives_one_message(root: Path) -> None:
    files = sorted(root.glob("tests/language/mistakes/en/*.md"))
    answers = [
        answer
        for file in files
        for answer in re.findall(
            r"^```message\n(.*?)^```$", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    ]
    assert len(answers) >= 80
    assert [
        answer for answer in answers if len(re.findall(r"^suite\.ladder:", answer, re.MULTILINE)) != 1
    ] == []


def test_a_sound_condition_about_what_may_be_unknown_is_no_habit() -> None:
    """`member` is a field of its own here, not another value of `level`."""
    text = (
        "spec shop\nrole seller\nrecord client\n    level one of low, high optional\n    member yes/no\n"
        "event visit for client\nprocess sale for client\n    owner seller\n    stage choosing\n"
        "        start\n        on visit when level = low or member go to taken\n"
        "    stage taken\n        end won\n"
    )
    found = compile_text(Source("shop.ladder", text), lint=False).diagnostics
    assert [finding.code for finding in found] == ["SL122"]
