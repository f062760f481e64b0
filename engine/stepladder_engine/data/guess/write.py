"""Writes a guessed mapping down, with a remark wherever somebody should look."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.keywords.dialect import ZERO_WIDTH_NON_JOINER
from stepladder_dsl.model.types import TextType
from stepladder_engine.data.event_logs.parts import MARK
from stepladder_engine.data.guess.draft import Draft, FieldGuess, KindGuess
from stepladder_engine.data.guess.formats import is_placeholder
from stepladder_engine.data.guess.look import Column
from stepladder_engine.data.problems import shown
from stepladder_engine.texts.catalogue import Phrase, listed, tell_plainly

_PLAIN = re.compile(r"(?:\.\.?/)*[^\W_](?:[\w .,/()+\-]|:(?=[^ ])|(?<=[^ ])#)*(?<![ ])")
_VARIABLE = re.compile(r"\$\{\w+\}")
_NO_TEXT = {"null", "Null", "NULL", "~"}
_WIDTH = 105


def mapping_text(draft: Draft, folder: Path, language: str) -> str:
    """Give the text of the mapping; its paths start at a folder, its remarks are in a language."""
    return _Writer(draft, folder, language).text()


def scalar(text: str) -> str:
    """Give a text as YAML has it, with quotes where it needs them.

    >>> scalar("Order Date"), scalar("price: net"), scalar("null")
    ('Order Date', '"price: net"', '"null"')
    """
    plain = text.replace(ZERO_WIDTH_NON_JOINER, "")
    if _PLAIN.fullmatch(plain) and plain.isprintable() and text not in _NO_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if _is_shown(sign) else _escaped(sign) for sign in quoted)


def _is_shown(sign: str) -> bool:
    return sign.isprintable() or sign == ZERO_WIDTH_NON_JOINER


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def where_text(column: str, word: str) -> str:
    """Give the condition that a column has a word.

    >>> where_text("what", "order"), where_text("Deal stage", "Won")
    ('what = "order"', '`Deal stage` = "Won"')
    """
    return f'{_in_formula(column)} = "{word}"'


def _in_formula(column: str) -> str:
    """Give a column as expressions name it."""
    return column if column.isidentifier() else f"`{column}`"


@dataclass
class _Writer:
    """Puts the parts of the mapping below each other."""

    draft: Draft
    folder: Path
    language: str

    def text(self) -> str:
        """Give the whole text."""
        lines = [*self._remark("map.head")]
        shared = self._shared_options()
        for part, kinds in (("records", self.draft.records), ("events", self.draft.events)):
            if kinds:
                lines.append(f"{part}:")
            for name, kind in kinds.items():
                lines.extend(self._kind(name, kind, shared))
        if shared:
            lines += ["options:", *self._options("  ", shared, self.draft.kinds)]
        lines.extend(self._what_is_left())
        return "\n".join(lines) + "\n"

    def _say(self, key: str, **values: Any) -> str:
        # A name out of a file may hold anything, and a remark ends with its line.
        return printable(shown(tell_plainly(Phrase(key, values), self.language), 2_000))

    def _remark(self, key: str, indent: str = "", **values: Any) -> Iterator[str]:
        """Give a remark on lines of its own."""
        line = f"{indent}#"
        for word in self._say(key, **values).split(" "):
            if len(line) + len(word) >= _WIDTH:
                yield line
                line = f"{indent}#"
            line = f"{line} {word}"
        yield line

    def _unsure(self, why: Phrase | None) -> str:
        """Give the remark at the end of a line that somebody should look at."""
        return "" if why is None else f"  # {self._say('map.unsure', why=why)}"

    def _kind(self, name: str, kind: KindGuess, shared: Mapping[str, Any]) -> Iterator[str]:
        yield f"  {scalar(name)}:"
        yield from self._source(kind)
        if kind.table.more_rows:
            yield from self._remark("map.more_rows", "    ", count=kind.table.rows)
        yield f"    key: {scalar(kind.key.name)}"
        yield from self._moment(kind)
        if kind.id is not None:
            yield f"    id: {scalar(kind.id.name)}"
        if kind.types is not None and kind.word is not None:
            unsure = self._unsure(kind.unsure.get("where"))
            yield f"    where: {self._where(kind.types.name, kind.word)}{unsure}"
        if kind.fields:
            yield "    fields:"
        for guess in kind.fields:
            yield from self._field(guess)
        for field in kind.without_column:
            optional = kind.declared.fields[field].optional
            key = "map.no_column" if optional else "map.no_needed_column"
            yield from self._remark(key, "      ", field=field)
        own = {key: value for key, value in self._options_of(kind).items() if key not in shared}
        if own:
            yield "    options:"
            yield from self._options("      ", own, [kind])

    def _source(self, kind: KindGuess) -> Iterator[str]:
        unsure = self._unsure(kind.unsure.get("source"))
        if kind.table.database is not None:
            address, table = kind.table.database
            yield f"    source:{unsure}"
            yield f"      url: {address if _VARIABLE.fullmatch(address) else scalar(address)}"
            yield f"      table: {scalar(table)}"
            return
        part = f"{MARK}{kind.table.part}" if kind.table.part else ""
        sources = [scalar(self._path(path) + part) for path in kind.table.paths]
        source = sources[0] if len(sources) == 1 else f"[{', '.join(sources)}]"
        yield f"    source: {source}{unsure}"

    def _path(self, path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), self.folder.resolve())).as_posix()

    @staticmethod
    def _where(column: str, word: str) -> str:
        text = where_text(column, word)
        return f"'{text}'" if text.startswith("`") else text

    def _moment(self, kind: KindGuess) -> Iterator[str]:
        """Give the line of the time, or of `since`."""
        if kind.time is None:
            return
        name = scalar(kind.time.name)
        unsure = self._unsure(kind.unsure.get("since") or kind.unsure.get("time"))
        if kind.part == "records":
            yield f"    since: {name}{unsure}"
        elif kind.may_not_have_happened:
            yield f"    time: {{column: {_in_braces(name)}, when_empty: skip}}{unsure}"
        else:
            yield f"    time: {name}{unsure}"

    def _field(self, guess: FieldGuess) -> Iterator[str]:
        """Give the lines of a field."""
        translation = guess.translation
        head = f"      {scalar(guess.name)}:"
        if guess.times is not None:
            product = " * ".join(_in_formula(column.name) for column in (guess.column, guess.times))
            yield f"{head} = {product}{self._unsure(guess.unsure)}"
            return
        if translation is None or not (translation.meant or translation.open):
            yield f"{head} {scalar(guess.column.name)}{self._unsure(guess.unsure)}"
            return
        yield f"{head}{self._unsure(guess.unsure)}"
        yield f"        column: {scalar(guess.column.name)}"
        if translation.meant:
            yield "        values:"
        for word, meant in translation.meant.items():
            unsure = Phrase("map.why.similar") if word in translation.unsure else None
            yield f"          {scalar(word)}: {scalar(meant)}{self._unsure(unsure)}"
        choices = listed(self.language, translation.choices)
        for word in translation.open:
            yield from self._remark("map.open_word", "          ", word=word, choices=choices)

    def _options_of(self, kind: KindGuess) -> dict[str, Any]:
        """Give the options without which the table of a kind is not read right."""
        table = kind.table
        formats = table.formats
        here = [other for other in self.draft.kinds if other.table is table]
        used = [column for column in table.columns if any(column.name in other.used for other in here)]
        forms = dict.fromkeys(form for column in used for form in formats.dates_of(column.name))
        numbers = any(column.is_number for column in used)
        options: dict[str, Any] = {
            "dates": list(forms),
            "decimal": formats.decimal if numbers and formats.decimal != "." else None,
            "thousands": formats.thousands if numbers else None,
            "encoding": table.guessed_encoding
            or (None if (given := table.options.encoding) == "auto" else given),
            "delimiter": table.options.delimiter,
            "sheet": table.options.sheet,
            "header_row": table.options.header_row and str(table.options.header_row),
            "unknown": self._placeholders(here, used),
        }
        return {key: value for key, value in options.items() if value}

    @staticmethod
    def _placeholders(kinds: Sequence[KindGuess], used: Sequence[Column]) -> list[str]:
        """Give the texts that stand for nothing where something else than a text is wanted."""
        texts = {
            guess.column.name
            for kind in kinds
            for guess in kind.fields
            if isinstance(kind.declared.fields[guess.name].type, TextType)
        }
        found = {
            text
            for column in used
            if column.name not in texts
            for text in column.values
            if is_placeholder(text)
        }
        return sorted(found)

    def _shared_options(self) -> dict[str, Any]:
        """Give the options that all kinds have alike."""
        all_options = [self._options_of(kind) for kind in self.draft.kinds]
        if not all_options:
            return {}
        first = all_options[0]
        return {
            key: value for key, value in first.items() if all(one.get(key) == value for one in all_options)
        }

    def _options(self, indent: str, options: Mapping[str, Any], kinds: Sequence[KindGuess]) -> Iterator[str]:
        """Give the lines of options, with what is unsure about them."""
        formats = [kind.table.formats for kind in kinds]
        doubtful = next((one.unsure_number for one in formats if one.unsure_number), None)
        for key, value in options.items():
            unsure = None
            if key == "dates":
                unsure = _doubt_of_dates(kinds)
            elif key == "header_row":
                unsure = Phrase("map.why.title")
            elif key in {"decimal", "thousands"} and doubtful:
                unsure = Phrase("map.why.marks", {"text": doubtful})
            elif key == "encoding" and any(kind.table.guessed_encoding for kind in kinds):
                unsure = Phrase("map.why.encoding")
            elif key == "unknown":
                unsure = Phrase("map.why.placeholder")
            yield f"{indent}{key}: {_value(value)}{self._unsure(unsure)}"

    def _what_is_left(self) -> Iterator[str]:
        """Say what was found for nothing, and what nothing was found for."""
        draft = self.draft
        found = {event.declared.record for event in draft.events.values() if event.part == "events"}  # type: ignore[union-attr]
        from_keys = [name for name in draft.from_keys if name in found]
        for key, names in (
            ("map.no_source", draft.without_source),
            ("map.no_record", [name for name in draft.from_keys if name not in found]),
            ("map.from_keys", from_keys),
            ("map.made_by_processes", draft.made_by_processes),
            ("map.unused_files", [table.called for table in draft.unused_tables]),
        ):
            if names:
                yield from self._remark(key, names=listed(self.language, names))
        for table in draft.tables:
            columns = draft.unused_columns(table) if table not in draft.unused_tables else []
            if columns:
                yield from self._remark(
                    "map.unused_columns", file=table.called, names=listed(self.language, columns)
                )


def _doubt_of_dates(kinds: Sequence[KindGuess]) -> Phrase | None:
    """Say what is unsure about the dates that are read."""
    formats = [kind.table.formats for kind in kinds]
    used = [(kind.table.formats, column) for kind in kinds for column in kind.used]
    if any(one.unsure_dates for one in formats):
        return Phrase("map.why.day_or_month")
    if any(column in one.counted for one, column in used):
        return Phrase("map.why.counted")
    texts = next((one.two_ways[column] for one, column in used if column in one.two_ways), None)
    return None if texts is None else Phrase("map.why.two_ways", {"one": texts[0], "other": texts[1]})


def _in_braces(written: str) -> str:
    """Give a written value as it may stand between braces, where a comma would end it."""
    return (
        json.dumps(written, ensure_ascii=False) if "," in written and not written.startswith('"') else written
    )


def _value(value: Any) -> str:
    if isinstance(value, list):
        written = [_in_braces(scalar(item)) for item in value]
        return written[0] if len(written) == 1 and value else f"[{', '.join(written)}]"
    return scalar(value)
