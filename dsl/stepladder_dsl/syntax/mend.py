"""Finds out what was meant by a line that cannot be read, by trying it.

A habit from elsewhere (see `habits`), a word that is missing, a name of two words: each gives a way in
which the line may have been meant. Only a way after which the line can be read is told, so that what a
message proposes is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from stepladder_dsl.keywords.dialect import (
    LANGUAGES,
    ZERO_WIDTH_NON_JOINER,
    Dialect,
    load_dialect,
    normalize_name,
)
from stepladder_dsl.source import Span
from stepladder_dsl.syntax.habits import habits_in
from stepladder_dsl.syntax.habits.figures import SENTENCES, Written
from stepladder_dsl.syntax.lexer import NO_TEXT, LineError, RawToken, keywords_at, scan, unquote
from stepladder_dsl.syntax.values import like

Piece = tuple[int, int, str]
"""A physical line's number, the characters before its text, and its text without comment."""

_LONGEST = 300
"""The characters of a line that a person wrote; nobody guesses at longer ones."""
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|(#.*)')


@dataclass(frozen=True)
class Reader:
    """How a line is read where it stands."""

    dialect: Dialect
    file: str
    start: str
    parse: Callable[[list[RawToken]], Any]
    """Gives the node of a line's tokens; raises `LineError`."""
    text: str = ""
    """The whole text, in which a name may be spelled as it was meant."""


@dataclass(frozen=True)
class Mended:
    """What to say of a line, and what it would say if it were mended: None where that is not known."""

    diagnostic: Diagnostic
    statement: Any | None


def mend(pieces: Sequence[Piece], tokens: list[RawToken], error: LineError, reader: Reader) -> Mended | None:
    """Say what was probably meant by a line that cannot be read, or None.

    `tokens` are those of the line where it could be cut into tokens.
    """
    if error.diagnostic.variant == "control":
        return Mended(error.diagnostic, _read_without_control_characters(pieces, reader))
    if sum(len(text) for _, _, text in pieces) > _LONGEST:
        return None
    found = _mend_habit(pieces, error.diagnostic, reader)
    if found is not None or not tokens:
        return found
    position = _position(tokens, error.diagnostic)
    for attempt in (_foreign_words, _missing_word, _quoted_name, _name_of_words):
        found = attempt(tokens, position, error, reader)
        if found is not None:
            return found
    return None


def _read_without_control_characters(pieces: Sequence[Piece], reader: Reader) -> Any | None:
    """Read a line whose texts hold what is no text; everything else of it keeps its place."""
    try:
        tokens = [
            token
            for number, offset, text in pieces
            for token in scan(NO_TEXT.sub(" ", text), reader.file, number, offset, reader.dialect)
        ]
        return reader.parse(tokens)
    except LineError:
        return None


def _mend_habit(pieces: Sequence[Piece], problem: Diagnostic, reader: Reader) -> Mended | None:
    partly: Mended | None = None
    for index, written in _habits(pieces, reader, meaning=False):
        number, offset, _ = pieces[index]
        statement, reached = _read_with(pieces, index, (written,), reader)
        again = _again(pieces[index][2], written, reader) if statement is None else ()
        if again:
            statement, _ = _read_with(pieces, index, (written, *again), reader)
        tested = statement is not None
        finding = _habit_finding(pieces[index], written, reader, again, tested=tested)
        mended = Mended(finding, statement)
        if statement is not None or written.sure:
            return mended
        here = (number, offset + written.start + 1) <= _place(problem) <= (number, offset + written.end + 2)
        if partly is None and here and reached > (number, offset + written.end + 1):
            partly = mended
    return partly


def _again(text: str, written: Written, reader: Reader) -> tuple[Written, ...]:
    """Give the further places of a line with the same habit: only with all of them mended can it be read."""
    found = text[written.start : written.end].casefold()
    places: list[Written] = []
    for other in sorted(habits_in(text, reader.dialect, reader.start), key=lambda each: each.start):
        same = text[other.start : other.end].casefold() == found or written.say in SENTENCES[:-1]
        behind = places[-1].end if places else written.end
        if other.say == written.say and same and other.start >= behind:
            places.append(other)
    return tuple(places)


def mend_meaning(pieces: Sequence[Piece], finding: Diagnostic, reader: Reader) -> Diagnostic | None:
    """Say what was probably meant by a line that can be read and means nothing, or None."""
    for index, written in _habits(pieces, reader, meaning=True):
        number, offset, _ = pieces[index]
        if number != finding.span.line or not (
            offset + written.start < finding.span.end_column - 1
            and finding.span.column - 1 < offset + written.end
        ):
            continue
        statement, _ = _read_with(pieces, index, (written,), reader)
        if statement is not None:
            return _habit_finding(pieces[index], written, reader, tested=True, meaning=True)
    return None


def _place(problem: Diagnostic) -> tuple[int, int]:
    return (problem.span.line, problem.span.column)


def _habits(pieces: Sequence[Piece], reader: Reader, *, meaning: bool) -> Iterator[tuple[int, Written]]:
    for index, (_, _, text) in enumerate(pieces):
        for written in habits_in(text, reader.dialect, reader.start, meaning=meaning):
            yield index, written


def _read_with(
    pieces: Sequence[Piece], index: int, places: Sequence[Written], reader: Reader
) -> tuple[Any | None, tuple[int, int]]:
    """Read a line with places of one piece mended: its node, and how far that went in the old text."""
    number, offset, text = pieces[index]
    mended = text
    for written in reversed(places):
        mended = mended[: written.start] + written.here + mended[written.end :]
    tokens: list[RawToken] = []

    def old(column: int) -> int:
        """Give the column in the old text of a column in the mended one."""
        longer = 0
        for written in places:
            place = column - 1 - offset - longer
            if place <= written.start:
                break
            if place < written.start + len(written.here):
                return offset + 1 + written.start
            longer += len(written.here) - (written.end - written.start)
        return column - longer

    try:
        for position, (other_number, other_offset, other_text) in enumerate(pieces):
            if position != index:
                tokens += scan(other_text, reader.file, other_number, other_offset, reader.dialect)
                continue
            tokens += [
                raw._replace(column=old(raw.column), end_column=max(old(raw.end_column), old(raw.column) + 1))
                for raw in scan(_without_comment(mended), reader.file, number, offset, reader.dialect)
            ]
        if not tokens:
            return None, (number, offset + places[-1].end + 2)
        return reader.parse(tokens), (number, len(text))
    except LineError as error:
        line, column = _place(error.diagnostic)
        return None, (line, old(column) if line == number and not tokens else column)


def _position(tokens: list[RawToken], problem: Diagnostic) -> int:
    """Give the number of the token where a problem is; behind the last one for an early end."""
    return next(
        (index for index, raw in enumerate(tokens) if (raw.line, raw.column) >= _place(problem)), len(tokens)
    )


def _read(tokens: list[RawToken], reader: Reader) -> Any | None:
    try:
        return reader.parse(tokens)
    except LineError:
        return None


def _words(text: str, near: RawToken) -> list[RawToken]:
    """Give the words of a keyword as tokens that stand where another one stands."""
    return [near._replace(kind="word", text=word) for word in text.split()]


def _span(first: RawToken, last: RawToken, file: str) -> Span:
    start = Span(file, first.line, first.column, first.end_column)
    return start.to(Span(file, last.line, last.column, last.end_column))


def _foreign_words(
    tokens: list[RawToken], _position: int, _error: LineError, reader: Reader
) -> Mended | None:
    """Recognise keywords of another human language than the text's."""
    for language in LANGUAGES:
        if language == reader.dialect.language:
            continue
        other = load_dialect(language)
        replaced = _translations(tokens, other, reader.dialect)
        if not replaced:
            continue
        statement = _read(_with(tokens, replaced), reader)
        if statement is not None:
            replaced, statement = _without_names(tokens, replaced, statement, reader)
            raw, count, instead, _ = replaced[0]
            last = tokens[tokens.index(raw) + count - 1]
            found = " ".join(word.text for word in tokens[tokens.index(raw) : tokens.index(raw) + count])
            values = {"found": found, "instead": instead, "language": other.name, "own": reader.dialect.name}
            edits = tuple(
                Edit(_span(word, tokens[tokens.index(word) + length - 1], reader.file), spelling)
                for word, length, spelling, _ in replaced
            )
            span = _span(raw, last, reader.file)
            return Mended(Diagnostic("SL007", span, values, "keyword", fix=Fix(edits)), statement)
    return None


class _Translation(NamedTuple):
    """A keyword of another language: where it begins, its number of words, and what it is here."""

    first: RawToken
    length: int
    spelling: str
    terminal: str


def _translations(tokens: list[RawToken], other: Dialect, own: Dialect) -> list[_Translation]:
    """Give the keywords of a line that are of another language only."""
    found: list[_Translation] = []
    position = 0
    while position < len(tokens):
        raw = tokens[position]
        keywords = keywords_at(tokens, position, other) if raw.kind == "word" else []
        if not keywords or keywords_at(tokens, position, own):
            position += 1
            continue
        terminal, count = keywords[0]
        found.append(_Translation(raw, count, _spelling(terminal, tokens[:position], own), terminal))
        position += count
    return found


def _spelling(terminal: str, before: Sequence[RawToken], own: Dialect) -> str:
    """Write a keyword; a unit as the number before it wants it."""
    amount = before[-1].text if before else ""
    if terminal in own.forms and amount.isdecimal():
        return own.counted(terminal, int(amount))
    return own.spelling(terminal)


def _with(tokens: list[RawToken], replaced: Sequence[_Translation]) -> list[RawToken]:
    """Give a line with keywords of another language in its own."""
    starts = {tokens.index(each.first): each for each in replaced}
    translated: list[RawToken] = []
    position = 0
    while position < len(tokens):
        here = starts.get(position)
        translated += _words(here.spelling, here.first) if here else [tokens[position]]
        position += here.length if here else 1
    return translated


_LIKE_NAMES = {
    *("YES", "NO", "UNKNOWN"),
    *("TEXT", "NUMBER_TYPE", "MONEY", "DATE_TYPE", "DATETIME_TYPE", "DURATION_TYPE"),
}
"""Keywords that stand where a name may stand."""


def _without_names(
    tokens: list[RawToken], replaced: list[_Translation], statement: Any, reader: Reader
) -> tuple[list[_Translation], Any]:
    """Leave out the words that can as well be read as names: another language has a keyword like it."""
    for each in replaced[1:]:
        fewer = [other for other in replaced if other is not each]
        read = None if each.terminal in _LIKE_NAMES else _read(_with(tokens, fewer), reader)
        if read is not None:
            replaced, statement = fewer, read
    return replaced, statement


_SIGNS = {
    "EQ": "=",
    "NE": "!=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "_COMMA": ",",
    "_DOT": ".",
}
_JOINING = {
    *("FOR", "GO_TO", "IN_TIME", "FOR_TIME", "IN_STAGES", "VIA", "SINCE", "TIMES", "THEN_ALERT"),
    *("WHEN", "AFTER", "THEN", "EMIT_TO", "DATE_TO"),
}
"""Keywords that only join what stands around them, so that a line means the same once they are put in."""


def _missing_word(tokens: list[RawToken], position: int, error: LineError, reader: Reader) -> Mended | None:
    """Find the one keyword or sign without which the line cannot be read."""
    near = tokens[min(position, len(tokens) - 1)]
    found: dict[str, Any] = {}
    only_joins: set[str] = set()
    for terminal in error.expected:
        if terminal in _SIGNS:
            if terminal == "_COMMA" and (position == 0 or tokens[position - 1].kind == "word"):
                continue  # Two words side by side are one name, more probably than two.
            text = _SIGNS[terminal]
            inserted = [near._replace(kind="operator", text=text)]
        elif terminal == "WHEN" and near.kind != "word":
            continue  # A condition begins with what it is about.
        elif terminal in _JOINING and terminal in reader.dialect.spellings:
            text = reader.dialect.spelling(terminal)
            inserted = _words(text, near)
            only_joins.add(text)
        else:
            continue
        statement = _read([*tokens[:position], *inserted, *tokens[position:]], reader)
        if statement is not None:
            found[text] = statement
    if len(found) != 1:
        return None
    ((text, statement),) = found.items()
    if position == len(tokens):
        values = {"missing": text, "instead": f"{near.text} {text}"}
        behind = Span(reader.file, near.line, near.end_column, near.end_column)
        fix = Fix((Edit(behind, f" {text}"),), safe=text in only_joins)
        return Mended(Diagnostic("SL008", error.diagnostic.span, values, "missing", fix=fix), statement)
    joined = text + near.text if text == "." else f"{text} {near.text}"
    values = {"missing": text, "found": near.text, "instead": joined}
    before = Span(reader.file, near.line, near.column, near.column)
    fix = Fix((Edit(before, joined.removesuffix(near.text)),), safe=text in only_joins)
    return Mended(Diagnostic("SL001", error.diagnostic.span, values, "missing", fix=fix), statement)


def _quoted_name(tokens: list[RawToken], position: int, error: LineError, reader: Reader) -> Mended | None:
    """Recognise a text in quotes where a name stands."""
    if position == len(tokens) or tokens[position].kind != "string" or "NAME" not in error.expected:
        return None
    raw = tokens[position]
    name = re.sub(r"\W+", "_", unquote(raw.text)).strip("_").lower()
    if not name or name[0].isdigit():
        return None
    word = raw._replace(kind="word", text=name)
    for here, instead in (([word, raw], f"{name} {raw.text}"), ([word], name)):
        statement = _read([*tokens[:position], *here, *tokens[position + 1 :]], reader)
        if statement is not None:
            values = {"found": raw.text, "instead": instead}
            span = _span(raw, raw, reader.file)
            fix = Fix((Edit(span, instead),), safe=False)
            return Mended(Diagnostic("SL006", span, values, "name_in_quotes", fix=fix), statement)
    return None


_BEHIND_NAME = {"$END", "_COMMA", "STRING", "FOR", "OPTIONAL", "MATCHES", "EQ", "NE", "LT", "LE", "GT", "GE"}
"""What may stand behind a name that is declared or spoken of, where nothing else is asked for."""


def _name_of_words(tokens: list[RawToken], position: int, error: LineError, reader: Reader) -> Mended | None:
    """Recognise a name that was written as two or three words."""
    if set(error.expected) - _BEHIND_NAME or position == len(tokens):
        return None
    for start in (position - 1, position - 2):
        for end in (start + 2, start + 3):
            words = tokens[max(start, 0) : end]
            if start < 0 or end > len(tokens) or any(raw.kind != "word" for raw in words):
                continue
            if any(keywords_at(tokens, place, reader.dialect) for place in range(start + 1, end)):
                continue
            joined = words[0]._replace(text=_as_one_name(words, reader.text))
            joined = joined._replace(end_column=words[-1].end_column)
            statement = _read([*tokens[:start], joined, *tokens[end:]], reader)
            if statement is not None:
                values = {"found": " ".join(raw.text for raw in words), "instead": joined.text}
                span = _span(words[0], words[-1], reader.file)
                fix = Fix((Edit(span, joined.text),), safe=False)
                return Mended(Diagnostic("SL006", span, values, "name_of_words", fix=fix), statement)
    return None


def _as_one_name(words: list[RawToken], text: str) -> str:
    """Join words as the text joins them elsewhere, or with `_`."""
    parts = [normalize_name(raw.text) for raw in words]
    whole = normalize_name(text)
    for joiner in (ZERO_WIDTH_NON_JOINER, "_", ""):
        name = joiner.join(parts)
        if re.search(rf"(?<![\w\u200c]){re.escape(name)}(?![\w\u200c])", whole):
            return name
    return "_".join(raw.text for raw in words)


def _without_comment(text: str) -> str:
    for found in _COMMENT.finditer(text):
        if found[1] is not None:
            return text[: found.start()].rstrip()
    return text


_SAFE = {
    *("habit", "quotes", "extra", "pasted", "thousands", "clock", "day", "remark", "text_without_quotes"),
}
"""What says the same in another way: nobody meant anything else."""
_UNSAFE = {"thousands_or_decimals", "day_or_month", "currency", "range", "name_of_words"}
"""What was probably meant so."""


def _habit_finding(
    piece: Piece,
    written: Written,
    reader: Reader,
    again: Sequence[Written] = (),
    *,
    tested: bool,
    meaning: bool = False,
) -> Diagnostic:
    """Say that a piece is written otherwise here; what is tested to be readable mends it."""
    number, offset, text = piece
    found = text[written.start : written.end]
    start = written.start + len(found) - len(found.lstrip())
    end = written.end - (len(found) - len(found.rstrip())) if found.strip() else written.end
    span = Span(reader.file, number, offset + start + 1, max(offset + end + 1, offset + start + 2))
    values = {"instead": written.here.strip(), **written.values}
    values = {name: like(found, value, reader.dialect) for name, value in values.items()}
    values = {"found": found.strip(), **values}
    fix = None
    if tested and written.say in _SAFE | _UNSAFE:
        edits = tuple(
            Edit(
                Span(reader.file, number, offset + place.start + 1, offset + place.end + 1),
                like(text[place.start : place.end], place.here, reader.dialect),
            )
            for place in (written, *again)
        )
        probably = any(place.probably for place in (written, *again))
        fix = Fix(edits, safe=written.say in _SAFE and not meaning and not probably)
    return Diagnostic(written.code, span, values, written.say, fix=fix)
