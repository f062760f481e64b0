"""A glossary: `fmt --to` also puts the names, texts and comments of the other language in their place."""

from __future__ import annotations

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.keywords.dialect import ZERO_WIDTH_NON_JOINER
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import Formatted, format_text
from stepladder_dsl.syntax.glossary import Glossary, read_glossary

SPEC = """\
language en

# A small shop.
spec shop "Corner shop"  # the name
    currency EUR
    timezone Europe/Sofia

calendar week
    open mon-fri 09:00-18:00
    holidays BG

role seller "Says \\"hello\\""

record client "Client"
    name text
    code text matches "[A-Z]+"
    channel one of social, "walked in"

event visit "Comes in" for client
    about text

decide terms for client
    first match
    | channel     || share |
    | social      || 5%    |
    | "walked in" || 0     |

process sale "Selling" for client
    owner seller
    stage aware "Knows us"
        start
        on visit when channel = social go to bought
        after 3 working days go to bought
    stage bought "Has bought"
        end won

scenario "a visit"
    given client name = "Ana", code = "AB", channel = "walked in"
    2026-03-02 10:00 visit about = "3"
    expect stage aware
"""

NAMES = """\
# names of the corner shop
en,ru,fa
shop,лавка,مغازه
Corner shop,Лавка на углу,مغازهٔ سر کوچه
A small shop.,Небольшая лавка.,مغازه‌ای کوچک.
the name,название,نامش
week,неделя_лавки,هفته
seller,продавец,فروشنده
\"Says \"\"hello\"\"\",\"Говорит \"\"привет\"\"\",می‌گوید «سلام»
client,клиент,مشتری
Client,Клиент,خریدار
name,имя,نام
code,код,کد
channel,канал,کانال
social,соцсети,شبکه_اجتماعی
walked in,пришёл сам,خودش آمد
visit,визит,مراجعه
Comes in,Заходит,می‌آید
about,о_чём,درباره
terms,условия,شرایط
share,доля,سهم
sale,продажа,فروش
Selling,Продажа,فروختن

aware,знает_нас,آشنا
Knows us,Знает нас,ما را می‌شناسد
bought,купил,خریده
Has bought,Уже купил,خرید کرده است
a visit,один визит,یک مراجعه
Ana,Анна,آنا
AB,AB,AB
"""


def glossary(text: str) -> Glossary:
    found, problems = read_glossary(Source("names.csv", text))
    assert found is not None, [message(problem) for problem in problems]
    return found


def given(text: str, language: str, names: str = NAMES) -> Formatted:
    return format_text(Source("x.ladder", text), language, glossary(names))


def translated(text: str, language: str, names: str = NAMES) -> str:
    found = given(text, language, names)
    assert found.text is not None, [message(problem) for problem in found.diagnostics]
    return found.text


def findings(text: str, language: str, names: str) -> list[tuple[str, str, str]]:
    found = given(text, language, names)
    assert found.text is None
    return [(finding.code, finding.variant, str(finding.span)) for finding in found.diagnostics]


def problems(names: str) -> list[tuple[str, str, int]]:
    found, reported = read_glossary(Source("names.csv", names))
    assert found is None
    return [(finding.code, finding.variant, finding.span.line) for finding in reported]


def test_names_texts_and_comments_are_those_of_the_other_language() -> None:
    russian = translated(SPEC, "ru")
    assert russian.splitlines()[2:4] == [
        "# Небольшая лавка.",
        'спецификация лавка "Лавка на углу"  # название',
    ]
    assert 'роль продавец "Говорит \\"привет\\""' in russian
    assert "    | соцсети      || 5%   |" in russian
    assert 'дана карточка клиент имя = "Анна", код = "AB", канал = "пришёл сам"' in russian


@pytest.mark.parametrize("language", ["ru", "fa"])
def test_there_and_back_gives_the_same_bytes(language: str) -> None:
    there = given(SPEC, language)
    assert there.missing == ()
    assert there.text is not None
    assert compile_text(Source("x", there.text)).errors == []
    assert translated(there.text, "en") == SPEC
    assert translated(translated(there.text, "ru"), "en") == SPEC


def test_places_countries_currencies_and_patterns_are_no_names() -> None:
    names = NAMES + "EUR,евро,یورو\nEurope,Европа,اروپا\nBG,БГ,بلغارستان\n[A-Z]+,[А-Я]+,[آ-ی]+\n"
    russian = translated(SPEC, "ru", names)
    assert "валюта EUR" in russian
    assert "часовой пояс Europe/Sofia" in russian
    assert "праздники BG" in russian
    assert '"[A-Z]+"' in russian


def test_what_the_glossary_lacks_stays_and_is_told_in_the_order_of_the_text() -> None:
    names = "\n".join(
        line for line in NAMES.splitlines() if not line.startswith(("A small", "Comes in", "bought"))
    )
    found = given(SPEC, "ru", names)
    assert found.missing == ('"Comes in"', "bought", "# A small shop.")
    assert found.text is not None
    assert "перейти на этап bought" in found.text
    assert translated(found.text, "en", names) == SPEC


def test_a_row_in_quotes_is_for_texts_alone() -> None:
    names = NAMES.replace("Client,Клиент,خریدار", '"""Client""",клиент,مشتری')
    for language in ("ru", "fa"):
        there = translated(SPEC, language, names)
        assert translated(there, "en", names) == SPEC
    assert 'карточка клиент "клиент"' in translated(SPEC, "ru", names)


def test_a_text_that_would_come_back_as_another_is_reported() -> None:
    """On the way back the row in quotes would go before that of the name."""
    names = NAMES.replace("Client,Клиент,خریدار", '"""Client""",клиент,مشتری')
    text = SPEC.replace('event visit "Comes in"', 'event visit "client"')
    assert [finding[:2] for finding in findings(text, "ru", names)] == [("SL130", "one")]


def test_an_empty_cell_is_no_translation() -> None:
    assert given(SPEC, "ru", NAMES.replace("Ana,Анна", "Ana,")).missing == ('"Ana"',)


def test_a_name_with_two_translations_is_reported_at_the_second() -> None:
    names = NAMES + "seller,торговец,کاسب\n"
    last = len(names.splitlines())
    assert findings(SPEC, "ru", names) == [("SL130", "two", f"names.csv:{last}:1")]


def test_two_names_with_one_translation_are_reported_at_the_second() -> None:
    names = NAMES.replace("name,имя,نام", "name,код,نام")
    line = names.splitlines().index("code,код,کد") + 1
    assert findings(SPEC, "ru", names) == [("SL130", "one", f"names.csv:{line}:6")]
    assert given(SPEC, "fa", names).text is not None


def test_persian_and_arabic_letters_make_the_same_name() -> None:
    names = NAMES.replace("code,код,کد", "code,код,\u0643د") + "key,ключ,کد\n"
    assert [finding[:2] for finding in findings(SPEC, "fa", names)] == [("SL130", "one")]


def test_a_persian_name_may_hold_the_non_joiner() -> None:
    word = f"می{ZERO_WIDTH_NON_JOINER}شناسد"
    assert f"مرحله {word}" in translated(SPEC, "fa", NAMES.replace(",آشنا", f",{word}"))


@pytest.mark.parametrize("cell", ["знает нас", "2й", "знает-нас", "знaет"])
def test_the_translation_of_a_name_has_to_be_a_name(cell: str) -> None:
    names = NAMES.replace("знает_нас", cell)
    line = NAMES[: NAMES.index("знает_нас")].count("\n") + 1
    assert findings(SPEC, "ru", names) == [("SL130", "no_name", f"names.csv:{line}:7")]


def test_a_translation_that_is_a_keyword_at_its_place_is_reported_in_the_glossary() -> None:
    """`да` is a value of its own in a condition."""
    names = NAMES.replace("social,соцсети", "social,да")
    line = NAMES[: NAMES.index("social,")].count("\n") + 1
    found = given(SPEC, "ru", names)
    assert [(finding.code, str(finding.span)) for finding in found.diagnostics] == [
        ("SL117", f"names.csv:{line}:8")
    ]
    assert [label.span.line for finding in found.diagnostics for label in finding.labels] == [25]


def test_a_translation_that_the_spec_has_already_is_reported_in_the_spec() -> None:
    text = SPEC.replace("    name text\n", "    name text\n    код text optional\n")
    assert findings(text, "ru", NAMES) == [("SL130", "taken", "x.ladder:16:5")]


def test_a_language_without_a_column_is_reported() -> None:
    assert findings(SPEC, "bg", NAMES) == [("SL130", "no_language", "names.csv:1:1")]


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ("", ("SL130", "empty", 1)),
        ("# nothing\n", ("SL130", "empty", 1)),
        ("en,de\nshop,Laden\n", ("SL130", "language", 1)),
        ("en,ru,en\n", ("SL130", "language", 1)),
        ("# x\nen,ru\nshop,лавка,магазин\n", ("SL130", "cells", 3)),
        ('en,ru\nshop,лавка\n"hello,привет\n', ("SL130", "quotes", 3)),
    ],
)
def test_a_table_that_is_none_is_reported_with_its_line(names: str, problem: tuple[str, str, int]) -> None:
    assert problem in problems(names)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_as_other_spreadsheets_write_it_is_read(delimiter: str) -> None:
    names = f"\ufeffen{delimiter}ru\nshop{delimiter}лавка\n"
    assert "спецификация лавка" in translated("spec shop\n", "ru", names)


def test_the_glossary_changes_nothing_within_the_language() -> None:
    assert translated(SPEC, "en") == SPEC
