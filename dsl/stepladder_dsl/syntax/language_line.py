"""The human language of a text's keywords: what its first line says, and what the text shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import LANGUAGES, Dialect, load_dialect, normalize_word
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax.lines import LogicalLine, first_keywords


@cache
def _language_keywords() -> dict[str, str]:
    """Give the words with which the line that names the language may begin -> their own language."""
    return {
        normalize_word(spelling): language
        for language in sorted(LANGUAGES, key=lambda language: language == "en")
        for spelling in load_dialect(language).spellings["LANGUAGE"]
    }


class LanguageFinder:
    """Finds the language of one text; English where nothing else is said or shown."""

    def __init__(self, source: Source, report: Callable[[Diagnostic], None]) -> None:
        """Take the text, and who hears of mistakes."""
        from stepladder_dsl.syntax.grammar import load_parser

        self.source = source
        self.beginnings = load_parser().beginnings["file_line"]
        self.report = report
        self.dialect: Dialect = load_dialect("en")
        self.language_line: int | None = None
        """The number of the line that names the language."""

    def without_language_line(self, lines: list[LogicalLine]) -> list[LogicalLine]:
        """Take the language from the line that names it, and give the other lines."""
        for position, line in enumerate(lines):
            if line.indentation == 0 and self._is_language_line(line, first=position == 0):
                others = [*lines[:position], *lines[position + 1 :]]
                self._recognise_language(others, line)
                return others
        self._recognise_language(lines, None)
        return lines

    def _recognise_language(self, lines: list[LogicalLine], named: LogicalLine | None) -> None:
        """Report a text whose keywords are of another language than its first line says, or than English."""
        openers = [line for line in lines if line.indentation == 0]
        if not openers or self._begins_file_line(openers[0], self.dialect):
            return
        counts = {
            language: sum(self._begins_file_line(line, load_dialect(language)) for line in openers)
            for language in LANGUAGES
        }
        best = max(LANGUAGES, key=lambda language: counts[language])
        if counts[best] <= counts[self.dialect.language] or not self._begins_file_line(
            openers[0], load_dialect(best)
        ):
            return
        said, self.dialect = self.dialect.name, load_dialect(best)
        first = openers[0] if named is None else named
        number, offset, text = first.pieces[0]
        word = text.split()[0]
        values = {
            "found": word,
            "language": self.dialect.name,
            "instead": f"{self.dialect.spelling('LANGUAGE')} {best}",
            "said": said,
        }
        span = Span(self.source.name, number, offset + 1, offset + 1 + len(word))
        self.report(Diagnostic("SL007", span, values, "unsaid" if named is None else "other"))

    def _begins_file_line(self, line: LogicalLine, dialect: Dialect) -> bool:
        return any(terminal in self.beginnings for terminal in first_keywords(line.text, dialect))

    def _is_language_line(self, line: LogicalLine, *, first: bool) -> bool:
        """Take the language from a first line such as `language ru`."""
        words = re.split(r"\s*[:=]\s*|\s+", line.text.strip())
        if len(words) != 2:
            return False
        keywords = _language_keywords()
        keyword, name = words
        span = line.span(self.source.name)
        if normalize_word(keyword) not in keywords:
            meant = nearest(normalize_word(keyword), keywords) if first and name in LANGUAGES else None
            if meant is None:
                return False
            piece = Span(span.file, span.line, span.column, span.column + len(keyword))
            values = {"found": keyword, "block": "", "expected": [f"`{meant}`"]}
            self.report(Diagnostic("SL001", piece, values, "top", suggestion=meant))
        sign = re.search(r"[:=]", line.text)
        if sign is not None:
            place = span.column + sign.start()
            values = {"found": sign.group(), "instead": ""}
            self.report(Diagnostic("SL006", Span(span.file, span.line, place, place + 1), values, "extra"))
        if not first:
            self.report(Diagnostic("SL004", span, {"found": line.text}, "language"))
        self.language_line = line.pieces[0][0]
        self._use_language(normalize_word(keyword), name, span)
        return True

    def _use_language(self, keyword: str, name: str, span: Span) -> None:
        """Read on in a language; report one that does not exist."""
        from stepladder_dsl.syntax.habits import words as words_of_habit

        if name in LANGUAGES:
            self.dialect = load_dialect(name)
            return
        by_name = {normalize_word(load_dialect(language).name): language for language in LANGUAGES}
        for language in LANGUAGES:
            by_name |= words_of_habit(language, "languages")
        meant = by_name.get(normalize_word(name)) or nearest(name, LANGUAGES)
        # Whoever wrote the line's first word in a language meant that one: the other lines can be read.
        self.dialect = load_dialect(meant or _language_keywords().get(keyword, "en"))
        values = {"language": name, "known": ", ".join(f"`{language}`" for language in LANGUAGES)}
        self.report(Diagnostic("SL007", span, values, suggestion=meant))
