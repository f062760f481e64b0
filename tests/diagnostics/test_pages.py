"""Every sentence that the code asks for stands on its page, and every page's examples are true.

The English pages are held against the code, and the pages of the other languages against the English ones.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

import stepladder_engine.data.codes  # noqa: F401 - makes the data codes known
from stepladder_dsl.compile import Compiled, compile_text, read_source
from stepladder_dsl.diagnostics.catalogue import (
    Page,
    explained,
    hint,
    label,
    message,
    page,
    parse_page,
    severity,
    words,
)
from stepladder_dsl.diagnostics.codes import Code, all_codes, known_code, register
from stepladder_dsl.diagnostics.diagnostic import Severity
from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.keywords.dialect import LANGUAGES
from stepladder_dsl.lint.registry import discover, register_all
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.habits import sentences
from stepladder_dsl.syntax.repeated import TOLD_ONCE

LANGUAGES_COMPLETE = ("en", "ru", "bg", "fa")
"""The languages of which no page may be missing; of the others those pages are tested that there are."""

register_all()
RULES = {rule.code for rule in discover()}
ALL_CODES = {code.code: code for code in all_codes()}
CODES = {name: code for name, code in ALL_CODES.items() if name.startswith("SL")}
WITH_EXAMPLES = [
    code for code in CODES if code not in {"SL009", "SL117", "SL130", "SL132"}
]  # no text shows them
_BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(\w*)$", re.MULTILINE)
_PART = re.compile(r"^(?:\*\*([^*]+)\*\*|## (.+)$)", re.MULTILINE)
_PLACEHOLDER = re.compile(r"(?<!\{)\{(\w+)\}")


def page_file(code: str, language: str) -> Path:
    """Where the page of a code in a language lies, if there is one."""
    known = ALL_CODES[code]
    return Path(import_module(known.package).__path__[0]) / f"{known.stem}.{language}.md"


def own_page(code: str, language: str) -> Page:
    """The page in that very language: no other serves in its place."""
    return parse_page(page_file(code, language).read_text(encoding="utf-8"))


PAGES = [
    pytest.param(code, language, id=f"{code}-{language}")
    for language in LANGUAGES
    for code in ALL_CODES
    if page_file(code, language).is_file()
]
TRANSLATED = [given for given in PAGES if given.values[1] != "en"]
PAGES_WITH_EXAMPLES = [given for given in PAGES if given.values[0] in WITH_EXAMPLES]


def sources(root: Path) -> Iterator[ast.Module]:
    package = root / "dsl" / "stepladder_dsl"
    for folder in ("syntax", "model", "lint"):
        for file in sorted((package / folder).rglob("*.py")):
            yield ast.parse(file.read_text(encoding="utf-8"))
    yield ast.parse((package / "compile.py").read_text(encoding="utf-8"))


def texts_of(node: ast.expr | None, function: ast.AST) -> set[str]:
    """The texts that an expression can give: a choice has several, a name what was put into it."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=otherwise):
            return texts_of(body, function) | texts_of(otherwise, function)
        case ast.Dict(values=values):
            return set().union(*(texts_of(value, function) for value in values))
        case ast.Call(func=ast.Attribute(value=ast.Dict() as table, attr="get"), args=[_, default]):
            return texts_of(table, function) | texts_of(default, function)
        case ast.Call(func=ast.Name(id=name)):
            called = OWN.get(name) or FUNCTIONS.get(name, [])
            returns = [
                part.value for found in called for part in ast.walk(found) if isinstance(part, ast.Return)
            ]
            return set().union(*(texts_of(value, called[0]) for value in returns)) if called else set()
        case ast.Name(id=name):
            before = [
                part
                for part in ast.walk(function)
                if isinstance(part, ast.Assign)
                and part.lineno <= node.lineno
                and any(isinstance(to, ast.Name) and to.id == name for to in part.targets)
            ]
            last = max(before, key=lambda part: part.lineno, default=None)
            return texts_of(last.value, function) if last else set()
        case _:
            return set()


FUNCTIONS: dict[str, list[ast.FunctionDef]] = {}
"""All functions by name: what one of them gives may be a sentence's name."""
OWN: dict[str, list[ast.FunctionDef]] = {}
"""Those of the module that is read, which go before others of their name."""


def functions_of(modules: Iterable[ast.Module]) -> dict[str, list[ast.FunctionDef]]:
    found: dict[str, list[ast.FunctionDef]] = {}
    for module in modules:
        for part in ast.walk(module):
            if isinstance(part, ast.FunctionDef):
                found.setdefault(part.name, []).append(part)
    return found


def keep(table: dict[str, list[ast.FunctionDef]], modules: Iterable[ast.Module]) -> None:
    table.clear()
    table.update(functions_of(modules))


def reported(root: Path) -> Iterator[tuple[str, str]]:
    """Every (code, sentence's name) that the sources speak of."""
    modules = list(sources(root))
    keep(FUNCTIONS, modules)
    for module in modules:
        keep(OWN, [module])
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call):
                        yield from sentences_of(call, function)


def sentences_of(call: ast.Call, function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"_missing", "missing"}:
        yield from (("SL104", f"message.{text}") for text in texts_of(call.args[1], function))
        return
    if name not in {"report", "Diagnostic"} or not call.args or not isinstance(call.args[0], ast.Constant):
        return
    code = str(call.args[0].value)
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    position = {"report": 2, "Diagnostic": 3}[name]
    variant = call.args[position] if len(call.args) > position else named.get("variant")
    if code == "SL104" and isinstance(variant, ast.Name):
        return  # inside `missing`, whose callers name the variant
    texts = texts_of(variant, function) if variant is not None else {""}
    if code == "SL801":
        texts = {""}  # its variant is the kind of thing, and only its hints differ
    assert texts, f"{code}: line {call.lineno} has a variant that this test cannot read"
    yield from ((code, f"message.{text}" if text else "message") for text in texts)
    for part in ast.walk(call):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "Label":
            yield from ((code, f"label.{text}") for text in texts_of(part.args[1], function))


def spoken_by_tables() -> set[tuple[str, str]]:
    """The sentences of foreseen habits, and of what is told once for several places."""
    habits = {(code, f"message.{name}") for code, name in sentences()}
    return habits | {(code, f"label.{name}") for code in TOLD_ONCE for name in ("again", "more")}


def compiled(text: str) -> Compiled:
    return compile_text(Source("example.ladder", text))


def found_in(result: Compiled, code: str) -> list[str]:
    """The findings that count on a page: its own, and errors. What else a short text lacks does not count."""
    return [
        finding.code
        for finding in result.diagnostics
        if finding.code == code or severity(finding) is Severity.ERROR
    ]


def examples(code: str, language: str) -> list[str]:
    return _BLOCK.findall(own_page(code, language).text)


def part_titles(text: str) -> list[str]:
    """The titles of a page's parts: in bold on the pages about specs, headings on those about data."""
    return [bold or heading for bold, heading in _PART.findall(text)]


def test_every_sentence_that_is_asked_for_stands_on_its_page(root: Path) -> None:
    asked = set(reported(root)) | spoken_by_tables()
    missing = [ask for ask in sorted(asked) if ask[1] not in page(CODES[ask[0]], "en").sentences]
    assert not missing
    assert {code for code, _ in asked} == CODES.keys()


def test_no_page_has_a_sentence_that_nobody_asks_for(root: Path) -> None:
    asked = (
        set(reported(root))
        | spoken_by_tables()
        | {
            ("SL801", f"message.{kind}")
            for kind in ("calendar", "role", "record", "event", "let", "decision")
        }
    )
    spare = [
        f"{code} {sentence}"
        for code in CODES
        for sentence in page(CODES[code], "en").sentences
        if (code, re.sub("^hint", "message", sentence)) not in asked
    ]
    assert not spare


@pytest.mark.parametrize(("code", "language"), PAGES_WITH_EXAMPLES)
def test_the_wrong_example_gives_this_code_and_the_right_one_nothing(code: str, language: str) -> None:
    settings = LintSettings(extend=(code,)) if code in RULES else LintSettings(ignore=("SL",))
    wrong, right = (
        compile_text(Source("example.ladder", text), settings=settings) for text in examples(code, language)
    )
    assert found_in(wrong, code) == [code]
    assert found_in(right, code) == []
    assert {wrong.language, right.language} == {language}


@pytest.mark.parametrize(("code", "language"), PAGES_WITH_EXAMPLES)
def test_every_sentence_of_the_wrong_example_is_filled_in(code: str, language: str) -> None:
    for finding in compiled(examples(code, language)[0]).diagnostics:
        others = [label(finding, index, language) for index in range(len(finding.labels))]
        for sentence in (message(finding, language), hint(finding, language) or "", *others):
            assert not re.search(r"\{[a-z_]+\}|<[a-z_]+>", sentence)


@pytest.mark.parametrize(("code", "language"), PAGES)
def test_a_page_has_all_its_parts(code: str, language: str) -> None:
    text = own_page(code, language).text
    assert text.startswith(f"# {code} {ALL_CODES[code].name}\n")
    assert part_titles(text) == part_titles(own_page("SL101" if code in CODES else "SD001", language).text)


def test_the_parts_of_a_page_say_why_and_show_wrong_and_right() -> None:
    about_specs = ["Why it matters.", "Wrong", "Right", "How to fix."]
    assert part_titles(own_page("SL101", "en").text) == about_specs
    assert part_titles(own_page("SD001", "en").text) == ["Why it matters", "Example", "Instead"]


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_names_its_neighbours_and_they_name_it(code: str) -> None:
    page_of_rule = own_page(code, "en")
    close = page_of_rule.related
    assert list(close) == sorted(set(close) & CODES.keys() - {code})
    assert close
    in_words = _BLOCK.sub("", page_of_rule.text)
    assert set(re.findall(r"SL\d{3}", in_words)) - {code} <= set(close)
    assert [name for name in close if name in RULES and code not in own_page(name, "en").related] == []


@pytest.mark.parametrize("language", LANGUAGES_COMPLETE)
def test_the_neighbours_are_told_in_every_language_and_kept_in_one_place(language: str) -> None:
    told = explained(CODES["SL302"], language).rpartition("\n\n")[2]
    names = words(language)["comma"].join(
        f"{name} {ALL_CODES[name].name}" for name in own_page("SL302", "en").related
    )
    assert told == f"**{words(language)['related']}** {names}\n"
    assert language == "en" or [code for code in RULES if own_page(code, language).related] == []


@pytest.mark.parametrize(("code", "language"), PAGES)
def test_sentences_begin_small_and_end_without_a_stop(code: str, language: str) -> None:
    for sentence in own_page(code, language).sentences.values():
        assert not sentence[0].isupper()
        assert not sentence.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES_COMPLETE)
def test_no_page_is_missing(language: str) -> None:
    assert [code for code in ALL_CODES if not page_file(code, language).is_file()] == []


@pytest.mark.parametrize(("code", "language"), TRANSLATED)
def test_a_translated_page_has_the_sentences_of_the_english_one(code: str, language: str) -> None:
    assert own_page(code, language).sentences.keys() == own_page(code, "en").sentences.keys()


@pytest.mark.parametrize(("code", "language"), TRANSLATED)
def test_a_translated_sentence_speaks_of_the_same_values(code: str, language: str) -> None:
    translated = own_page(code, language).sentences
    for name, sentence in own_page(code, "en").sentences.items():
        found = _PLACEHOLDER.findall(translated[name])
        assert (name, set(found)) == (name, set(_PLACEHOLDER.findall(sentence)))


@pytest.mark.parametrize(("code", "language"), TRANSLATED)
def test_a_translated_page_has_its_own_words_around_the_same_blocks(code: str, language: str) -> None:
    translated, english = own_page(code, language), own_page(code, "en")
    assert _FENCE.findall(translated.text) == _FENCE.findall(english.text)
    assert not set(part_titles(translated.text)) & set(part_titles(english.text))
    same = [name for name, text in english.sentences.items() if translated.sentences[name] == text]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES_COMPLETE)
def test_the_words_of_a_language_are_all_there(language: str) -> None:
    own = import_module("stepladder_dsl.diagnostics").__path__[0]
    keys = json.loads(Path(own, f"words.{language}.json").read_text(encoding="utf-8")).keys()
    counted_things = {name.removesuffix(".other") for name in words("en") if name.endswith(".other")}
    categories = {plural_category(count, language) for count in range(200)} | {"other"}
    plain = {name for name in words("en") if name.rpartition(".")[0] not in counted_things}
    assert keys == plain | {f"{thing}.{category}" for thing in counted_things for category in categories}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"spec shop\n# caf\xe9\n", "this is no UTF-8 text: the byte 0xE9 cannot stand here"),
        (b"PK\x03\x04\0\0", "this file is no text"),
    ],
)
def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path, data: bytes, sentence: str) -> None:
    file = tmp_path / "shop.ladder"
    file.write_bytes(data)
    source, findings = read_source(file, "shop.ladder")
    assert source is None
    assert [message(finding) for finding in findings] == [sentence]


def test_a_code_is_found_by_its_number_and_by_its_name_in_any_case() -> None:
    assert known_code("sl101") == known_code("Unknown-Name") == CODES["SL101"]
    assert known_code("SL999") is None


def test_a_code_is_never_given_to_another_name() -> None:
    with pytest.raises(ValueError, match="SL101 is taken by unknown-name"):
        register("SL101", "something-else", Severity.INFO, "stepladder_dsl.diagnostics.pages")
    assert isinstance(CODES["SL101"], Code)
