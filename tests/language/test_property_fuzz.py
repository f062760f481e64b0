"""Whatever the bytes: no traceback, no hang, and no line is passed over in silence.

A wrong text is one of which something was not taken up. So a line that is not in the tree has a finding, on
itself or on a line around it; and a text without errors is understood so far that the formatter can write
it anew, and means the same then.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagnostics.catalogue import hint, label, message
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.render_github import render_github
from stepladder_dsl.diagnostics.render_json import render_json
from stepladder_dsl.diagnostics.render_sarif import render_sarif
from stepladder_dsl.diagnostics.render_text import render_text
from stepladder_dsl.keywords import LANGUAGES, load_dialect
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.lines import logical_lines
from stepladder_dsl.syntax.parse import parse
from stepladder_dsl.syntax.tree import SyntaxTree

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    (
        *ROOT.glob("specs/*/*.ladder"),
        *ROOT.glob("engine/stepladder_engine/templates/*/en/*.ladder"),
        ROOT / "docs/language.md",
    )
)
LONGEST_WAIT = 60
"""Seconds after which an example counts as one that never ends; the slowest takes less than one."""

SCRIPTS = ("client", "клиент", "стока", "خریده", "客户", "αγορά", "אישור", "ลูกค้า", "क्लाइंट", "e\u0301t", "х1x")
SIGNS = (
    "=",
    "==",
    "!=",
    "<",
    "<=",
    "=>",
    "+",
    "-",
    "*",
    "/",
    "%",
    "(",
    ")",
    ",",
    "،",
    ".",
    ";",
    ":",
    "#",
    "`",
    "§",
    "|",
    "||",
    "{",
    "}",
)
QUOTES = (
    '"',
    '""',
    '"a b"',
    '"a',
    "“",
    "”",
    "«",
    "'",
    "\\",
    '\\"',
    "`a b`",
    '"#"',
    '"{client}"',
    '"{"',
    '"{days since last visit}"',
)
ODD = (
    "\t",
    "\u00a0",
    "\u200c",
    "\u200f",
    "\u202e",
    "\u2066",
    "\u0000",
    "\u0007",
    "\u001b[31m",
    "\r",
    "\u2028",
    "\x85",
)
NUMBERS = (
    "0",
    "1",
    "30d",
    "19,90",
    "1.5",
    "۳۰",
    "1e9",
    "007",
    "9" * 400,
    "2026-02-30",
    "2026-3-2",
    "25:61",
    "9:00",
)
LONG = ("(" * 300, ")" * 300, "not " * 200, "x" * 3_000, "1 + " * 200, "if a then " * 100, '"' * 101)
NOTHING_MAY_STAND_HERE = {("SL003", "no_block"), ("SL116", "block")}
KEYWORDS = sorted(
    {spelling for name in LANGUAGES for words in load_dialect(name).spellings.values() for spelling in words}
)
PIECES = re.compile(r"\s+|\w+|[^\w\s]")
soup = st.one_of(
    st.sampled_from(KEYWORDS),
    st.sampled_from(KEYWORDS),
    st.sampled_from((*SCRIPTS, *SIGNS, *QUOTES, *NUMBERS)),
    st.sampled_from((*ODD, *LONG)),
    st.text(max_size=3),
)
indentations = st.sampled_from((0, 0, 0, 4, 4, 4, 8, 8, 12, 3, 200))
usual = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@contextmanager
def guard_against_hanging() -> Iterator[None]:
    """End an example that does not end by itself."""

    def ring(_number: int, _frame: object) -> None:
        pytest.fail(f"no answer within {LONGEST_WAIT} seconds")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_WAIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def look_at(finding: Diagnostic, source: Source) -> None:
    """Look at a finding: it stands in the text, and has its sentences in every language."""
    for span in (finding.span, *(other.span for other in finding.labels)):
        assert 0 < span.line <= len(source.lines)
        assert 0 < span.column < span.end_column
    for language in LANGUAGES:
        sentences = [message(finding, language), hint(finding, language) or "-"]
        sentences += [label(finding, index, language) for index in range(len(finding.labels))]
        assert all(sentences)


def passed_over(tree: SyntaxTree, findings: list[Diagnostic]) -> list[str]:
    """Give the lines that are neither in the tree nor told about, on themselves or on a line around them.

    That nothing may stand under a line, or so deep, is said of the first line that does.
    """
    taken = {number for line in tree.lines for number, _, _ in line.pieces} | {tree.language_line}
    told = {
        span.line for finding in findings for span in (finding.span, *(one.span for one in finding.labels))
    }
    if any(one.message == "more" for finding in findings for one in finding.labels):
        # The same mistake in many places is told once, and the places beyond the first few are counted.
        told |= {line for _, line in tree.unread}
    told_for_all = {
        finding.span.line for finding in findings if (finding.code, finding.variant) in NOTHING_MAY_STAND_HERE
    }
    around: list[tuple[int, bool]] = []
    forgotten = []
    for line in logical_lines(tree.source):
        while around and around[-1][0] >= line.indentation:
            around.pop()
        numbers = {number for number, _, _ in line.pieces}
        if numbers & told_for_all and around:
            around[-1] = (around[-1][0], True)
        is_told = bool(numbers & told) or any(known for _, known in around)
        if not is_told and not numbers <= taken:
            forgotten.append(line.text)
        around.append((line.indentation, is_told))
    return forgotten


def examine(text: str) -> None:
    """Ask everything that a text can be asked."""
    source = Source("text.ladder", text)
    with guard_against_hanging():
        compiled = compile_text(source)
        assert compiled.spec is not None or compiled.errors
        findings = list(compiled.diagnostics)
        for finding in findings:
            look_at(finding, source)
        for language in LANGUAGES:
            assert render_text(findings, {source.name: source}, language)
        assert render_json(findings)
        assert render_sarif(findings, "en", {source.name: source})
        assert render_github(findings).count("\n") == len(findings)
        assert passed_over(parse(source), findings) == []
        formatted = format_text(source)
        assert (formatted.text is None) == bool(formatted.diagnostics)
        if not compiled.errors:
            examine_formatted(source, formatted.text)


def examine_formatted(source: Source, text: str | None) -> None:
    """A text without errors can be written anew, and again the same, and means the same."""
    assert text is not None
    assert format_text(Source(source.name, text)).text == text
    again = compile_text(Source(source.name, text), lint=False)
    assert again.errors == []
    assert again.spec == compile_text(source, lint=False).spec


def code_of(file: Path) -> str:
    """Give the text of a spec; that of the language's reference stands in pieces between other things."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".md":
        return text
    return "".join(re.findall(r"^```ladder\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@cache
def specs() -> list[tuple[str, ...]]:
    """Give every shipped spec and template in the four languages, line by line the same."""
    found = []
    for file in FILES:
        source = Source(file.name, code_of(file))
        texts = [format_text(source, language).text for language in LANGUAGES]
        found.append(tuple(text for text in texts if text is not None))
    assert all(len({text.count("\n") for text in texts}) == 1 for texts in found)
    assert all(len(texts) == len(LANGUAGES) for texts in found)
    return found


class Mutator:
    """Changes a text in one place after another."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw = data.draw
        self.languages = self.draw(st.sampled_from(specs()))
        self.lines = self.draw(st.sampled_from(self.languages)).split("\n")

    def number(self) -> int:
        return self.draw(st.integers(0, len(self.lines) - 1))

    def text(self) -> str:
        ways = (self.drop, self.double, self.swap, self.indent, self.mix, self.piece, self.character)
        for _ in range(self.draw(st.integers(1, 5))):
            self.draw(st.sampled_from(ways))(self.number())
            self.lines = self.lines or [""]
        return "\n".join(self.lines)

    def drop(self, number: int) -> None:
        del self.lines[number : number + self.draw(st.integers(1, 3))]

    def double(self, number: int) -> None:
        self.lines.insert(self.number(), self.lines[number])

    def swap(self, number: int) -> None:
        other = self.number()
        self.lines[number], self.lines[other] = self.lines[other], self.lines[number]

    def indent(self, number: int) -> None:
        self.lines[number] = " " * self.draw(st.integers(0, 13)) + self.lines[number].lstrip()

    def mix(self, number: int) -> None:
        """Put a line of another language there."""
        other = self.draw(st.sampled_from(self.languages)).split("\n")
        self.lines[number] = self.draw(st.sampled_from(other))

    def piece(self, number: int) -> None:
        """Drop, double, change or insert a word, a sign or a space."""
        pieces = PIECES.findall(self.lines[number]) or [""]
        at = self.draw(st.integers(0, len(pieces) - 1))
        self.lines[number] = "".join(self.changed(pieces, at, self.draw(soup)))

    def character(self, number: int) -> None:
        characters = list(self.lines[number]) or [""]
        at = self.draw(st.integers(0, len(characters) - 1))
        self.lines[number] = "".join(self.changed(characters, at, self.draw(st.characters())))

    def changed(self, pieces: list[str], at: int, new: str) -> list[str]:
        match self.draw(st.sampled_from(("drop", "double", "swap", "change", "insert"))):
            case "drop":
                return [*pieces[:at], *pieces[at + 1 :]]
            case "double":
                return [*pieces[: at + 1], *pieces[at:]]
            case "swap":
                other = self.draw(st.integers(0, len(pieces) - 1))
                pieces[at], pieces[other] = pieces[other], pieces[at]
                return pieces
            case "change":
                return [*pieces[:at], new, *pieces[at + 1 :]]
            case _:
                return [*pieces[:at], new, *pieces[at:]]


@given(st.binary())
@example(b"\xff\xfes\x00p\x00e\x00c\x00")
@example(b"\xef\xbb\xbfspec shop")
@example(b"spec shop\n\xc3(")
def test_property_any_bytes_in_a_file_have_an_answer(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.ladder"
    file.write_bytes(content)
    with guard_against_hanging():
        compiled = compile_file(file)
    assert compiled.spec is not None or compiled.errors
    assert render_text(compiled.diagnostics, {compiled.source.name: compiled.source})


@given(st.sampled_from(LANGUAGES), st.lists(st.tuples(indentations, st.lists(soup, max_size=8)), max_size=20))
@example("bg", [(0, ["\u200c"])])
@example("en", [(0, ["\u200f"]), (0, ["\u200f"])])
def test_property_any_soup_of_all_languages_has_an_answer(
    language: str, lines: list[tuple[int, list[str]]]
) -> None:
    text = "\n".join(" " * spaces + " ".join(words) for spaces, words in lines)
    examine(f"language {language}\n{load_dialect(language).spelling('SPEC')} shop\n{text}")


# A shipped spec has hundreds of lines, and an example takes more than a second.
@settings(usual, max_examples=settings().max_examples // 10)
@given(st.data())
def test_property_any_change_of_a_shipped_spec_has_an_answer(data: st.DataObject) -> None:
    examine(Mutator(data).text())


def test_a_line_that_is_passed_over_is_seen() -> None:
    """The measure itself: a tree that lost a line is one whose finding is missed."""
    tree = parse(
        Source("x", "spec shop\n    currency EUR\nrole seller\n    what is this\n        and that\n")
    )
    assert passed_over(tree, tree.diagnostics) == []
    assert passed_over(tree, []) == ["what is this", "and that"]
    del tree.lines[1]
    assert passed_over(tree, tree.diagnostics) == ["currency EUR"]
