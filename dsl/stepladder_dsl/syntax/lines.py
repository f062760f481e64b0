"""The lines of a text that say something, before anybody asks what: joined, without comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stepladder_dsl.keywords.dialect import ZERO_WIDTH_NON_JOINER, Dialect, normalize_word
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax.rows import is_row

_TAB = 4
_LEADING = " \t\u00a0\u2003\u2002\u2009\u202f\u3000"
_FIRST_WORDS = re.compile(r"[^\W\d][\w\u200c]*")
_LONGEST_KEYWORD = 6
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|#.*')
_BRACKET_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|[()]')


@record(frozen=False)
class LogicalLine:
    """A logical line: one or more physical lines that belong together."""

    indentation: int
    pieces: list[tuple[int, int, str]]
    """(1-based line number, characters before the text, text without comment)"""
    strange: int | None = None
    """The column of the first tab or no-break space before the text, where there is one."""

    def span(self, file: str) -> Span:
        """Give the span of its first physical line."""
        number, offset, text = self.pieces[0]
        return Span(file, number, offset + 1, offset + 1 + len(text))

    @property
    def text(self) -> str:
        """What it says, on one line."""
        return " ".join(piece[2].strip() for piece in self.pieces)


def comment_start(text: str) -> int | None:
    """Give where the comment of a physical line begins, or None; a `#` inside a text begins none."""
    for match in _STRING_OR_COMMENT.finditer(text):
        if match.group().startswith("#"):
            return match.start()
    return None


def _without_comment(text: str) -> str:
    return text[: comment_start(text)].rstrip()


def _open_brackets(text: str) -> int:
    found = _BRACKET_OR_STRING.findall(text)
    return found.count("(") - found.count(")")


def _leading_space(text: str) -> tuple[int, int, int | None]:
    """Give the characters before a text, the columns they take, and the first that is no plain space."""
    count = columns = 0
    strange: int | None = None
    for character in text:
        if character not in _LEADING:
            break
        if character != " " and strange is None:
            strange = count
        columns += _TAB - columns % _TAB if character == "\t" else 1
        count += 1
    return count, columns, strange


def logical_lines(source: Source) -> Iterator[LogicalLine]:
    """Yield the lines that say something; a line goes on after a comma or inside brackets."""
    current: LogicalLine | None = None
    brackets = 0
    for number, raw in enumerate(source.lines, start=1):
        text = raw.removeprefix("\ufeff") if number == 1 else raw
        offset = len(raw) - len(text)
        body = _without_comment(text)
        count, indentation, strange = _leading_space(body)
        content = body[count:]
        if not content.replace(ZERO_WIDTH_NON_JOINER, "").strip():
            continue
        piece = (number, offset + count, content)
        if (
            current is not None
            and indentation > current.indentation
            and (brackets > 0 or current.pieces[-1][2].endswith((",", "،")))
        ):
            current.pieces.append(piece)
            brackets += _open_brackets(content)
            continue
        if current is not None:
            yield current
        current = LogicalLine(indentation, [piece], strange if strange is None else offset + strange + 1)
        brackets = _open_brackets(content)
    if current is not None:
        yield current


def first_keywords(text: str, dialect: Dialect) -> list[str]:
    """Give the keywords with which a line may begin, without reading it."""
    words: list[str] = []
    for found in _FIRST_WORDS.finditer(text[:80]):
        if len(words) == _LONGEST_KEYWORD or text[len(" ".join(words)) : found.start()].strip():
            break
        words.append(found.group())
    normal = [normalize_word(word) for word in words]
    return [
        terminal
        for count in range(len(normal), 0, -1)
        for terminal in dialect.phrases.get(tuple(normal[:count]), ())
    ]


def first_value(text: str) -> list[str]:
    """Give the terminal with which a line may begin that begins with no keyword."""
    if _FIRST_WORDS.match(text):
        return ["NAME"]
    if is_row(text):
        return ["_PIPE"]
    return ["DATE"] if text[:1].isdigit() else ["EQ"] if text.startswith("=") else []
