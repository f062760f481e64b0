"""Reads a mapping: from a YAML text to a checked `Mapping`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as Map
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.kept import keep, look_up
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Span
from stepladder_engine.data.database_url import has_plain_password, is_address, shown_address
from stepladder_engine.data.mapping_check import check_against_spec, check_options
from stepladder_engine.data.mapping_model import (
    Column,
    ColumnValue,
    Database,
    EventMapping,
    FieldValue,
    Formula,
    Mapping,
    Options,
    RecordMapping,
    Source,
)
from stepladder_engine.data.names import clean_name, clean_text, spec_name
from stepladder_engine.data.problems import finding, in_file, shown
from stepladder_engine.data.yaml_tree import Path as KeyPath
from stepladder_engine.data.yaml_tree import Tree, read_tree
from stepladder_engine.texts.os_problems import os_problem

LARGEST_MAPPING = 1_000_000
"""In bytes; a mapping written by a person has a few thousand."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def load_mapping(
    path: Path, spec: Spec, environment: Map[str, str] | None = None
) -> tuple[Mapping | None, list[Diagnostic]]:
    """Read a mapping file and check it against the spec; no mapping is given where something is wrong."""
    text, problems = _text(path)
    if text is None:
        return None, problems
    return parse_mapping(text, path, spec, environment)


def parse_mapping(
    text: str, path: Path, spec: Spec, environment: Map[str, str] | None = None
) -> tuple[Mapping | None, list[Diagnostic]]:
    """Read a mapping from its text; `path` names it and is where its relative paths start."""
    tree, problems = _tree(text, str(path))
    if tree is None:
        return None, problems
    builder = _Builder(tree, os.environ if environment is None else environment, spec)
    mapping = builder.mapping(path)
    problems = [*builder.problems, *check_options(tree), *check_against_spec(mapping, spec, tree)]
    problems.sort(key=lambda diagnostic: diagnostic.sort_key)
    return (None if problems else mapping), problems


def _tree(text: str, file: str) -> tuple[Tree | None, list[Diagnostic]]:
    """Give the tree of a mapping whose form is right; one that was so the last time is not read again."""
    here = Path(__file__).parent
    reads = [
        (here / name).read_bytes()
        for name in ("yaml_tree.py", "mapping_schema.py", "schemas/mapping.schema.json")
    ]
    known = look_up("tree", text, file, reads)
    if isinstance(known, Tree):
        return known, []
    from stepladder_engine.data.mapping_schema import check_form

    tree, problems = read_tree(text, file)
    if tree is None:
        return None, problems
    problems = check_form(tree)
    if problems:
        return None, problems
    if "://" not in text:
        # An address may hold a password, which is no business of a cache.
        keep(tree, "tree", text, file, reads)
    return tree, []


def _text(path: Path) -> tuple[str | None, list[Diagnostic]]:
    """Give the text of the file, or what keeps it from being read."""
    name = str(path)
    if path.is_dir():
        return None, [finding("SD001", in_file(name), "folder", file=name)]
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_MAPPING + 1)
    except FileNotFoundError:
        return None, [finding("SD001", in_file(name), "missing", file=name)]
    except OSError as error:
        return None, [finding("SD001", in_file(name), file=name, problem=os_problem(error))]
    if len(data) > LARGEST_MAPPING:
        return None, [finding("SD001", in_file(name), "large", file=name, limit=LARGEST_MAPPING)]
    if b"\0" in data:
        return None, [finding("SD001", in_file(name), "binary", file=name)]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [finding("SD001", in_file(name, line), "encoding", file=name)]


class _Builder:
    """Makes the parts of a mapping from a tree that the schema has found in order."""

    def __init__(self, tree: Tree, environment: Map[str, str], spec: Spec) -> None:
        self.tree = tree
        self.environment = environment
        self.spec = spec
        self.problems: list[Diagnostic] = []
        self.base = _options(Options(), tree.value.get("options") or {})

    def mapping(self, path: Path) -> Mapping:
        """Give the whole mapping."""
        value = self.tree.value
        share, steps = ((value.get("options") or {}).get(name) for name in ("max_rejected", "most_steps"))
        records = [self._record(name, body) for name, body in (value.get("records") or {}).items()]
        events = [self._event(name, body) for name, body in (value.get("events") or {}).items()]
        return Mapping(
            file=str(path),
            folder=path.parent,
            timezone=value.get("timezone"),
            records={record.kind: record for record in records},
            events={event.kind: event for event in events},
            max_rejected=Decimal(share.rstrip("% ")) / 100 if share else Decimal("0.05"),
            most_steps=int(steps) if steps else None,
        )

    def _record(self, name: str, body: dict[str, Any]) -> RecordMapping:
        path: KeyPath = ("records", name)
        kind = spec_name(name, self.spec.records)
        declared = self.spec.records.get(kind)
        return RecordMapping(
            kind=kind,
            sources=self._sources(body["source"], (*path, "source")),
            databases=self._databases(body["source"], (*path, "source")),
            key=self._column(body["key"], (*path, "key")),
            since=self._optional(body, "since", path),
            fields=self._fields(body, path, declared.fields if declared else {}),
            where=self._where(body, path),
            options=_options(self.base, body.get("options") or {}),
            span=self.tree.key_span(path),
        )

    def _event(self, name: str, body: dict[str, Any]) -> EventMapping:
        path: KeyPath = ("events", name)
        kind = spec_name(name, self.spec.events)
        declared = self.spec.events.get(kind)
        time = body["time"]
        timed = isinstance(time, dict)
        return EventMapping(
            kind=kind,
            sources=self._sources(body["source"], (*path, "source")),
            databases=self._databases(body["source"], (*path, "source")),
            key=self._column(body["key"], (*path, "key")),
            time=self._column(time["column"], (*path, "time", "column"))
            if timed
            else self._column(time, (*path, "time")),
            without_time=time.get("when_empty", "reject") if timed else "reject",
            id=tuple(self._column(name, place) for name, place in _items(body.get("id", []), (*path, "id"))),
            sequence=self._optional(body, "sequence", path),
            fields=self._fields(body, path, declared.fields if declared else {}),
            where=self._where(body, path),
            options=_options(self.base, body.get("options") or {}),
            span=self.tree.key_span(path),
        )

    def _sources(self, value: Any, path: KeyPath) -> tuple[Source, ...]:
        """Give the files and patterns of a source."""
        return tuple(
            Source(written, self._expanded(written, place), self.tree.value_span(place))
            for written, place in _items(value, path)
            if isinstance(written, str)
        )

    def _databases(self, value: Any, path: KeyPath) -> tuple[Database, ...]:
        """Give the tables and queries of a source."""
        found = (self._database(item, place) for item, place in _items(value, path) if isinstance(item, dict))
        return tuple(dict.fromkeys(database for database in found if database is not None))

    def _database(self, item: dict[str, str], path: KeyPath) -> Database | None:
        """Give a table or a query, or None where the mapping does not name exactly one."""
        table, query, written = item.get("table"), item.get("sql"), item["url"]
        url_span = self.tree.value_span((*path, "url"))
        address = shown_address(written)
        if table is None and query is None:
            from stepladder_engine.data.mapping_schema import key_path

            self.problems.append(finding("SD005", self.tree.key_span(path), path=key_path(path), key="table"))
            return None
        if table is not None and query is not None:
            self.problems.append(finding("SD030", self.tree.key_span((*path, "sql")), "both", source=address))
            return None
        if has_plain_password(written):
            self.problems.append(finding("SD030", url_span, "password", source=address))
            return None
        return Database(
            name=_called(address, table or query or ""),
            url=self._expanded(written, (*path, "url"), "url"),
            table=table,
            query=query,
            url_span=url_span,
            text_span=self.tree.value_span((*path, "sql" if table is None else "table")),
        )

    def _expanded(self, written: str, path: KeyPath, variant: str = "") -> str:
        """Fill in the variables of a path; one that is not set is a finding."""
        span = self.tree.value_span(path)
        source = shown_address(written) if is_address(written) or variant else written
        for name in _VARIABLE.findall(written):
            if not self.environment.get(name):
                self.problems.append(finding("SD009", span, variant, name=name, source=source))
        return _VARIABLE.sub(lambda match: self.environment.get(match[1], ""), written)

    def _column(self, name: str, path: KeyPath) -> Column:
        return Column(clean_name(name), self.tree.value_span(path))

    def _optional(self, body: dict[str, Any], key: str, path: KeyPath) -> Column | None:
        return self._column(body[key], (*path, key)) if key in body else None

    def _where(self, body: dict[str, Any], path: KeyPath) -> Formula | None:
        return self._formula(body["where"], (*path, "where")) if "where" in body else None

    def _formula(self, text: str, path: KeyPath) -> Formula:
        """Give the expression, with the place where its own text begins."""
        span = self.tree.value_span(path)
        stripped = text.strip()
        expression = stripped.removeprefix("=").lstrip() if stripped.startswith("=") else stripped
        start = span.column + len(stripped) - len(expression)
        place = Span(span.file, span.line, start, max(span.end_column, start + 1))
        return Formula(expression, place, self.spec.language)

    def _fields(self, body: dict[str, Any], path: KeyPath, declared: Map[str, Any]) -> dict[str, FieldValue]:
        fields: dict[str, FieldValue] = {}
        for name, value in (body.get("fields") or {}).items():
            fields[spec_name(name, declared)] = self._field(value, (*path, "fields", name))
        return fields

    def _field(self, value: str | dict[str, Any], path: KeyPath) -> FieldValue:
        if isinstance(value, dict):
            translated = value.get("values")
            values = (
                None
                if translated is None
                else {clean_text(seen): meant for seen, meant in translated.items()}
            )
            return ColumnValue(self._column(value["column"], (*path, "column")), values)
        if value.lstrip().startswith("="):
            return self._formula(value, path)
        return ColumnValue(self._column(value, path))


def _items(value: Any, path: KeyPath) -> list[tuple[Any, KeyPath]]:
    """Give what a source names, one or several, and where each stands."""
    if isinstance(value, list):
        return [(item, (*path, index)) for index, item in enumerate(value)]
    return [(value, path)]


def _called(address: str, wanted: str) -> str:
    """Give the name of a table or a query in messages and results; long queries are told apart by a mark."""
    name = shown(wanted)
    if name.endswith("…"):
        name += f" #{sha256(wanted.encode()).hexdigest()[:6]}"
    return f"{address}: {name}"


def _options(base: Options, given: dict[str, Any]) -> Options:
    """Give the options of a source: what it says itself, and the mapping's for the rest."""
    dates, unknown, header_row = given.get("dates"), given.get("unknown"), given.get("header_row")
    return Options(
        dates=base.dates if dates is None else _several(dates),
        decimal=given.get("decimal", base.decimal),
        thousands=given.get("thousands", base.thousands),
        encoding=given.get("encoding", base.encoding),
        format=given.get("format", base.format),
        delimiter=given.get("delimiter", base.delimiter),
        short_rows=given.get("short_rows", base.short_rows),
        unknown=base.unknown if unknown is None else tuple(clean_text(text) for text in _several(unknown)),
        sheet=given.get("sheet", base.sheet),
        header_row=base.header_row if header_row is None else int(header_row),
    )


def _several(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
