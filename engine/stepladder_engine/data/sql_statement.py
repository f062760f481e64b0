"""Tells a query that only reads from everything else, without trusting the database to refuse it.

A statement is cut into words with the quotes and comments of its database, so
that a word in a text or a remark is none, and no remark hides a command.
"""

from __future__ import annotations

import itertools
import re
from functools import cache

from stepladder_dsl.record import record
from stepladder_engine.data.problems import Fault, shown

_TEXT = r"'(?:[^']|'')*'"
_NAME = r'"(?:[^"]|"")*"'
_BLOCK = r"/\*.*?\*/"
_ESCAPED = r"'(?:[^'\\]|\\.|'')*'"
_ESCAPED_DOUBLE = r'"(?:[^"\\]|\\.|"")*"'
_BACKQUOTED = r"`(?:[^`]|``)*`"
_PASSED_OVER = {
    "sqlite": (_TEXT, _NAME, _BACKQUOTED, r"\[[^\]]*\]", r"--[^\n]*", _BLOCK),
    "postgresql": (
        rf"\b[eE]{_ESCAPED}",
        _TEXT,
        _NAME,
        r"(?<![\w$])\$(?P<tag>[^\W\d]\w*)?\$.*?\$(?(tag)(?P=tag))\$",
        r"--[^\n]*",
        _BLOCK,
    ),
    # Two hyphens begin a remark only before a blank, and `#` begins one, too.
    "mysql": (_ESCAPED, _ESCAPED_DOUBLE, _BACKQUOTED, r"--(?=\s|$)[^\n]*", r"#[^\n]*", _BLOCK),
}
_WRITING = frozenset({"insert", "update", "delete", "merge", "into"})
_READING = frozenset({"select", "with"})


@record
class _Token:
    """A word or a mark of a statement, and how many brackets are open around it."""

    text: str
    depth: int
    start: int


@cache
def _pattern(backend: str) -> re.Pattern[str]:
    passed = "|".join(_PASSED_OVER[backend])
    return re.compile(rf"(?P<passed>{passed})|(?P<word>[^\W\d][\w$]*)|(?P<mark>\S)", re.DOTALL)


def _tokens(statement: str, backend: str) -> tuple[list[_Token], list[str]]:
    """Give the words and marks of a statement, and its texts, quoted names and remarks."""
    tokens: list[_Token] = []
    passed: list[str] = []
    depth = 0
    for match in _pattern(backend).finditer(statement):
        if match["passed"] is not None:
            passed.append(match["passed"])
            continue
        depth -= match[0] == ")"
        tokens.append(_Token(match[0].casefold(), depth, match.start()))
        depth += match[0] == "("
    return tokens, passed


def what_forbids(statement: str, backend: str) -> Fault | None:
    """Give what keeps a statement from being one query that only reads, or None.

    >>> what_forbids("select 'delete' from orders; -- all", "sqlite") is None
    True
    >>> what_forbids("delete from orders", "sqlite").variant
    'start'
    """
    tokens, passed = _tokens(statement, backend)
    # A remark in a remark ends early in one database and late in another; MySQL carries some of them out.
    if any(text.startswith("/*") and ("/*" in text[2:] or text[2:3] in "!M") for text in passed):
        return Fault("SD034", "comment")
    if any(token.text in "'\"`" for token in tokens):
        return Fault("SD034", "quote")
    words = [token for token in tokens if token.text != "("]
    if not words or words[0].text not in _READING:
        return Fault("SD034", "start", {"word": shown(words[0].text) if words else "-"})
    end = next((index for index, token in enumerate(tokens) if token.text == ";"), len(tokens))
    if any(token.text != ";" for token in tokens[end:]):
        return Fault("SD034", "several")
    found = next((word for word in _writing(tokens)), None)
    return None if found is None else Fault("SD034", "writes", {"word": found})


def _writing(tokens: list[_Token]) -> list[str]:
    """Give the words that write; behind a point they are columns, and `insert(` is a function of texts."""
    around = ["", *(token.text for token in tokens), ""]
    return [
        word
        for before, word, behind in zip(around, around[1:], around[2:], strict=False)
        if word in _WRITING and before != "." and (word, behind) != ("insert", "(")
    ]


def is_ordered(statement: str, backend: str) -> bool:
    """Tell whether the rows of a query come in an order of its own."""
    tokens, _ = _tokens(statement, backend)
    top = [token.text for token in tokens if token.depth == 0]
    return ("order", "by") in itertools.pairwise(top)


def words_of(statement: str, backend: str) -> set[str]:
    """Give the words of a statement and its quoted names, in small letters: tables are among them."""
    tokens, passed = _tokens(statement, backend)
    return {token.text for token in tokens} | {text[1:-1].casefold() for text in passed}
