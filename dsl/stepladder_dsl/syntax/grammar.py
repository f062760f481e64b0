"""Loads the grammar, from a cache where there is one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token

from stepladder_dsl.kept import cache_folder
from stepladder_dsl.keywords.dialect import Dialect, load_dialect
from stepladder_dsl.syntax.build import Builder
from stepladder_dsl.syntax.lexer import LineInput, LineLexer, RawToken

STARTS = (
    "file_line",
    "spec_line",
    "calendar_line",
    "role_line",
    "record_line",
    "event_line",
    "process_line",
    "phase_line",
    "stage_line",
    "transition_line",
    "decide_line",
    "offer_line",
    "follow_up_line",
    "metric_line",
    "scenario_line",
    "expr",
)
"""The grammar's start rules: one for each kind of block, and one for a bare expression."""

_VALUES = ("NAME", "STRING", "NUMBER", "DATE", "TIME", "COLUMN")
_SYMBOLS = (
    *("EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT"),
    *("_LPAR", "_RPAR", "_COMMA", "_DOT", "_PIPE", "_DOUBLE_PIPE"),
)


def _cache_file() -> str | bool:
    """Give the file that keeps the parse table, or False where none can be written."""
    folder = cache_folder()
    return False if folder is None else str(folder / "grammar.lark.cache")


def grammar_text() -> str:
    """Give the grammar with its terminals declared; it is the same for every human language."""
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    keywords = load_dialect("en").spellings
    used = set(re.findall(r"\b_?[A-Z][A-Z_]+\b", text))
    terminals = [name for name in (*_VALUES, *_SYMBOLS, *keywords) if name in used]
    return f"%declare {' '.join(terminals)}\n{text}"


class LineParser:
    """Parses one line at a time; make one with `load_parser`."""

    def __init__(self) -> None:
        """Load the parse table from the cache, or build it."""
        self._builder = Builder()
        self._lark = Lark(
            grammar_text(),
            parser="lalr",
            lexer=LineLexer,
            start=list(STARTS),
            transformer=self._builder,
            maybe_placeholders=True,
            cache=_cache_file(),
        )
        # Lark has no public way to ask what may come first, or what a state can take.
        self.table: Any = self._lark.parser.parser._parse_table  # noqa: SLF001
        self.beginnings = {
            start: frozenset(
                name for name in self.table.states[self.table.start_states[start]] if name.isupper()
            )
            for start in STARTS
        }
        """Start rule -> the terminals with which its lines may begin."""

    def parse(
        self, tokens: list[RawToken], dialect: Dialect, file: str, start: str
    ) -> tuple[Any, list[Token]]:
        """Give the syntax node of a line and its terminals.

        Raises ``lark.UnexpectedToken`` where the line is wrong.
        """
        self._builder.file = file
        self._builder.date_calendar = dialect.calendar
        named: list[Token] = []
        return self._lark.parse(LineInput(tokens, dialect, named), start=start), named


@cache
def load_parser() -> LineParser:
    """Give the parser of lines; the first call in a process loads or builds it."""
    return LineParser()
