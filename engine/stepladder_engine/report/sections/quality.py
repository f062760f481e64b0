"""How far the data can be trusted: what was put aside, and what fitted nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from stepladder_dsl.source import Span
from stepladder_engine.data.dataset import EventRow, RejectedRow
from stepladder_engine.data.problems import sentence
from stepladder_engine.report.document import Case, Clients, Figure, Row, Section, Table
from stepladder_engine.report.sections.today import forgotten_of
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
        Figure(
            key,
            view.text(f"report.quality.{key}"),
            summary[key],
            good=None if key in _WELL else "less",
            clients=_behind(view, key),
            at=view.at(view.spec.span),
        )
        for key in _FIGURES
        if key == "rows" or summary[key]
    )
    tables = (_rejected(view), _missed(view))
    dataset = view.source.answer.dataset
    notes = tuple(dict.fromkeys(sentence(note, view.words.language) for note in dataset.notes))
    shown = tuple(table for table in tables if table.rows)
    return view.section("quality", figures=figures, tables=shown, notes=notes)


def _behind(view: View, key: str) -> Clients:
    """Give the clients behind a figure, or the rows, or for what is only counted the files."""
    source, dataset = view.source, view.source.answer.dataset
    match key:
        case "rejected":
            return _rows_of(view, dataset.rejected)
        case "duplicates":
            again = {_place(row): row.key for row in dataset.duplicates}
            return Clients(list(again), again.__getitem__, "rows")
        case "rows" | "skipped":
            counts = dataset.rows if key == "rows" else dataset.skipped
            files = [("", name) for name, count in counts.items() if count]
            return Clients(files, lambda file: view.words.number(counts[file[1]]), "files")
        case "events_later":
            later = source.later_events()
            return Clients(list(later), later.__getitem__, "rows")
        case "deviations" | "near_misses":
            kind = "not_in_process" if key == "deviations" else "guard_not_true"
            return view.by_spending(
                source.once(
                    source.people.numbers(one.record, one.cases) for one in source.missed if one.kind == kind
                )
            )
        case "unknown_since":
            return view.by_spending(source.unknown_since)
        case "forgotten":
            return forgotten_of(view)
        case _:
            return view.by_spending(source.loops)


def _place(row: RejectedRow | EventRow) -> Case:
    """Name a row: what it was meant for, its file and its number."""
    return row.kind, f"{row.origin.file}:{row.origin.row}"


def _rows_of(view: View, rows: Sequence[RejectedRow]) -> Clients:
    """Give rejected rows, each with the reason."""
    reasons = {_place(row): row for row in rows}
    return Clients(list(reasons), lambda case: reasons[case].reason(view.words.language), "rows")


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
        Row(
            f"{file}/{code}",
            (file, code, len(found), _example(view, found)),
            _rows_of(view, found),
            view.at(_meant_for(view, found[0].kind)),
        )
        for (file, code), found in ordered[:MOST_ROWS]
    ]
    title = view.text("report.quality.rejected_table")
    return Table("rejected", title, columns, tuple(rows), more=len(ordered) - len(rows), more_by="run")


def _meant_for(view: View, kind: str) -> Span | None:
    """Give the line of the record or event that a row was meant for."""
    thing = view.spec.events.get(kind) or view.spec.records.get(kind)
    return thing.span if thing is not None else None


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
