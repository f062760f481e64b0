"""What `check --fix` writes in place of a line says what its writer said, or is not written."""

from __future__ import annotations

import pytest

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model.print_spec import print_spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_engine.cli.fixing import mend

SHOP = """\
spec shop
    currency EUR

role seller

calendar work
    open Monday-Friday 09:00-17:00

record client
    score number
    ready yes/no optional
    sort one of offer, lost, referral

event visit for client
event purchase for client

process sale for client
    owner seller
    stage choosing
        start
        after 3 days go to lost
        on visit when score > 3 stay
            set score = 3
        on purchase go to bought
    stage bought
        end won
    stage lost
        end lost

metric sold
    owner seller
    = count of purchase / count of visit
    target >= 25%
"""
LINES = {
    "stage": "on visit when score > 3 stay",
    "set": "set score = 3",
    "calendar": "open Monday-Friday 09:00-17:00",
}


def mended(text: str) -> tuple[str, Compiled]:
    """Give a text as the safe fixes leave it, and what is found in it then."""

    def compile_all(instead: object) -> list[Compiled]:
        assert isinstance(instead, dict)
        return [compile_text(Source("shop.ladder", instead.get("shop.ladder", text)), lint=False)]

    found = mend(compile_all, unsafe=False)
    return found.texts.get("shop.ladder", text), found.compiled[0]


def meaning(text: str) -> str:
    """Give what a text means, as the canonical text of its model."""
    found = compile_text(Source("shop.ladder", text), lint=False)
    assert found.spec is not None
    assert not found.errors
    return print_spec(found.spec)


def with_line(kind: str, line: str) -> str:
    assert SHOP.count(LINES[kind]) == 1
    return SHOP.replace(LINES[kind], line)


@pytest.mark.parametrize(
    ("kind", "line", "after"),
    [
        (
            "stage",
            "on visit when not 1 < score < 5 stay",
            "on visit when not (1 < score and score < 5) stay",
        ),
        ("stage", "on visit when 1 < score < 5 stay", "on visit when 1 < score and score < 5 stay"),
        (
            "stage",
            "on visit when 100 / 10% of score > 3 stay",
            "on visit when 100 / (score * 10%) > 3 stay",
        ),
        ("stage", "on visit when 5 - 10% of score > 3 stay", "on visit when 5 - score * 10% > 3 stay"),
        (
            "stage",
            "on visit when score = 1 and score > 2 or > 5 stay",
            "on visit when score = 1 and (score > 2 or score > 5) stay",
        ),
        (
            "stage",
            "on visit when score > 2 or > 5 and score != 7 stay",
            "on visit when (score > 2 or score > 5) and score != 7 stay",
        ),
        ("stage", "on visit and score > 3 stay", "on visit when score > 3 stay"),
        ("set", "set score *= 1 + 2", "set score = score * (1 + 2)"),
        ("set", "set score -= 1", "set score = score - 1"),
        ("calendar", "open Monday-Friday 9-17", "open Monday-Friday 09:00-17:00"),
        ("calendar", "open Monday-Friday 9-5pm", "open Monday-Friday 09:00-17:00"),
    ],
)
def test_a_line_means_what_it_looked_like(kind: str, line: str, after: str) -> None:
    text, found = mended(with_line(kind, line))
    assert text == with_line(kind, after)
    assert not found.errors


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("stage", "on visit when not score > 2 or > 5 stay"),
        ("stage", "on visit when score : 3 stay"),
        ("stage", "on visit and purchase go to bought"),
        ("stage", "on visit when ready is not given stay"),
        ("stage", "on visit when ready is set stay"),
        ("set", "set score - 1"),
        ("calendar", "open Monday-Friday 9-5"),
        ("calendar", "closed 03-04-2026"),
    ],
)
def test_what_may_be_meant_otherwise_is_left_to_the_writer(kind: str, line: str) -> None:
    text = with_line(kind, line)
    assert mended(text)[0] == text


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("stay", "visit -> bought"),
        ("stay", "при событии visit если нет ready остаться"),
        ("stay", "при событии visit, если offer sort, остаться на этапе"),
        ("price", "цена от 500"),
    ],
)
def test_a_guess_is_no_safe_fix_in_russian(line: str, instead: str) -> None:
    whole = format_text(Source("shop.ladder", SHOP), "ru").text or ""
    whole += "\nпредложение gift\n    получатель client\n    цена 500\n    принято по событию purchase\n"
    old = "цена 500"
    if line == "stay":
        old = next(each.strip() for each in whole.splitlines() if "score > 3" in each)
    assert instead in mended(whole.replace(old, instead))[0]


def test_a_persian_line_that_cannot_be_read_is_told_whatever_its_length_of_time() -> None:
    text = "زبان fa\nمشخصات s\nفرایند f برای c\n    مرحله m\n        مهلت 1 روز بعد چیزی\n"
    assert "SL001" in {finding.code for finding in compile_text(Source("shop.ladder", text)).diagnostics}


def test_nothing_is_left_at_the_end_of_a_line() -> None:
    text, _ = mended(SHOP.replace("score number\n", "score number required\n"))
    assert text == SHOP


@pytest.mark.parametrize("own", LANGUAGES)
def test_a_keyword_of_another_language_is_translated_and_a_name_like_one_is_not(own: str) -> None:
    """Line by line the spec in one language with that line of another one; names are English ones."""
    whole = {
        language: format_text(Source("shop.ladder", SHOP), language).text or "" for language in LANGUAGES
    }
    wanted = meaning(whole[own])
    lines = whole[own].splitlines(keepends=True)
    tried = 0
    for other in LANGUAGES:
        if other == own:
            continue
        for number, line in enumerate(whole[other].splitlines(keepends=True)):
            text = "".join([*lines[:number], line, *lines[number + 1 :]])
            after, found = mended(text)
            if after == text or found.errors:
                continue
            tried += 1
            assert meaning(after) == wanted, line
    assert tried > 20


@pytest.mark.parametrize("own", [language for language in LANGUAGES if language != "en"])
def test_a_name_that_is_a_keyword_elsewhere_stays(own: str) -> None:
    whole = format_text(Source("shop.ladder", SHOP), own).text or ""
    (line,) = (line for line in whole.splitlines() if "referral" in line)
    text, _ = mended(whole.replace(line, "    sort one of offer, lost, referral"))
    assert meaning(text) == meaning(whole)


def test_a_block_said_twice_goes_as_a_whole_or_stays() -> None:
    """Its lines belong to it though they are not indented: without the first they mean something else."""
    again = "    stage bought\n\tend won\n"
    text, _ = mended(SHOP.replace("    stage lost\n", f"{again}    stage lost\n"))
    assert text.count("stage bought") == 2
