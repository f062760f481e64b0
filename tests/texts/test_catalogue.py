"""The sentences of screens and reports: the same keys and values in every language, all of them asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model.expressions import Aggregate, Anchor
from stepladder_engine.results.columns import COLUMNS, OFFER_STATUSES, STEP_KINDS, TASK_STATUSES
from stepladder_engine.results.screen.answer import ODDITIES
from stepladder_engine.texts.catalogue import (
    Phrase,
    isolated,
    number,
    paragraph,
    phrase,
    table,
    tell,
    tell_plainly,
    text,
)

_FORMS = re.compile(r"\.(one|few|many|other)$")
ENGLISH = table("en")
KEYS = {_FORMS.sub("", key) for key in ENGLISH}
"""The keys without their plural forms."""
GROUPS = {key.partition(".")[0] for key in KEYS if "." in key}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def forms(language: str, key: str) -> dict[str, str]:
    """The sentences of a key by plural category; one without forms has the category ``""``."""
    found = table(language)
    if key in found:
        return {"": found[key]}
    return {
        name.rpartition(".")[2]: sentence
        for name, sentence in found.items()
        if _FORMS.search(name) and _FORMS.sub("", name) == key
    }


def asked(root: Path) -> Iterator[re.Pattern[str]]:
    """Every key that the engine speaks of; one with a part that is put in later as a pattern."""
    for file in sorted((root / "engine" / "stepladder_engine").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str() as words) if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", words):
                    yield re.compile(re.escape(words))
                case ast.Call(func=ast.Attribute(attr="table"), args=arguments):
                    columns = [
                        str(part.value) for part in arguments if isinstance(part, ast.Constant) and part.value
                    ]
                    yield from (re.compile(rf"column\.{name}") for name in columns)
                case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_] as parts) if "." in start:
                    pieces = (
                        re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z_]+" for p in parts
                    )
                    yield re.compile("".join(pieces))


def asked_by_templates(root: Path) -> Iterator[re.Pattern[str]]:
    """Every key that a page's template speaks of."""
    for file in sorted((root / "engine" / "stepladder_engine").rglob("*.html")):
        for _, words in re.findall(r"""(["'])([a-z_]+(?:\.[a-z_]+)+)\1""", file.read_text(encoding="utf-8")):
            yield re.compile(re.escape(words))


def speaks_of_a_sentence(pattern: re.Pattern[str]) -> bool:
    return pattern.pattern.partition("\\.")[0] in GROUPS and not pattern.pattern.endswith("csv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert {_FORMS.sub("", key) for key in table(language)} == KEYS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_all_plural_forms_of_its_language_or_none(language: str) -> None:
    whole = {plural_category(count, language) for count in range(200)} | {"other"}
    for key in KEYS:
        assert set(forms(language, key)) in ({""}, whole), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_the_values_of_the_english_one(language: str) -> None:
    for key in KEYS:
        wanted = placeholders(next(iter(forms("en", key).values())))
        for category, sentence in forms(language, key).items():
            assert placeholders(sentence) == wanted, f"{key} {category}"


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_sentence_was_left_in_english(language: str) -> None:
    for key in KEYS:
        english = next(iter(forms("en", key).values()))
        if re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", english)):
            assert english not in forms(language, key).values(), key


def test_every_key_that_is_asked_for_exists(root: Path) -> None:
    everywhere = [*asked(root), *asked_by_templates(root)]
    patterns = [pattern for pattern in everywhere if speaks_of_a_sentence(pattern)]
    missing = [found.pattern for found in patterns if not any(found.fullmatch(key) for key in KEYS)]
    assert len(patterns) > len(KEYS) / 2
    assert not missing


def test_no_key_is_there_that_nobody_asks_for(root: Path) -> None:
    patterns = [*asked(root), *asked_by_templates(root)]
    plain = {"nobody", "case", "event", "task"}
    assert [key for key in KEYS - plain if not any(found.fullmatch(key) for found in patterns)] == []


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("task.status", TASK_STATUSES),
        ("offer.status", OFFER_STATUSES),
        ("step", STEP_KINDS),
        ("outcome", next(column.values for column in COLUMNS["positions"] if column.name == "outcome")),
        ("test.family", ("stages", "transitions", "follow_ups", "offers")),
        ("run.owed", ("escalated", "overdue", "due")),
        ("run.odd", ODDITIES),
        ("unknown", [f"{how.value}_of" for how in Aggregate if how is not Aggregate.COUNT]),
        ("unknown", [f"{anchor.value}_event" for anchor in (Anchor.FIRST_EVENT, Anchor.LAST_EVENT)]),
    ],
)
def test_every_value_of_a_table_has_its_word(group: str, names: tuple[str, ...]) -> None:
    assert {f"{group}.{name}" for name in names} <= KEYS


def test_a_count_chooses_the_form() -> None:
    found = [text("ru", "case", count=count) for count in (1, 2, 5, 21, 1000)]
    assert found == ["1 карточка", "2 карточки", "5 карточек", "21 карточка", "1\u00a0000 карточек"]
    assert [text("en", "case", count=count) for count in (1, 1000)] == ["1 case", "1,000 cases"]


def test_what_is_counted_is_written_in_the_digits_of_the_language() -> None:
    assert text("en", "case", count=1205) == "1,205 cases"
    assert text("fa", "case", count=1205) == "۱٬۲۰۵ پرونده"


def test_days_and_pieces_of_a_spec_keep_their_own_digits() -> None:
    assert "2026-03-04" in text("fa", "run.end_of_day", date="2026-03-04")


def test_numbers_bear_the_marks_of_the_language() -> None:
    found = [number(language, 1234.5, ",.2f") for language in ("en", "ru", "bg", "fa")]
    assert found == ["1,234.50", "1\u00a0234,50", "1\u00a0234,50", "۱٬۲۳۴٫۵۰"]


def test_a_phrase_is_told_with_the_phrases_in_it() -> None:
    phrase = Phrase("scenario.task", {"task": "care", "status": Phrase("task.status.overdue")})
    assert [tell(phrase, language) for language in ("en", "ru")] == [
        "task care overdue",
        "задача care просрочена",
    ]


def test_a_value_may_have_any_name() -> None:
    assert str(Phrase("scenario.record", {"record": "order", "key": "7"})) == "order 7"


def test_a_phrase_that_is_needed_over_and_over_is_made_once() -> None:
    again = [phrase("reason.event", event="call") for _ in range(2)]
    assert again[0] is again[1]
    assert {again[0], Phrase("reason.event", {"event": "call"})} == {again[0]}


def test_programs_read_a_phrase_without_marks_of_direction() -> None:
    told = phrase("reason.event", event="call")
    assert tell(told, "fa") == "رویداد \u2068call\u2069"
    assert tell_plainly(told, "fa") == "رویداد call"


def test_a_value_keeps_its_direction_in_a_sentence_from_right_to_left() -> None:
    assert text("fa", "cli.wrote", file="a.svg") == "\u2068a.svg\u2069 نوشته شد"
    assert isolated("Anna") == "Anna"
    assert isolated("سارا") == "\u2068سارا\u2069"


def test_a_language_without_a_table_gets_english() -> None:
    assert text("xx", "nobody") == "nobody"


def test_a_line_of_a_language_from_right_to_left_begins_on_the_right() -> None:
    assert paragraph("fa", "Anna: سارا") == "\u2067Anna: سارا\u2069"
    assert paragraph("en", "Anna: سارا") == "\u2068Anna: سارا\u2069"
    assert paragraph("fa", "Anna") == "Anna"
