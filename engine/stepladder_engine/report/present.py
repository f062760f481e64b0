"""A report -> the document that JSON has and pages are made of: each figure in words, with its clients."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from stepladder_engine.data.tables import Column, table_of
from stepladder_engine.data.tables import Table as PlainTable
from stepladder_engine.report.document import (
    MOST_SHOWN,
    Before,
    Case,
    Clients,
    Figure,
    Origin,
    Place,
    Report,
    Row,
    Section,
    Table,
    Unit,
)
from stepladder_engine.report.document import Column as ReportColumn
from stepladder_engine.report.wording import Wording
from stepladder_engine.results.summary import plain

Document = dict[str, Any]


def as_document(report: Report, words: Wording, name_of: Callable[[Case], str | None]) -> Document:
    """Give a report as plain values; `name_of` names a record."""
    return _Presenter(report, words, name_of).whole()


def command(origin: Origin, name: str, *more: str) -> str:
    """Write the command that repeats the run for something else."""
    parts = ["stepladder", *name.split(), origin.spec, "--data", origin.mapping]
    if origin.as_of is not None:
        parts += ["--as-of", origin.as_of]
    return shlex.join([*parts, *more])


BETWEEN = " … "
"""What stands between the ends of an interval."""
_WRITTEN = {"run": ("--out", "out"), "metrics": ("--format", "csv")}
"""What a command needs besides to give everything."""


class _Presenter:
    def __init__(self, report: Report, words: Wording, name_of: Callable[[Case], str | None]) -> None:
        self.report = report
        self.words = words
        self.name_of = name_of

    def whole(self) -> Document:
        report = self.report
        return {
            "spec": report.spec,
            "title": report.title,
            "language": report.language,
            "spec_language": report.spec_language,
            "currency": report.currency,
            "as_of": report.as_of,
            "as_of_text": report.as_of_text,
            "as_of_given": report.as_of_given,
            "baseline": report.baseline,
            "sections": [self._section(section) for section in report.sections],
        }

    def _section(self, section: Section) -> Document:
        return {
            "key": section.key,
            "title": section.title,
            "intro": section.intro,
            "missing": section.missing,
            "notes": list(section.notes),
            "how": [{"key": one.key, "label": one.label, "text": one.text} for one in section.how],
            "figures": [self._figure(section, figure) for figure in section.figures],
            "tables": [self._table(section, table) for table in section.tables],
            "pictures": [
                {"key": picture.key, "title": picture.title, "folded": picture.folded}
                for picture in section.pictures
            ],
        }

    def _figure(self, section: Section, figure: Figure) -> Document:
        identity = f"{section.key}.{figure.key}"
        return {
            "id": identity,
            "label": figure.label,
            "value": _plain(figure.value),
            "unit": figure.unit,
            "text": self._text(figure.value, figure.unit),
            "count": figure.count,
            "low": _plain(figure.low),
            "high": _plain(figure.high),
            "interval": self._interval(figure),
            "good": figure.good,
            "formula": figure.formula,
            "before": self._before(figure.before, figure.unit),
            "clients": self._clients(identity, figure.clients),
            "at": _place(figure.at),
        }

    def _interval(self, figure: Figure) -> str | None:
        if figure.low is None or figure.high is None:
            return None
        low, high = (self.words.value(end, figure.unit) for end in (figure.low, figure.high))
        return BETWEEN.join((low, high))

    def _text(self, value: Any, unit: Unit) -> str:
        return self.words.value(value, unit) if value is not None else self.words.text("value.unknown")

    def _table(self, section: Section, table: Table) -> Document:
        more_by = None
        if table.more and table.more_by:
            more_by = command(self.report.origin, table.more_by, *_WRITTEN.get(table.more_by, ()))
        return {
            "key": table.key,
            "title": table.title,
            "note": table.note,
            "chart": table.chart,
            "columns": [
                {"key": one.key, "label": one.label, "unit": one.unit, "bar": one.bar, "good": one.good}
                for one in table.columns
            ],
            "rows": [
                self._row(f"{section.key}.{table.key}.{row.key}", table.columns, row) for row in table.rows
            ],
            "more": table.more,
            "more_by": more_by,
            "at": _place(table.at),
        }

    def _row(self, identity: str, columns: tuple[ReportColumn, ...], row: Row) -> Document:
        before = row.before or tuple(None for _ in columns)
        return {
            "id": identity,
            "values": [_plain(value) for value in row.values],
            "texts": [
                self.words.value(value, column.unit)
                for value, column in zip(row.values, columns, strict=True)
            ],
            "before": [self._before(one, column.unit) for one, column in zip(before, columns, strict=True)],
            "tone": row.tone,
            "clients": self._clients(identity, row.clients),
            "lists": [
                {"column": column.key, "label": column.label, "id": f"{identity}:{column.key}"}
                for column in columns
                if column.key in row.lists
            ],
            "at": _place(row.at),
        }

    def _before(self, before: Before | None, unit: Unit) -> Document | None:
        if before is None:
            return None
        return {
            "value": _plain(before.value),
            "text": self._text(before.value, unit),
            "change": _plain(before.change),
            "change_text": self.words.change(before.change, unit),
        }

    def _clients(self, identity: str, clients: Clients | None) -> Document | None:
        if clients is None:
            return None
        left = len(clients) - MOST_SHOWN
        return {
            "count": len(clients),
            "are": clients.are,
            "shown": [self.client(case, clients) for case in clients.all[:MOST_SHOWN]],
            "command": command(self.report.origin, "report", "--clients", identity) if left > 0 else None,
        }

    def client(self, case: Case, clients: Clients) -> Document:
        """Give one client with what is said of it."""
        kind, key = case
        note = clients.note(case) if clients.note is not None else ""
        return {"record": kind, "case": key, "name": self.name_of(case), "note": note}


CLIENT_COLUMNS = (
    Column("record", "code", "Kind of record, or what a row of the data was meant for", optional=True),
    Column("case", "text", "Key of the record in the data, or the file and row"),
    Column("name", "text", "Its name, where it has a field for one", optional=True),
    Column("note", "text", "What the figure says of it", optional=True),
)


def clients_table(clients: Clients, name_of: Callable[[Case], str | None]) -> PlainTable:
    """Give all clients behind a figure as a table."""
    note = clients.note or (lambda _: "")
    rows = [(kind or None, key, name_of((kind, key)), note((kind, key)) or None) for kind, key in clients.all]
    return table_of("clients", CLIENT_COLUMNS, rows, ("record", "case"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else plain(value)


def _place(at: Place | None) -> Mapping[str, Any] | None:
    return None if at is None else {"file": at.file, "line": at.line}
