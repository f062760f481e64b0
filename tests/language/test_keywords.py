"""Every keyword table is complete, and a phrase can be only one keyword where it stands."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.keywords import LANGUAGES, load_dialect
from stepladder_dsl.source import Source
from stepladder_dsl.syntax import lexer
from stepladder_dsl.syntax.parse import parse


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_a_spelling_for_every_keyword_and_no_other(language: str) -> None:
    assert set(load_dialect(language).spellings) == set(load_dialect("en").spellings)
    assert all(load_dialect(language).spellings.values())


def test_nowhere_can_a_phrase_be_two_keywords(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser's tables alone do not tell (lookaheads are merged), so every word of every spec is asked."""
    asked = 0
    name_word = lexer._name_word

    def check(tokens: Any, position: int, dialect: Any, state: Any) -> tuple[str, int]:
        nonlocal asked
        found = lexer.keywords_at(tokens, position, dialect)
        states = state.parse_conf.states
        taken = [
            (terminal, count)
            for terminal, count in found
            if (after := lexer._stack_after(states, state.state_stack, terminal)) is not None
            and lexer._goes_on(states, after, tokens, position + count, dialect)
        ]
        longest = [terminal for terminal, count in taken if count == taken[0][1]]
        assert len(longest) <= 1, f"{tokens[position].text} is {longest}"
        asked += 1
        return name_word(tokens, position, dialect, state)

    monkeypatch.setattr(lexer, "_name_word", check)
    for file in (root / "specs").rglob("*.ladder"):
        parse(Source(file.name, file.read_text(encoding="utf-8")))
    assert asked > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_is_in_normal_form(root: Path, language: str) -> None:
    text = (root / "dsl" / "stepladder_dsl" / "keywords" / f"{language}.json").read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    table = json.loads(text)
    assert table["language"] == language
    for spellings in table["keywords"].values():
        assert len(spellings) == len(set(spellings))
