"""How far the data can be trusted: what was put aside, and what fitted nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from stepladder_engine.data.dataset import RejectedRow
from stepladder_engine.data.problems import sentence
from stepladder_engine.report.document import Figure, Row, Section, Table
from stepladder_engine.report.view import View
from stepladder_engine.results.overview import Missed
from stepladder_engine.texts.catalogue import tell_plainly

MOST_ROWS = 15
_FIGURES = (
    *("rows", "rejected", "duplicates", "skipped", "deviations", "near_misses", "unknown_since"),
    *("forgotten", "loops", "events_later"),
)
_WELL = frozenset(("rows", "skipped", "events_later"))


def quality(view: View) -> Section:
    """Give the counts of the run, rejected rows by reason, and events that no way took."""
    summary = view.source.answer.summary
    figures = tuple(
        Figure(key, view.text(f"report.quality.{key}"), summary[key], good=None if key in _WELL else "less")
        for key in _FIGURES
        if key == "rows" or summary[key]
    )
    tables = (_rejected(view), _missed(view))
    dataset = view.source.answer.dataset
    notes = tuple(dict.fromkeys(sentence(note, view.words.language) for note in dataset.notes))
    shown = tuple(table for table in tables if table.rows)
    return view.section("quality", figures=figures, tables=shown, notes=notes)


def _rejected(view: View) -> Table:
    """Give the rejected rows by file and reason, each with the first of its kind."""
    groups: dict[tuple[str, str], list[RejectedRow]] = defaultdict(list)
    for row in view.source.answer.dataset.rejected:
        groups[row.origin.file, row.code].append(row)
    columns = (
        view.column("file", "text"),
        view.column("code", "text"),
        view.column("rejected_rows", bar=True, good="less"),
        view.column("example", "text"),
    )
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [
        Row(f"{file}/{code}", (file, code, len(found), _example(view, found)))
        for (file, code), found in ordered[:MOST_ROWS]
    ]
    title = view.text("report.quality.rejected_table")
    return Table("rejected", title, columns, tuple(rows), more=len(ordered) - len(rows), more_by="run")


def _example(view: View, rows: Sequence[RejectedRow]) -> str:
    first = rows[0]
    place = view.text("report.quality.row", row=first.origin.row)
    return f"{place}: {first.reason(view.words.language)}"


def _missed(view: View) -> Table:
    found = view.source.missed
    columns = (
        view.column("event", "text"),
        view.column("stage", "text"),
        view.column("missed_kind", "text"),
        view.column("times", bar=True, good="less"),
        view.column("example", "text"),
    )
    ordered = sorted(found, key=lambda one: (-one.count, _name(one)))
    rows = []
    for one in ordered[:MOST_ROWS]:
        stage = view.spec.processes[one.process].stages[one.stage]
        values = (
            view.spec.events[one.event].label,
            stage.label,
            view.text(f"report.quality.{one.kind}"),
            one.count,
            tell_plainly(one.reason, view.words.language),
        )
        source = view.source
        clients = view.by_spending(source.once([source.people.numbers(one.record, one.cases)]))
        rows.append(Row("/".join(_name(one)), values, clients, view.at(stage.span)))
    title = view.text("report.quality.missed_table")
    return Table("missed", title, columns, tuple(rows), more=len(ordered) - len(rows), more_by="run")


def _name(one: Missed) -> tuple[str, str, str, str]:
    return one.process, one.stage, one.event, one.kind
