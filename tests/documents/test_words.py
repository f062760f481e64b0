"""The sentences of documents: the same in every language, each with its values and its plural forms."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.documents.telling import Teller, sentences
from stepladder_dsl.keywords.dialect import LANGUAGES
from stepladder_dsl.model.types import Duration, Unit

_FORM = re.compile(r"\.(one|few|many|other)$")


def names_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_with_its_values(language: str) -> None:
    english, own = sentences("en"), sentences(language)
    assert {_FORM.sub("", key) for key in own} == {_FORM.sub("", key) for key in english}
    assert [key for key in own if key in english and names_of(own[key]) != names_of(english[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_every_form_that_its_language_needs(language: str) -> None:
    own = sentences(language)
    counted = {_FORM.sub("", key) for key in own if key.endswith(".other")}
    assert counted
    needed = {plural_category(number, language) for number in range(1, 200)}
    for key in counted:
        assert all(f"{key}.{form}" in own for form in needed if language != "fa")
        assert f"{key}.other" in own


@pytest.mark.parametrize(
    ("language", "times"),
    [
        ("en", "3, 30 and 90 days"),
        ("ru", "3, 30 и 90 дней"),
        ("bg", "3, 30 и 90 дни"),
        ("fa", "۳، ۳۰ و ۹۰ روز"),
    ],
)
def test_several_times_of_one_unit_share_its_name(language: str, times: str) -> None:
    assert Teller(language).durations([Duration(amount, Unit.DAY) for amount in (3, 30, 90)]) == times


def test_times_of_several_units_keep_their_names() -> None:
    told = Teller("en").durations([Duration(1, Unit.DAY), Duration(2, Unit.WEEK)])
    assert told == "1 day and 2 weeks"
