"""Text of a line -> tokens of the grammar.

Two steps. `scan` cuts a line into raw tokens, which needs no knowledge of any
human language. `LineLexer` then names them: words become keywords by the table
of the spec's language, the longest keyword first, but only where the parser can
use that keyword; elsewhere the same word is a name. So a field may be called
`text` or `limit`, and no language needs reserved words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from lark import Token
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from stepladder_dsl.keywords.dialect import Dialect, load_dialect, normalize_name, normalize_word
from stepladder_dsl.record import record
from stepladder_dsl.source import Span
from stepladder_dsl.syntax.values import like

_OPERATORS = {
    "=": "EQ",
    "!=": "NE",
    "<": "LT",
    "<=": "LE",
    ">": "GT",
    ">=": "GE",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "%": "PERCENT",
    "٪": "PERCENT",
    "(": "_LPAR",
    ")": "_RPAR",
    ",": "_COMMA",
    "،": "_COMMA",
    ".": "_DOT",
    "|": "_PIPE",
    "||": "_DOUBLE_PIPE",
}

_HABITS = {
    "==": "=",
    "===": "=",
    "<>": "!=",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "=<": "<=",
    "=>": ">=",
    "–": "-",
    "—": "-",
    "−": "-",
    "×": "*",
    "÷": "/",
    ";": "",
    "{": "",
    "}": "",
    ":": "",
}
"""What people write who come from other languages -> what is written here."""

_HABITS_FOR_KEYWORDS = {"&&": "AND", "||": "OR", "!": "NOT"}
"""Signs of other languages for which there are keywords here."""

_QUOTES = "“”„«»‟″‘’‚‹›'"

_MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    r"\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
"""The marks above and below letters that words of many scripts need; `re` does not count them as letters."""

_TOKEN = re.compile(
    r"""
      (?P<space>[ \u200c]+)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<unclosed>".*)
    | (?P<date>\d{4}(?:-\d{1,2}-|/\d{1,2}/)\d{1,2}(?!\d))
    | (?P<time>\d{1,2}:\d{2}(?::\d{2})?(?!\d))
    | (?P<dotted_date>\d{1,2}\.\d{1,2}\.\d{4}(?!\d))
    | (?P<thousands>\d{1,3}(?:[ \u00a0\u202f\u066c]\d{3})+(?!\d)(?:[.,\u066b]\d+)?)
    | (?P<glued>\d+(?:[.,\u066b]\d+)?[^\W\d_]\w*)
    | (?P<number>\d+(?:[.\u066b]\d+)?)
    | (?P<word>[^\W\d][\w\u200c%s]*)
    | (?P<column>`[^`]+`)
    | (?P<habit>===|==|<>|=<|=>|&&|[≠≤≥–—−×÷;{}:]|!(?!=))
    | (?P<operator>!=|<=|>=|\|\||[=<>+\-*/%٪(),.،|])
    | (?P<quote>[“”„«»‟″‘’‚‹›'])
    | (?P<other>.)
    """.replace("%s", _MARKS),
    re.VERBOSE,
)

NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What steers terminals and printers, or is no character: most formats cannot hold it."""

_CODE = re.compile(r"[A-Za-z]{2}\d+")

_MONTHS = 12

_ESCAPES = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t"}
_TO_ESCAPE = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t"})

IN_BRACES = re.compile(r"\{([^{}]*)\}")
"""A value in a text to say: an expression in braces. A brace that is never closed is itself."""


class RawToken(NamedTuple):
    """A piece of a line: what it is, its text, and its 1-based columns."""

    kind: str
    text: str
    line: int
    column: int
    end_column: int


@record(frozen=False)
class LineError(Exception):
    """A line that cannot be read; carries the finding to report."""

    diagnostic: Diagnostic
    expected: tuple[str, ...] = ()
    """The terminals that could have stood there."""


def unquote(text: str) -> str:
    r"""Give the text inside quotes, with ``\"``, ``\\``, ``\n`` and ``\t`` resolved."""
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    return _ESCAPES.sub(lambda match: _ESCAPED.get(match[1], match[1]), inner)


def quote(text: str) -> str:
    """Write a text in quotes, so that `unquote` gives it again."""
    return f'"{text.translate(_TO_ESCAPE)}"'


def scan(text: str, file: str, line: int, offset: int = 0, dialect: Dialect | None = None) -> list[RawToken]:
    """Cut a line into raw tokens; raises `LineError` at the first piece that is none.

    `offset` is the number of characters of the line before `text`; the dialect (by
    default English) has the words to write instead of what is none.
    """
    tokens: list[RawToken] = []
    is_row = text.startswith("|")
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        piece = match.group()
        start = match.start() + offset + 1
        token = RawToken(kind, piece, line, start, start + len(piece))
        if piece == "||" and not is_row:
            token = token._replace(kind="habit")
            kind = "habit"
        if kind in {"unclosed", "dotted_date", "thousands", "glued", "habit", "quote", "other"}:
            raise LineError(_scan_finding(token, file, dialect or load_dialect("en")))
        if kind == "string":
            _refuse_no_text(token, file)
        if kind == "word" and not piece.isascii():
            _refuse_mixed_alphabets(token, file)
        tokens.append(token)
    _refuse_decimal_comma(tokens, file, dialect or load_dialect("en"))
    return tokens


def _scan_finding(token: RawToken, file: str, dialect: Dialect) -> Diagnostic:
    span = Span(file, token.line, token.column, token.end_column)
    match token.kind:
        case "unclosed":
            return Diagnostic("SL002", span, {"text": token.text})
        case "dotted_date":
            return _habit(span, token.text, like(token.text, _year_first(token.text), dialect))
        case "thousands":
            instead = re.sub(r"[\s\u066c]", "", token.text).replace(",", ".")
            return Diagnostic("SL006", span, {"found": token.text, "instead": instead}, "thousands")
        case "glued":
            number = re.match(r"\d+(?:[.,\u066b]\d+)?", token.text)
            amount = number.group() if number else ""
            return Diagnostic(
                "SL006",
                span,
                {"found": token.text, "amount": amount, "rest": token.text[len(amount) :]},
                "glued",
            )
        case "habit":
            keyword = _HABITS_FOR_KEYWORDS.get(token.text)
            return _habit(span, token.text, dialect.spelling(keyword) if keyword else _HABITS[token.text])
        case "quote":
            return Diagnostic("SL005", span, {"found": token.text}, "quote")
        case _:
            name = f"U+{ord(token.text):04X}"
            return Diagnostic("SL005", span, {"found": token.text, "name": name}, _kind_of(token.text))


def _refuse_no_text(token: RawToken, file: str) -> None:
    """Report control characters in a text: they come along with what is pasted, and nobody sees them."""
    found = NO_TEXT.search(token.text)
    if found is None:
        return
    start = token.column + found.start()
    whole = Span(file, token.line, token.column, token.end_column)
    values = {"name": f"U+{ord(found.group()):04X}"}
    # What breaks lines or pages stands between words.
    mended = NO_TEXT.sub(lambda one: " " if one.group().isspace() else "", token.text)
    fix = Fix((Edit(whole, mended),))
    raise LineError(Diagnostic("SL005", Span(file, token.line, start, start + 1), values, "control", fix=fix))


def _kind_of(character: str) -> str:
    """Give the name of the sentence about a character that cannot stand in a line."""
    if unicodedata.category(character) == "Cf":
        return "invisible"
    return {"\t": "tab", "\u00a0": "space", "\u202f": "space"}.get(character, "")


def _habit(span: Span, found: str, instead: str) -> Diagnostic:
    variant = "habit" if instead else "no_symbol"
    return Diagnostic("SL006", span, {"found": found, "instead": instead}, variant)


def _year_first(text: str) -> str:
    """Write a day such as `02.03.2026` as it is written here; the day stands before the month if it can."""
    day, month, year = (int(part) for part in text.split("."))
    if month > _MONTHS:
        day, month = month, day
    return f"{year:04}-{month:02}-{day:02}"


def _refuse_mixed_alphabets(token: RawToken, file: str) -> None:
    """Report a Latin letter inside a Cyrillic or Greek word: it looks right and is another name."""
    for part in re.split(r"[_\d]", token.text):
        alphabets = {alphabet for letter in part if (alphabet := _alphabet(letter))}
        if len(alphabets) > 1:
            latin = "".join(letter for letter in part if _alphabet(letter) == "latin")
            span = Span(file, token.line, token.column, token.end_column)
            parts = [_in_one_alphabet(piece) for piece in re.split(r"([_\d])", token.text)]
            fix = None if None in parts else Fix((Edit(span, "".join(map(str, parts))),))
            raise LineError(
                Diagnostic("SL005", span, {"found": token.text, "letters": latin}, "mixed", fix=fix)
            )


_LATIN, _CYRILLIC = "aceopxyABCEHKMOPTXY", "асеорхуАВСЕНКМОРТХУ"
"""Letters that look the same, in one order."""


def _in_one_alphabet(word: str) -> str | None:
    """Write a word in the alphabet of most of its letters, where the others have twins there."""
    latin = [letter for letter in word if _alphabet(letter) == "latin"]
    cyrillic = [letter for letter in word if _alphabet(letter) == "cyrillic"]
    if not latin or not cyrillic:
        return word
    if len(latin) < len(cyrillic) and set(latin) <= set(_LATIN):
        return word.translate(str.maketrans(_LATIN, _CYRILLIC))
    if len(cyrillic) < len(latin) and set(cyrillic) <= set(_CYRILLIC):
        return word.translate(str.maketrans(_CYRILLIC, _LATIN))
    return None


def _alphabet(letter: str) -> str:
    if "\u0370" <= letter <= "\u03ff":
        return "greek"
    if "\u0400" <= letter <= "\u052f":
        return "cyrillic"
    return "latin" if letter.isascii() or "\u00c0" <= letter <= "\u024f" else ""


def _refuse_decimal_comma(tokens: list[RawToken], file: str, dialect: Dialect) -> None:
    """Report `19,90`: digits on both sides of a comma without a space are a decimal comma."""
    for before, comma, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (
            (before.kind, after.kind) == ("number", "number")
            and comma.text in {",", "،"}
            and before.end_column == comma.column
            and comma.end_column == after.column
        ):
            found = f"{before.text}{comma.text}{after.text}"
            span = Span(file, before.line, before.column, after.end_column)
            instead = like(found, f"{before.text}.{after.text}", dialect)
            raise LineError(Diagnostic("SL006", span, {"found": found, "instead": instead}, "comma"))


class LineInput(NamedTuple):
    """What the parser is given for one line."""

    tokens: list[RawToken]
    dialect: Dialect
    named: list[Token]
    """The terminals, as the lexer finds them."""


class LineLexer(Lexer):
    """Names raw tokens as terminals of the grammar, asking the parser what it can use."""

    __future_interface__ = 2

    def __init__(self, lexer_conf: Any) -> None:
        """Take Lark's lexer configuration, of which nothing is needed."""

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
        """Yield the terminals of one line."""
        tokens, dialect, named = lexer_state.text
        position = 0
        while position < len(tokens):
            raw = tokens[position]
            if raw.kind == "word":
                terminal, count = _name_word(tokens, position, dialect, parser_state)
                last = tokens[position + count - 1]
                named.append(_token(terminal, raw, last))
                position += count
            else:
                named.append(_token(_terminal_of(raw), raw, raw))
                position += 1
            yield named[-1]


def _terminal_of(raw: RawToken) -> str:
    if raw.kind == "operator":
        return _OPERATORS[raw.text]
    return raw.kind.upper()


def _token(terminal: str, first: RawToken, last: RawToken) -> Token:
    text = normalize_name(first.text) if terminal == "NAME" else first.text
    return Token(
        terminal, text, line=first.line, column=first.column, end_line=last.line, end_column=last.end_column
    )


def _name_word(tokens: list[RawToken], position: int, dialect: Dialect, parser_state: Any) -> tuple[str, int]:
    """Give the terminal for the word at `position` and the number of words it takes."""
    found = keywords_at(tokens, position, dialect)
    if not found:
        return "NAME", 1
    states = parser_state.parse_conf.states
    stack = parser_state.state_stack
    possible = [
        (terminal, count, after)
        for terminal, count in [*found, ("NAME", 1)]
        if (after := _stack_after(states, stack, terminal)) is not None
    ]
    if len(possible) > 1:
        # A field may be called `day`, and `не` is both a value and a negation: what follows tells.
        for _, alike in groupby(possible, key=lambda candidate: (candidate[0] == "NAME", candidate[1])):
            candidates = [
                candidate
                for candidate in alike
                if candidate[0] != "ALLOW" or _is_finding(tokens, position + candidate[1])
            ]
            for with_names in (False, True):
                for terminal, count, after in candidates:
                    if _goes_on(states, after, tokens, position + count, dialect, with_names=with_names):
                        return terminal, count
    return possible[0][:2] if possible else found[0]


def _is_finding(tokens: list[RawToken], position: int) -> bool:
    """Say whether a code such as `SL302` or a name such as `dead-end` stands here: no type is called so."""
    following = [raw.text for raw in tokens[position : position + 2]]
    return bool(following) and (_CODE.fullmatch(following[0]) is not None or following[1:] == ["-"])


def _stack_after(states: Any, stack: list[Any], terminal: str) -> list[Any] | None:
    """Give the parser's stack of states after a terminal, or None where it cannot stand.

    The table's row for the present state is not enough: it holds what may follow in
    any place where the same rule ends, so that what is reduced has to be followed up.
    """
    if terminal not in states[stack[-1]]:
        return None
    stack = list(stack)
    while True:
        action = states[stack[-1]].get(terminal)
        if action is None:
            return None
        if action[0] is Shift:
            return [*stack, action[1]]
        rule = action[1]
        if rule.expansion:
            del stack[-len(rule.expansion) :]
        stack.append(states[stack[-1]][rule.origin.name][1])


def _goes_on(
    states: Any,
    stack: list[Any],
    tokens: list[RawToken],
    position: int,
    dialect: Dialect,
    *,
    with_names: bool = True,
) -> bool:
    """Say whether the parser can go on with whatever the next piece may be.

    Among keywords that are spelled alike the one is preferred that a keyword can follow;
    `with_names` lets a word that may be a keyword be a name as well.
    """
    if position >= len(tokens):
        return _can_end(states, stack)
    raw = tokens[position]
    if raw.kind != "word":
        return _stack_after(states, stack, _terminal_of(raw)) is not None
    candidates = [terminal for terminal, _ in keywords_at(tokens, position, dialect)]
    if with_names:
        candidates.append("NAME")
    return any(_stack_after(states, stack, terminal) is not None for terminal in candidates)


def _can_end(states: Any, stack: list[Any]) -> bool:
    """Say whether the line may end here."""
    stack = list(stack)
    while True:
        action = states[stack[-1]].get("$END")
        if action is None:
            # Lark puts no action at the very end: a state that nothing leaves is the end.
            return not states[stack[-1]]
        if action[0] is Shift:
            return True
        rule = action[1]
        if rule.expansion:
            del stack[-len(rule.expansion) :]
        stack.append(states[stack[-1]][rule.origin.name][1])


def keywords_at(tokens: list[RawToken], position: int, dialect: Dialect) -> list[tuple[str, int]]:
    """Give what keywords may begin at a word, the longest first, each with its number of words."""
    longest = dialect.longest_from.get(normalize_word(tokens[position].text), 0)
    words: list[str] = []
    for raw in tokens[position : position + longest]:
        if raw.kind != "word":
            break
        words.append(normalize_word(raw.text))
    found = []
    for count in range(len(words), 0, -1):
        found += [(terminal, count) for terminal in dialect.phrases.get(tuple(words[:count]), ())]
    return found
