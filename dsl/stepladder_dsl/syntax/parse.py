"""Text -> blocks of syntax nodes, with every mistake of the file found in one go.

The language is line-oriented: indentation makes blocks, and every line is parsed
on its own with the grammar's start rule of the block it stands in. So a wrong
line is reported, what can be read of it is kept, and the next line is read as if
nothing had happened.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from stepladder_dsl.keywords.dialect import load_dialect, normalize_name, normalize_word
from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE, Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.language_line import LanguageFinder
from stepladder_dsl.syntax.lexer import LineError, RawToken, keywords_at, scan
from stepladder_dsl.syntax.line_reader import CHILD_START, LineReader
from stepladder_dsl.syntax.lines import LogicalLine, first_keywords, first_value, logical_lines
from stepladder_dsl.syntax.repeated import SAME_EVERYWHERE, told_once
from stepladder_dsl.syntax.rows import is_row, row_finding
from stepladder_dsl.syntax.tree import ParsedLine, SyntaxTree

if TYPE_CHECKING:
    from lark import Token

_DEEPEST = 40
_MOST_ATTEMPTS = 200
"""Wrong lines for which it is found out what was meant: behind so many the file is something else."""
_SIGNS_THAT_BEGIN = {"=": "EQ", "|": "_PIPE"}
"""The signs with which a line can begin, and their terminals."""


_START_OF_KEYWORD = {
    "SPEC": "spec_line",
    "CALENDAR": "calendar_line",
    "ROLE": "role_line",
    "RECORD": "record_line",
    "EVENT": "event_line",
    "PROCESS": "process_line",
    "PHASE": "phase_line",
    "STAGE": "stage_line",
    "ON": "transition_line",
    "WHEN": "transition_line",
    "AFTER": "transition_line",
    "AFTER_NO": "transition_line",
    "DECIDE": "decide_line",
    "OFFER": "offer_line",
    "FOLLOW_UP": "follow_up_line",
    "METRIC": "metric_line",
    "SCENARIO": "scenario_line",
}
"""First keyword of a line that could not be read -> how the lines under it are to be read."""


_ROWS = "decide_line"


def _unread(line: LogicalLine, file: str) -> nodes.Block:
    """Give the block of a line of which nothing can be kept: it tells that something stood there."""
    return nodes.Block("Broken", nodes.Broken("", None), line.span(file), line.text, broken=True)


@record(frozen=False)
class _OpenBlock:
    """A block whose lines are being read: `start` is None where nothing may stand in it."""

    indentation: float
    start: str | None
    children: list[nodes.Block]
    skip: bool = False
    child_indentation: int | None = field(default=None)
    latest: int | None = None
    """The indentation of the latest line in the block."""
    flat: bool = False
    """Whether its lines stand in the same column as the line that opens it, which is a mistake."""


def parse(source: Source) -> SyntaxTree:
    """Parse a text. It always gives a tree; what is wrong stands in its diagnostics."""
    return _Parser(source).run()


class _Parser:
    """Reads one text; used once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        finder = LanguageFinder(source, self._report)
        self.said = finder.without_language_line(list(logical_lines(source)))
        """The lines besides the one that names the language."""
        self.language_line = finder.language_line
        self.dialect = finder.dialect
        self.reader = LineReader(source, finder.dialect)
        self.lines: list[ParsedLine] = []
        self.attempts = 0
        """How many lines were tried to be mended."""
        self.following: LogicalLine | None = None
        """The line behind the one that is being read."""
        self.joined: LogicalLine | None = None
        """A line that was read together with the one before it."""

    def run(self) -> SyntaxTree:
        root = _OpenBlock(-1, "file_line", [], child_indentation=0)
        stack = [root]
        lines = self.said
        for position, line in enumerate(lines):
            if line is self.joined:
                continue
            self.following = lines[position + 1] if position + 1 < len(lines) else None
            self._add(line, stack)
        unread = frozenset((finding.span.file, finding.span.line) for finding in self.diagnostics)
        self._report_strange_spaces(lines)
        return SyntaxTree(
            self.source,
            self.dialect.language,
            root.children,
            told_once(self.diagnostics),
            self.lines,
            self.language_line,
            unread,
        )

    def _report_strange_spaces(self, lines: list[LogicalLine]) -> None:
        for line in lines:
            if line.strange is not None:
                number = line.pieces[0][0]
                character = self.source.line(number)[line.strange - 1]
                span = Span(self.source.name, number, line.strange, line.strange + 1)
                values = {"found": character, "name": f"U+{ord(character):04X}"}
                own = Span(self.source.name, number, 1, line.pieces[0][1] + 1)
                fix = Fix((Edit(own, " " * line.indentation),))
                variant = "tab" if character == "\t" else "space"
                self._report(Diagnostic("SL005", span, values, variant, fix=fix))

    def _report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def _add(self, line: LogicalLine, stack: list[_OpenBlock]) -> None:
        """Put a line into the block to which its indentation leads."""
        while line.indentation <= stack[-1].indentation:
            stack.pop()
        self._add_flat_blocks(line, stack)
        parent = stack[-1]
        if parent.skip:
            return
        if parent.start is None:
            self._report(Diagnostic("SL003", line.span(self.source.name), variant="no_block"))
            parent.skip = True
            return
        if len(stack) > _DEEPEST:
            self._report(Diagnostic("SL116", line.span(self.source.name), variant="block"))
            parent.skip = True
            return
        if parent.child_indentation is None:
            parent.child_indentation = line.indentation
        elif line.indentation not in {parent.child_indentation, parent.latest}:
            expected = parent.child_indentation
            self._report(
                Diagnostic(
                    "SL003",
                    line.span(self.source.name),
                    {"found": line.indentation, "expected": expected},
                )
            )
        parent.latest = line.indentation
        block, start, skip = self._read(line, parent.start, len(stack) - 1)
        if block is not None:
            parent.children.append(block)
        children = block.children if block is not None else []
        stack.append(_OpenBlock(line.indentation, start, children, skip))

    def _add_flat_blocks(self, line: LogicalLine, stack: list[_OpenBlock]) -> None:
        """Find the block of a line that stands in the same column as the line that should hold it."""
        if not stack[-1].flat and self._opened_above(stack[-1]) is None:
            return
        beginnings = self.reader.beginnings
        keywords = first_keywords(line.text, self.dialect)
        if not any(keyword in beginnings[block.start or "expr"] for block in stack for keyword in keywords):
            keywords += [value for value in first_value(line.text) if self._is_in_flat_block(line, stack)]
        while True:
            top, under = stack[-1], self._opened_above(stack[-1])
            fits = top.start is not None and any(keyword in beginnings[top.start] for keyword in keywords)
            deeper = under is not None and any(keyword in beginnings[under] for keyword in keywords)
            if under is not None and deeper and (top.flat or not fits):
                self._open_flat_block(line, stack, under)
                return
            if fits or not top.flat:
                return
            stack.pop()

    def _is_in_flat_block(self, line: LogicalLine, stack: list[_OpenBlock]) -> bool:
        """Say whether a line that begins with no keyword can be read in one of the blocks above it."""
        file = self.source.name
        for block in stack:
            for start in (block.start if block.flat else None, self._opened_above(block)):
                if start is not None:
                    try:
                        number, offset, text = line.pieces[0]
                        self.reader.read(scan(text, file, number, offset, self.dialect), start)
                    except LineError:
                        continue
                    return True
        return False

    def _open_flat_block(self, line: LogicalLine, stack: list[_OpenBlock], start: str) -> None:
        above = stack[-1].children[-1]
        self._report(Diagnostic("SL003", line.span(self.source.name), {"above": above.text}, "flat"))
        indentation = line.indentation
        stack.append(
            _OpenBlock(indentation - 0.5, start, above.children, child_indentation=indentation, flat=True)
        )

    def _opened_above(self, parent: _OpenBlock) -> str | None:
        """Give how the lines under the latest line of a block are read, if there are none yet."""
        if not parent.children or parent.children[-1].children or parent.start is None or parent.skip:
            return None
        return CHILD_START.get(type(parent.children[-1].statement))

    def _read(self, line: LogicalLine, start: str, depth: int) -> tuple[nodes.Block | None, str | None, bool]:
        """Parse a line: its block, the start rule of the lines under it, and whether to pass those over."""
        file = self.source.name
        tokens: list[RawToken] = []
        try:
            tokens = [
                token
                for number, offset, text in line.pieces
                for token in scan(text, file, number, offset, self.dialect)
            ]
            shape = row_finding(line.text, tokens, self.dialect, file) if is_row(line.text) else None
            if shape is not None and start == _ROWS:
                self._report(shape)
                return _unread(line, file), None, True
            statement, named = self.reader.read(tokens, start)
        except LineError as error:
            # Only wrong lines need what knows of habits, and it takes time to load.
            from stepladder_dsl.syntax.mend import mend

            goes_on = self._read_with_following(line, tokens, error, start)
            if goes_on is not None:
                return goes_on
            mended = (
                mend(line.pieces, tokens, error, self.reader.reader_for(start))
                if self.attempts <= _MOST_ATTEMPTS
                else None
            )
            if mended is None or mended.diagnostic.variant not in SAME_EVERYWHERE:
                self.attempts += 1
            if mended is not None:
                self._report(mended.diagnostic)
                statement = mended.statement
                if statement is None:
                    return self._salvage(line, tokens, error.diagnostic, start)
                block = nodes.Block(
                    type(statement).__name__, statement, line.span(file), line.text, broken=True
                )
                return block, CHILD_START.get(type(statement)), False
            self._report(error.diagnostic)
            return self._salvage(line, tokens, error.diagnostic, start)
        block = nodes.Block(type(statement).__name__, statement, line.span(file), line.text)
        self.lines.append(ParsedLine(file, depth, line.indentation, line.pieces, named, statement, start))
        return block, CHILD_START.get(type(statement)), False

    def _read_with_following(
        self, line: LogicalLine, tokens: list[RawToken], error: LineError, start: str
    ) -> tuple[nodes.Block | None, str | None, bool] | None:
        """Read a line that ends too early together with the next one, where that stands deeper."""
        following = self.following
        if error.diagnostic.code != "SL008" or following is None or following.indentation <= line.indentation:
            return None
        file = self.source.name
        try:
            behind = [
                token
                for number, offset, text in following.pieces
                for token in scan(text, file, number, offset, self.dialect)
            ]
            statement, _ = self.reader.read([*tokens, *behind], start)
        except LineError:
            return None
        self.joined = following
        text = f"{line.text} {following.text}"
        self._report(Diagnostic("SL008", error.diagnostic.span, {"found": following.text}, "goes_on"))
        block = nodes.Block(type(statement).__name__, statement, line.span(file), text, broken=True)
        return block, CHILD_START.get(type(statement)), False

    def _salvage(
        self, line: LogicalLine, tokens: list[RawToken], problem: Diagnostic, start: str
    ) -> tuple[nodes.Block | None, str | None, bool]:
        """Keep what the beginning of a wrong line says, so that one mistake gives one message."""
        file = self.source.name
        if not tokens:
            tokens = self._tokens_before(line, problem)
        before = [
            token for token in tokens if (token.line, token.column) < (problem.span.line, problem.span.column)
        ]
        statement = self.reader.prefix(before, start)
        if statement is not None:
            block = nodes.Block(type(statement).__name__, statement, line.span(file), line.text, broken=True)
            return block, CHILD_START.get(type(statement)), False
        keywords = keywords_at(tokens, 0, self.dialect) if tokens and tokens[0].kind == "word" else []
        if tokens and tokens[0].text in _SIGNS_THAT_BEGIN:
            keywords = [(_SIGNS_THAT_BEGIN[tokens[0].text], 1)]
        keywords = keywords or self._meant_keyword(tokens, problem)
        if not keywords:
            return _unread(line, file), None, True
        beginnings = self.reader.beginnings[start]
        fitting = [found for found in keywords if found[0] in beginnings]
        terminal, count = (fitting or keywords)[0]
        name = None
        if len(tokens) > count and tokens[0].kind == tokens[count].kind == "word":
            raw = tokens[count]
            name = nodes.Name(normalize_name(raw.text), Span(file, raw.line, raw.column, raw.end_column))
        child_start = _START_OF_KEYWORD.get(terminal)
        block = nodes.Block("Broken", nodes.Broken(terminal, name), line.span(file), line.text, broken=True)
        return block, child_start, child_start is None

    def _meant_keyword(self, tokens: list[RawToken], problem: Diagnostic) -> list[tuple[str, int]]:
        """Give the keyword proposed for the beginning of the line, with its number of words."""
        first = tokens[0] if tokens else None
        if first is None or (first.line, first.column) != (problem.span.line, problem.span.column):
            return []
        words = tuple(normalize_word(word) for word in (problem.suggestion or "").split())
        terminals = self.dialect.phrases.get(words)
        if terminals is None:
            return []
        in_full = len(words) > 1 and [normalize_word(raw.text) for raw in tokens[1 : len(words)]] == list(
            words[1:]
        )
        return [(terminal, len(words) if in_full else 1) for terminal in terminals]

    def _tokens_before(self, line: LogicalLine, problem: Diagnostic) -> list[RawToken]:
        """Give the tokens of a line up to the piece that is none."""
        number, offset, text = line.pieces[0]
        readable = text[: max(problem.span.column - 1 - offset, 0)] if problem.span.line == number else text
        try:
            return scan(readable, self.source.name, number, offset, self.dialect)
        except LineError:
            return []


def explain_by_habits(tree: SyntaxTree, findings: list[Diagnostic]) -> list[Diagnostic]:
    """Put habits from elsewhere in the place of findings that only say what came of them."""
    if not findings:
        return []
    from stepladder_dsl.syntax.mend import mend_meaning

    lines = {(tree.source.name, line.pieces[0][0]): line for line in tree.lines}
    told: list[Diagnostic] = []
    explained: set[tuple[str, int]] = set()
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        place = (finding.span.file, finding.span.line)
        line = lines.get(place)
        if place in explained:
            continue
        habit = None
        if line is not None and finding.code in {"SL101", "SL103"} and finding.suggestion is None:
            reader = LineReader(tree.source, load_dialect(tree.language))
            habit = mend_meaning(line.pieces, finding, reader.reader_for(line.start))
        if habit is not None:
            explained.add(place)
        told.append(habit or finding)
    return told


def parse_expression(
    text: str, file: str, line: int, column: int, language: str = "en"
) -> tuple[nodes.ExpressionNode | None, list[Diagnostic]]:
    """Parse a bare expression that stands at a place in another file, such as a mapping."""
    try:
        return _expression(text, Span(file, line, column, column + 1), language)[0], []
    except LineError as error:
        return None, [error.diagnostic]


def expression_tokens(text: str, language: str) -> list[Token] | None:
    """Give the terminals of a bare expression; None where it cannot be read."""
    try:
        return _expression(text, NOWHERE, language)[1]
    except LineError:
        return None


def _expression(text: str, at: Span, language: str) -> tuple[nodes.ExpressionNode, list[Token]]:
    """Parse a bare expression: its node and terminals; raises `LineError`."""
    reader = LineReader(Source(at.file, text), load_dialect(language))
    tokens = scan(text, at.file, at.line, at.column - 1, reader.dialect)
    if not tokens:
        raise LineError(Diagnostic("SL008", at, {"expected": ["<value>"]}))
    return reader.read(tokens, "expr")
