"""What people write who come from elsewhere -> what is written here: tables, and figures.

`any.toml` holds habits of every human language, `<language>.toml` those of one. A habit is a pattern
over a line that could not be read (or not be understood) and what takes its place; whoever asks tries
the candidates out, and only one after which the line can be read is told to the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from stepladder_dsl.keywords.dialect import Dialect, load_dialect
from stepladder_dsl.record import record
from stepladder_dsl.syntax.habits.figures import SENTENCES, Written, figures_in

_FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{([A-Z_]+)\}")
_TEMPLATE = re.compile(r"\\(\d)|\{([A-Z_]+)\}")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_SIGNS = {
    "NAME": r"[^\W\d][\w\u200c]*",
    "VALUE": r'(?:"[^"]*"|[\w.]+%?)',
    "SIGN": r"(?:<=|>=|!=|=|<|>)",
}
_GROUPS = {
    "UNIT": ("WORKING_DAY", "WORKING_HOUR", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"),
    "WEEKDAY": ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"),
    "TYPE": ("TEXT", "NUMBER_TYPE", "MONEY", "DATE_TYPE", "DATETIME_TYPE"),
}


@record
class _Habit:
    """One entry of a table."""

    written: re.Pattern[str]
    here: str
    code: str
    say: str
    blocks: frozenset[str]
    sure: bool
    probably: bool
    meaning: bool
    texts: bool
    replace: tuple[str, str] | None
    values: dict[str, str]


@cache
def _table(stem: str) -> dict[str, Any]:
    import tomllib

    file = _FOLDER / f"{stem}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def words(language: str, kind: str) -> dict[str, Any]:
    """Give a language's words of a kind, such as the names of types from elsewhere."""
    found: dict[str, Any] = _table(language).get(kind, {})
    return found


@cache
def _habits(language: str) -> tuple[_Habit, ...]:
    dialect = load_dialect(language)
    entries = [*_table(language).get("habit", ()), *_table("any").get("habit", ())]
    return tuple(_habit(entry, dialect) for entry in entries)


def sentences() -> set[tuple[str, str]]:
    """Give the code and the name of every sentence that habits speak with."""
    found = {("SL006", name) for name in SENTENCES}
    for file in _FOLDER.glob("*.toml"):
        found |= {
            (entry.get("code", "SL006"), entry.get("say", "habit"))
            for entry in _table(file.stem).get("habit", ())
        }
    return found


def _habit(entry: dict[str, Any], dialect: Dialect) -> _Habit:
    pattern = _PLACEHOLDER.sub(lambda found: _alternatives(found[1], dialect), entry["written"])
    replace = entry.get("replace")
    return _Habit(
        re.compile(pattern, re.IGNORECASE),
        entry["here"],
        entry.get("code", "SL006"),
        entry.get("say", "habit"),
        frozenset(f"{block}_line" for block in entry.get("in", ())),
        entry.get("sure", False),
        entry.get("probably", False),
        entry.get("meaning", False),
        entry.get("texts", False),
        (replace[0], replace[1]) if replace else None,
        entry.get("values", {}),
    )


def _alternatives(name: str, dialect: Dialect) -> str:
    """Give the pattern of a placeholder: every spelling of its keywords, the longest first."""
    if name in _SIGNS:
        return _SIGNS[name]
    spellings = [spelling for key in _GROUPS.get(name, (name,)) for spelling in dialect.spellings[key]]
    longest_first = sorted(spellings, key=len, reverse=True)
    alternatives = "|".join(r"\s+".join(map(re.escape, spelling.split())) for spelling in longest_first)
    return rf"(?:(?<!\w)(?:{alternatives})(?!\w))"


def habits_in(text: str, dialect: Dialect, block: str, *, meaning: bool = False) -> Iterator[Written]:
    """Yield what in a line looks like a habit from elsewhere, the most telling first.

    `block` is the start rule with which the line is read; `meaning` asks for habits
    in lines that can be read but mean nothing.
    """
    masked = _TEXT.sub(lambda found: '"' + "\x01" * len(found[1]) + '"', text)
    if not meaning:
        yield from figures_in(masked, dialect, block, words)
    for habit in _habits(dialect.language):
        if habit.meaning == meaning and (not habit.blocks or block in habit.blocks):
            for found in habit.written.finditer(text if habit.texts else masked):
                yield _written(habit, found, text, dialect)


def _written(habit: _Habit, found: re.Match[str], text: str, dialect: Dialect) -> Written:
    start, end = found.span("found" if "found" in found.re.groupindex else 0)
    here = _expand(habit.here, found, text, dialect)
    if habit.replace is not None:
        here = re.sub(habit.replace[0], habit.replace[1], here)
    values = {name: _expand(value, found, text, dialect) for name, value in habit.values.items()}
    return Written(start, end, here, habit.say, values, habit.sure, habit.code, habit.probably)


def _expand(template: str, found: re.Match[str], text: str, dialect: Dialect) -> str:
    def part(piece: re.Match[str]) -> str:
        if piece[1] is not None:
            start, end = found.span(int(piece[1]))
            return text[start:end] if start >= 0 else ""
        return dialect.spelling(piece[2])

    return _TEMPLATE.sub(part, template)
