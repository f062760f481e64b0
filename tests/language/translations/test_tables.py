"""A text with the keywords of another language says the same; the tables hold words that can be typed."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from lark import Lark

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.keywords import LANGUAGES, load_dialect, normalize_word
from stepladder_dsl.keywords.dialect import ZERO_WIDTH_NON_JOINER
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.grammar import STARTS, grammar_text, load_parser
from stepladder_dsl.syntax.lexer import LineLexer, scan
from stepladder_dsl.syntax.parse import parse

ROOT = Path(__file__).resolve().parents[3]
SPECS = sorted(
    file
    for pattern in ("specs/*/*.ladder", "engine/stepladder_engine/templates/*/en/*.ladder")
    for file in ROOT.glob(pattern)
    if "." not in file.stem  # beside a spec lie its translations: `NAME.ru.ladder`
)
OTHERS = [language for language in LANGUAGES if language != "en"]
COUNTED = {
    "TIMES",
    "MINUTE",
    "HOUR",
    "DAY",
    "WEEK",
    "MONTH",
    "YEAR",
    "WORKING_DAY",
    "WORKING_HOUR",
    "TASKS_A_DAY",
    "CONTACTS",
}
BEHIND_OWN_COMMAS = {
    "UNTIL",
    "WHEN",
    "GO_TO",
    "STAY",
    "THEN_ALERT",
    "BECAUSE",
    "PRICE",
    "DISCOUNT",
    "BY",
    "OWNER",
}
"""Before these stands a comma in one language and none in another: around conditions and expectations."""
LINES_WITH_A_KEYWORD = 3
DEEPEST = 12
FAR = 1000
COMMON_NAMES = {
    "en": "name phone channel sum price goods quantity count date score status limit number stage event text",
    "ru": "имя телефон канал сумма цена товар количество дата оценка статус срок номер этап событие текст "
    "клиент карточка запись скидка предложение значение число среднее минимум максимум первый последний",
    "bg": "име телефон канал сума цена стока количество брой дата оценка статус срок номер етап събитие "
    "текст клиент запис отстъпка оферта стойност число средно минимум максимум първи последен сбор общо",
    "fa": "نام تلفن کانال مبلغ قیمت کالا تعداد تاریخ امتیاز وضعیت مهلت شماره مرحله رویداد متن مشتری پرونده "
    "تخفیف پیشنهاد مقدار عدد میانگین کمترین بیشترین اول آخر مجموع",
}
VALUES = {
    "NAME": "xyz",
    "STRING": '"text"',
    "NUMBER": "3",
    "DATE": "2026-03-02",
    "TIME": "10:00",
    "COLUMN": "`Unit price`",
    "EQ": "=",
    "NE": "!=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SLASH": "/",
    "PERCENT": "%",
    "_LPAR": "(",
    "_RPAR": ")",
    "_COMMA": ",",
    "_DOT": ".",
    "_PIPE": "|",
    "_DOUBLE_PIPE": "||",
}


def translated(text: str, language: str) -> str:
    found = format_text(Source("x.ladder", text), language)
    assert found.text is not None, found.diagnostics
    return found.text


def model(text: str) -> Spec:
    """Give the model of a text without findings, as if it were English."""
    compiled = compile_text(Source("x.ladder", text), lint=False)
    assert compiled.diagnostics == ()
    assert compiled.spec
    return replace(compiled.spec, language="en")


def page_spec() -> str:
    """Give the spec that the language page tells block by block: it uses every construct."""
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```ladder\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


def terminals_of(text: str) -> list[list[tuple[str, str]]]:
    """Give the terminals of every line, with the names and texts, which stay as they are.

    Commas around a condition are a language's own: each has them or has not. So are digits and dates.
    """
    without_text = {*load_dialect("en").spellings, "_COMMA", "NUMBER", "PERCENT", "DATE", "TIME"}
    tree = parse(Source("x.ladder", text))
    return [
        [
            (token.type, "" if token.type in without_text else str(token))
            for token, after in zip(line.tokens, [*line.tokens[1:], None], strict=True)
            if not (token.type == "_COMMA" and after and after.type in BEHIND_OWN_COMMAS)
        ]
        for line in tree.lines
    ]


@pytest.fixture(params=[*SPECS, None], ids=lambda file: file.stem if file else "language_page")
def english(request: pytest.FixtureRequest) -> str:
    """Every shipped spec, every template, and the spec of the language page."""
    return request.param.read_text(encoding="utf-8") if request.param else page_spec()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translated_text_means_the_same_and_comes_back(english: str, language: str) -> None:
    other = translated(english, language)
    assert other.splitlines()[0] == f"{load_dialect(language).spelling('LANGUAGE')} {language}"
    assert terminals_of(other) == terminals_of(english)
    assert model(other) == model(english)
    assert translated(other, "en") == translated(english, "en")


@cache
def rules() -> dict[str, list[list[Any]]]:
    """Give the grammar's rules: what a symbol may be replaced by."""
    lark = Lark(grammar_text(), parser="lalr", lexer=LineLexer, start=list(STARTS), maybe_placeholders=True)
    found: dict[str, list[list[Any]]] = {}
    for rule in lark.rules:
        found.setdefault(rule.origin.name, []).append(list(rule.expansion))
    return found


def tallest(expansion: list[Any], known: dict[str, int]) -> int:
    """Give the most replacements that a part of an expansion still needs."""
    return max((known.get(part.name, 0) for part in expansion), default=0)


def nearest(expansion: list[Any], known: dict[str, int]) -> int:
    """Give how near an expansion leads to what distances are known to."""
    return min((known.get(part.name, FAR) for part in expansion), default=FAR)


@cache
def heights() -> dict[str, int]:
    """Give how many replacements the shortest way from each symbol to terminals takes."""
    found = dict.fromkeys(rules(), FAR)
    for _ in rules():
        for name, expansions in rules().items():
            found[name] = min(1 + tallest(expansion, found) for expansion in expansions)
    return found


@cache
def distances(terminal: str) -> dict[str, int]:
    """Give how many replacements the shortest way from each symbol to a terminal takes."""
    found, before = {terminal: 0}, 0
    while len(found) > before:
        before = len(found)
        for name, expansions in rules().items():
            steps = min(nearest(expansion, found) for expansion in expansions)
            if steps < FAR:
                found[name] = min(found.get(name, FAR), 1 + steps)
    return found


class Lines:
    """Makes lines that the grammar allows: for each keyword some that hold it, and the rest is chance."""

    def __init__(self, start: str) -> None:
        self.start = start
        self.chance = random.Random(start)  # noqa: S311 -- the same lines every time, no secret

    def some(self) -> Iterator[list[str]]:
        """Yield the terminals of lines."""
        for keyword in sorted(load_dialect("en").spellings):
            if self.start in distances(keyword):
                for _ in range(LINES_WITH_A_KEYWORD):
                    yield self.expand(self.start, 0, keyword)

    def expand(self, symbol: str, depth: int, wanted: str | None) -> list[str]:
        """Give terminals that a symbol may be replaced by, with the wanted one among them."""
        if symbol not in rules():
            return [symbol]
        parts = self.choose(symbol, depth, wanted)
        known = distances(wanted) if wanted else {}
        leading = min(range(len(parts)), key=lambda place: known.get(parts[place].name, FAR), default=None)
        line: list[str] = []
        for place, part in enumerate(parts):
            line += self.expand(part.name, depth + 1, wanted if place == leading else None)
        return line

    def choose(self, symbol: str, depth: int, wanted: str | None) -> list[Any]:
        """Choose what a symbol is replaced by; in the depth the shortest."""
        expansions = rules()[symbol]
        if wanted is not None:
            return min(expansions, key=lambda expansion: nearest(expansion, distances(wanted)))
        if depth > DEEPEST:
            return min(expansions, key=lambda expansion: tallest(expansion, heights()))
        return self.chance.choice(expansions)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_spellings_stand_side_by_side_each_is_read_as_what_it_is(language: str, start: str) -> None:
    """No spelling swallows the next one, and none can be two keywords at one place."""
    dialect = load_dialect(language)
    chance = random.Random(f"{language} {start}")  # noqa: S311 -- as above
    for line in Lines(start).some():
        # What is allowed is a finding, and its code tells such a line from a field named `allow`.
        values = VALUES | ({"NAME": "SL302"} if line[0] == "ALLOW" else {})
        text = " ".join(values.get(name) or chance.choice(dialect.spellings[name]) for name in line)
        _, named = load_parser().parse(scan(text, "x.ladder", 1), dialect, "x.ladder", start)
        assert [token.type for token in named] == line, text


def test_these_lines_hold_every_keyword() -> None:
    """Only the word that names the language stands outside the grammar."""
    met = {terminal for start in STARTS for line in Lines(start).some() for terminal in line}
    assert set(load_dialect("en").spellings) - met == {"LANGUAGE"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_spelling_is_words_that_the_lexer_reads(language: str) -> None:
    for spellings in load_dialect(language).spellings.values():
        for spelling in spellings:
            tokens = scan(spelling, "x.ladder", 1)
            assert {token.kind for token in tokens} == {"word"}, spelling
            assert " ".join(token.text for token in tokens) == spelling
            assert not re.search(r"[\d_]", spelling)
            assert spelling == unicodedata.normalize("NFC", spelling)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_spelling_is_given_twice(language: str) -> None:
    for spellings in load_dialect(language).spellings.values():
        known = [normalize_word(spelling) for spelling in spellings]
        assert len(known) == len(set(known)), spellings


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_clients_and_payments_have_may_be_called_by_its_everyday_name(language: str) -> None:
    """A keyword goes before a name, so a spelling must not be a word that people name fields by."""
    dialect = load_dialect(language)
    aggregate = f"{dialect.spelling('SUM_OF')} xyz . {{name}} {dialect.spelling('WHERE')} {{name}} = 1"
    for name in COMMON_NAMES[language].split():
        for line in ("{name} > 3", "xyz = {name} + 1", aggregate):
            text = line.format(name=name)
            _, named = load_parser().parse(scan(text, "x.ladder", 1), dialect, "x.ladder", "expr")
            names_read = [str(token) for token in named if token.type == "NAME"]
            assert names_read.count(name) == line.count("{name}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_line_may_say_language_in_english(language: str) -> None:
    assert "language" in load_dialect(language).spellings["LANGUAGE"]
    assert parse(Source("x.ladder", f"language {language}\n")).language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_a_form_for_every_number(language: str) -> None:
    dialect = load_dialect(language)
    assert set(dialect.forms) == COUNTED
    for terminal, forms in dialect.forms.items():
        assert "other" in forms
        assert set(forms.values()) <= set(dialect.spellings[terminal])
        if language != "fa":
            assert {plural_category(count, language) for count in range(200)} <= set(forms)


@pytest.mark.parametrize(
    ("count", "days"), [(1, "день"), (3, "дня"), (7, "дней"), (21, "день"), (12, "дней")]
)
def test_a_russian_duration_agrees_with_its_number(count: int, days: str) -> None:
    text = f"spec a\nprocess p for r\n    stage s\n        limit {count} days\n"
    assert f"срок {count} {days}\n" in translated(text, "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_before_a_kind_of_name_is_a_spelling_of_its_keyword(language: str) -> None:
    dialect = load_dialect(language)
    for terminal, forms in dialect.before_kinds.items():
        assert set(forms) <= {"event", "record"}
        assert set(forms.values()) <= set(dialect.spellings[terminal])


def test_bulgarian_counts_events_as_events_and_records_as_records() -> None:
    text = (
        "spec a\nrecord client\nevent visit for client\n"
        "let a for client = count of visit\n"
        "metric b\n    = count of client\n"
        "metric c\n    = count of thing\n"
    )
    bulgarian = translated(text, "bg")
    assert "= брой събития visit\n" in bulgarian
    assert "= брой записи client\n" in bulgarian
    assert "= брой на thing\n" in bulgarian
    assert translated(translated(text, "bg"), "en").endswith(text.partition("\n")[2])


def test_a_russian_silence_is_a_clause_between_commas() -> None:
    text = "spec a\nprocess p for r\n    stage s\n        after no visit for 21 days when x > 2 stay\n"
    clause = "если нет события visit уже 21 день, если x > 2, остаться на этапе\n"
    assert clause in translated(text, "ru")
    assert translated(translated(text, "ru"), "en").endswith(text.partition("\n")[2])


def test_russian_may_be_written_without_the_dots_of_yo() -> None:
    for spellings in load_dialect("ru").spellings.values():
        assert {spelling.replace("ё", "е") for spelling in spellings} <= set(spellings)


def test_persian_may_be_written_without_the_non_joiner() -> None:
    for preferred, *further in load_dialect("fa").spellings.values():
        for instead in ("", " "):
            assert preferred.replace(ZERO_WIDTH_NON_JOINER, instead) in [preferred, *further]


def test_persian_has_its_own_letters() -> None:
    letters = "".join(chain.from_iterable(load_dialect("fa").spellings.values())).replace("language", "")
    assert not set(letters) & set("\u0643\u064a\u0649")
    assert all("\u0600" <= letter <= "\u06ff" or letter in f" {ZERO_WIDTH_NON_JOINER}" for letter in letters)
