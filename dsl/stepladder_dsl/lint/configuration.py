"""`stepladder.toml`: which rules run on the specs of a folder, in the words of its owner.

    [lint]
    extend = ["SL5"]
    ignore = ["unused-declaration"]
    baseline = "known.json"

    [lint.severity]
    SL302 = "warning"

    [[lint.paths]]
    glob = "drafts/**"
    ignore = ["SL2", "SL3"]

What cannot be understood is a finding with its place, as in a spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stepladder_dsl.diagnostics.codes import Code, all_codes, known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.lint.settings import LintSettings, is_among
from stepladder_dsl.source import Source, Span

FILE_NAME = "stepladder.toml"
_LISTS = ("select", "ignore", "extend")
_LINT = {**dict.fromkeys(_LISTS, list), "severity": dict, "paths": list, "baseline": str}
_PATH = {"glob": str, **dict.fromkeys(_LISTS, list)}
_KINDS: dict[type, str] = {list: "<yaml:list>", dict: "<yaml:keys>", str: "<yaml:text>"}
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_HEADER = re.compile(r"\s*\[\[?([^\]]+)\]\]?")
_FROM_LANGUAGE = ("SL0", "SL1")


@dataclass(frozen=True)
class Configuration:
    """The settings of a file: for all specs, and for those whose path fits a pattern."""

    settings: LintSettings = field(default_factory=LintSettings)
    paths: tuple[tuple[str, LintSettings], ...] = ()
    baseline: str | None = None
    """A file beside the configuration with the findings that are known."""

    def settings_for(self, path: str) -> LintSettings:
        """Give the settings of a spec by its path from the folder of the file, with `/` between its parts."""
        found = self.settings
        for glob, own in self.paths:
            if _pattern(glob).fullmatch(path):
                found = replace(own, behind=found)
        return found


def read_configuration(source: Source) -> tuple[Configuration, list[Diagnostic]]:
    """Read a configuration; what cannot be used is a finding."""
    import tomllib

    try:
        document = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        return Configuration(), [_no_toml(source, str(error))]
    return _Reader(source).read(document)


def unknown_words(words: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    """Yield what names no code, with the nearest one that there is."""
    register_all()
    codes = all_codes()
    for word in words:
        if word.strip() and not any(is_among(code, (word,)) for code in codes):
            yield word, nearest(word, [name for code in codes for name in (code.code, code.name)])


def _no_toml(source: Source, error: str) -> Diagnostic:
    found = _PLACE.search(error)
    line, column = (int(found[1]), int(found[2])) if found else (max(len(source.lines), 1), 1)
    reason = _PLACE.sub("", error).replace("(at end of document)", "").strip()
    return Diagnostic("SL132", Span(source.name, line, column, column + 1), {"reason": reason}, "form")


def _pattern(glob: str) -> re.Pattern[str]:
    """Give the expression of a pattern: `*` stays in a folder, `**` goes through folders."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removeprefix("./"))
    return re.compile("".join(parts.get(piece, re.escape(piece)) for piece in pieces))


class _Reader:
    """Reads one document; used once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Diagnostic] = []

    def read(self, document: Mapping[str, Any]) -> tuple[Configuration, list[Diagnostic]]:
        found = self._known(document, {"lint": dict}, "", 0).get("lint", {})
        lint = self._known(found, _LINT, "lint", 0)
        settings = replace(
            self._settings(lint, "lint", 0), severity=tuple(self._levels(lint.get("severity", {})))
        )
        paths = tuple(self._paths(lint.get("paths", [])))
        return Configuration(settings, paths, lint.get("baseline")), self.findings

    def _known(
        self, table: Mapping[str, Any], shape: Mapping[str, type], header: str, number: int
    ) -> dict[str, Any]:
        """Give what a table says under the keys that there are, where it is of their kind."""
        for key, value in table.items():
            span = self._at(header, number, key)
            if key not in shape:
                values = {"name": key, "known": [f"`{each}`" for each in shape]}
                near = nearest(key, shape)
                self.findings.append(Diagnostic("SL132", span, values, "key", suggestion=near))
            elif not isinstance(value, shape[key]):
                values = {"name": key, "expected": _KINDS[shape[key]]}
                self.findings.append(Diagnostic("SL132", span, values, "kind"))
        return {key: value for key, value in table.items() if isinstance(value, shape.get(key, ()))}

    def _settings(self, table: Mapping[str, Any], header: str, number: int) -> LintSettings:
        select, ignore, extend = (self._words(table, key, header, number) for key in _LISTS)
        return LintSettings(select, ignore, extend)

    def _words(self, table: Mapping[str, Any], key: str, header: str, number: int) -> tuple[str, ...]:
        """Give the codes of a list; what is none is reported."""
        given = table.get(key, [])
        if not all(isinstance(word, str) for word in given):
            span = self._at(header, number, key)
            self.findings.append(Diagnostic("SL132", span, {"name": key}, "words"))
            return ()
        for word, near in unknown_words(tuple(given)):
            span = self._at(header, number, key, word)
            self.findings.append(Diagnostic("SL132", span, {"name": word}, "code", suggestion=near))
        return tuple(given)

    def _levels(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Severity]]:
        levels = {level.value: level for level in Severity}
        for word, value in table.items():
            code = known_code(word)
            span = self._at("lint.severity", 0, word)
            if code is None:
                self.findings.append(_no_single_code(word, span))
            elif _is_fixed(code):
                self.findings.append(Diagnostic("SL132", span, {"name": word}, "fixed"))
            elif not isinstance(value, str) or value not in levels:
                near = nearest(str(value), levels)
                values = {"name": str(value), "known": [f"`{level}`" for level in levels]}
                self.findings.append(Diagnostic("SL132", span, values, "level", suggestion=near))
            else:
                yield code.code, levels[value]

    def _paths(self, tables: list[Any]) -> Iterator[tuple[str, LintSettings]]:
        for number, table in enumerate(tables):
            if not isinstance(table, dict):
                values = {"name": "paths", "expected": _KINDS[dict]}
                self.findings.append(Diagnostic("SL132", self._at("lint", 0, "paths"), values, "kind"))
                continue
            known = self._known(table, _PATH, "lint.paths", number)
            settings = self._settings(known, "lint.paths", number)
            if "glob" in known:
                yield known["glob"], settings
            elif "glob" not in table:
                self.findings.append(Diagnostic("SL132", self._at("lint.paths", number, ""), {}, "glob"))

    def _at(self, header: str, number: int, key: str, word: str = "") -> Span:
        return _place(self.source, header, number, key, word)


def _no_single_code(word: str, span: Span) -> Diagnostic:
    """Say that a word names no finding, or several."""
    for _, near in unknown_words((word,)):
        return Diagnostic("SL132", span, {"name": word}, "code", suggestion=near)
    return Diagnostic("SL132", span, {"name": word}, "several")


def _is_fixed(code: Code) -> bool:
    """Say whether a code has to stay an error: what such a text means nobody knows."""
    return code.code.startswith(_FROM_LANGUAGE) and code.severity is Severity.ERROR


def _place(source: Source, header: str, number: int, key: str, word: str) -> Span:
    """Find where a key of a table stands, or a word in its value; the reader of the format does not tell."""
    lines = list(_lines_of(source, header, number)) or list(enumerate(source.lines, start=1))
    beginning = (
        re.compile(rf"[\s\[]*(?:\S+\s*\.\s*)*[\"']?({re.escape(key)})[\"']?\s*[=.\]]") if key else None
    )
    wanted = re.compile(rf"[\"']({re.escape(word)})[\"']") if word else None
    at_key: Span | None = None
    for line, text in lines:
        if at_key is None and beginning is not None and (found := beginning.match(text)):
            at_key = Span(source.name, line, found.start(1) + 1, found.end(1) + 1)
        if wanted is not None and (at_key or beginning is None) and (found := wanted.search(text)):
            return Span(source.name, line, found.start(1) + 1, found.end(1) + 1)
    line, text = lines[0] if lines else (1, "")
    return at_key or Span(source.name, line, 1, 1 + max(len(text.rstrip()), 1))


def _lines_of(source: Source, header: str, number: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of a table, the one that names it too; of tables with one name the one of a number."""
    current, seen = "", -1
    for line, text in enumerate(source.lines, start=1):
        if (named := _HEADER.match(text)) is not None:
            current = re.sub(r"[\s\"']", "", named[1])
            seen += current == header
        if current == header and (seen == number or not header):
            yield line, text
