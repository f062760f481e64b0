"""Every sentence that the code asks for stands on its page, and every page's examples are true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stepladder_dsl.compile import Compiled, compile_text, read_source
from stepladder_dsl.diagnostics.catalogue import hint, label, message, page
from stepladder_dsl.diagnostics.codes import Code, all_codes, known_code, register
from stepladder_dsl.diagnostics.diagnostic import Severity
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.habits import sentences
from stepladder_dsl.syntax.parse import TOLD_ONCE

register_all()
CODES = {code.code: code for code in all_codes() if code.code.startswith("SL")}
WITH_EXAMPLES = [code for code in CODES if code not in {"SL009", "SL117"}]  # no text shows them
_BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sources(root: Path) -> Iterator[ast.AST]:
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
            called = [
                part
                for part in ast.walk(MODULE[0])
                if isinstance(part, ast.FunctionDef) and part.name == name
            ]
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


MODULE: list[ast.AST] = [ast.Module([], [])]


def reported(root: Path) -> Iterator[tuple[str, str]]:
    """Every (code, sentence's name) that the sources speak of."""
    for module in sources(root):
        MODULE[0] = module
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call):
                        yield from sentences_of(call, function)


def sentences_of(call: ast.Call, function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "_missing":
        yield from (("SL104", f"message.{text}") for text in texts_of(call.args[1], function))
        return
    if name not in {"report", "Diagnostic"} or not call.args or not isinstance(call.args[0], ast.Constant):
        return
    code = str(call.args[0].value)
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    position = {"report": 2, "Diagnostic": 3}[name]
    variant = call.args[position] if len(call.args) > position else named.get("variant")
    if code == "SL104" and isinstance(variant, ast.Name):
        return  # inside `_missing`, whose callers name the variant
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


def examples(code: str) -> list[str]:
    return _BLOCK.findall(page(CODES[code], "en").text)


def test_every_sentence_that_is_asked_for_stands_on_its_page(root: Path) -> None:
    asked = set(reported(root)) | spoken_by_tables()
    missing = [ask for ask in sorted(asked) if ask[1] not in page(CODES[ask[0]], "en").sentences]
    assert not missing
    assert {code for code, _ in asked} == CODES.keys()


def test_no_page_has_a_sentence_that_nobody_asks_for(root: Path) -> None:
    asked = (
        set(reported(root))
        | spoken_by_tables()
        | {("SL801", f"message.{kind}") for kind in ("role", "record", "event", "let")}
    )
    spare = [
        f"{code} {sentence}"
        for code in CODES
        for sentence in page(CODES[code], "en").sentences
        if (code, re.sub("^hint", "message", sentence)) not in asked
    ]
    assert not spare


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_wrong_example_gives_this_code_and_the_right_one_nothing(code: str) -> None:
    wrong, right = (compiled(text).diagnostics for text in examples(code))
    assert [finding.code for finding in wrong] == [code]
    assert [f"{finding.span} {message(finding)}" for finding in right] == []


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_every_sentence_of_the_wrong_example_is_filled_in(code: str) -> None:
    for finding in compiled(examples(code)[0]).diagnostics:
        others = [label(finding, index) for index in range(len(finding.labels))]
        for sentence in (message(finding), hint(finding) or "", *others):
            assert not re.search(r"\{[a-z_]+\}|<[a-z_]+>", sentence)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_has_all_its_parts(code: str) -> None:
    text = page(CODES[code], "en").text
    assert text.startswith(f"# {code} {CODES[code].name}\n")
    positions = [
        text.index(part) for part in ("**Why it matters.**", "**Wrong**", "**Right**", "**How to fix.**")
    ]
    assert positions == sorted(positions)


@pytest.mark.parametrize("code", sorted(CODES))
def test_sentences_begin_small_and_end_without_a_stop(code: str) -> None:
    for sentence in page(CODES[code], "en").sentences.values():
        assert not sentence[0].isupper()
        assert not sentence.endswith(".")


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
