"""The texts of the review: complete in every language, with pages that speak the language's own keywords."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from rich.console import Console

from stepladder_dsl.audit.document import as_document
from stepladder_dsl.audit.registry import discover
from stepladder_dsl.audit.review import review
from stepladder_dsl.audit.texts import page, words
from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.widths import width
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.source import Source
from stepladder_engine.results.screen.audit import show_review


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_there_are_seventeen_questions_in_order() -> None:
    assert [question.number for question in discover().values()] == list(range(1, 18))
    assert [int(stem[1:3]) for stem in discover()] == list(range(1, 18))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_every_language_are_the_same(language: str) -> None:
    def keys(table: dict[str, str]) -> set[str]:
        return {re.sub(r"\.(one|few|many|other)$", ".n", key) for key in table}

    own, english = words(language), words("en")
    assert keys(own) == keys(english)
    for key, sentence in own.items():
        assert sentence
        assert places(sentence) == places(english.get(key, sentence)), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", discover())
def test_every_question_has_a_page(stem: str, language: str) -> None:
    found, english = page(stem, language), page(stem, "en")
    assert set(found.sentences) == set(english.sentences)
    assert (found.text == english.text) == (language == "en")
    number, question = re.fullmatch(r"# (\d+)\. (.+)", found.text.split("\n")[0], re.UNICODE).groups()  # type: ignore[union-attr]
    assert int(number) == int(stem[1:3])
    assert question == found.sentences["question"]
    assert found.text.count("**") == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_in_keywords_as_the_formatter_writes_them(language: str) -> None:
    preferred = {spellings[0] for spellings in load_dialect(language).spellings.values()}
    quoted = {found for stem in discover() for found in re.findall(r"`([^`]+)`", page(stem, language).text)}
    # What is no keyword is an example: a whole line, a comparison, or a length of time.
    assert len(quoted & preferred) > 5
    assert {found for found in quoted - preferred if not re.search(r"…|>=|\d", found)} == set()


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_review_fits_the_terminal(phone_sale: str, language: str, columns: int) -> None:
    compiled = compile_text(Source("phone_sale.ladder", phone_sale), lint=False)
    assert compiled.spec
    console = Console(width=columns, no_color=True, highlight=False)
    with console.capture() as captured:
        show_review(as_document(review(compiled.spec), language), console, file="phone_sale.ladder")
    pieces = "       "  # What is to be copied stays whole.
    lines = [line.rstrip() for line in captured.get().split("\n")]
    assert all(width(line) <= columns for line in lines if not line.startswith(pieces)), max(lines, key=width)
