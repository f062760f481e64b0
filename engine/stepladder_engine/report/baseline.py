"""Puts beside the figures of one report what they were in another: of another day, data, or spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stepladder_engine.comparison.runs import RunDifference
from stepladder_engine.report.document import (
    Before,
    Column,
    Figure,
    Report,
    Row,
    Section,
    Table,
    Unit,
    with_sections,
)
from stepladder_engine.report.wording import Wording

_KEY_FIGURES = (
    *("money.income", "money.buyers", "money.average_deal", "money.repeat_rate", "money.lifetime_value"),
    *("money.acquisition_cost", "growth.income", "today.owed", "today.late", "today.forgotten"),
)
_CLIENTS = (
    *("positions", "tasks_appear", "tasks_vanish", "tasks_change", "offers_open"),
    *("offers_no_longer_open", "forgotten", "no_longer_forgotten"),
)
Units = frozenset[str]
_COUNTED: Units = frozenset(("number", "money", "share", "percent", "days"))


def compared(new: Report, old: Report, words: Wording, other: str, runs: RunDifference | None) -> Report:
    """Give the new report with what each figure was in the old one; `runs` adds what changed for whom."""
    before = {section.key: section for section in old.sections}
    # Amounts of two currencies have no difference.
    units = _COUNTED if new.currency == old.currency else _COUNTED - {"money"}
    sections = [_section(section, before.get(section.key), units) for section in new.sections]
    changes = _changes(sections, words, other, runs)
    return replace(with_sections(new, [changes, *sections]), baseline=other)


def _section(new: Section, old: Section | None, units: Units) -> Section:
    figures = {figure.key: figure for figure in old.figures} if old else {}
    tables = {table.key: table for table in old.tables} if old else {}
    return replace(
        new,
        figures=tuple(_figure(figure, figures.get(figure.key), units) for figure in new.figures),
        tables=tuple(_table(table, tables.get(table.key), units) for table in new.tables),
    )


def _figure(new: Figure, old: Figure | None, units: Units) -> Figure:
    if old is None or new.unit not in units:
        return new
    return replace(new, before=_before(new.value, old.value))


def _before(new: Any, old: Any) -> Before:
    return Before(old, _change(new, old))


def _change(new: Any, old: Any) -> Decimal | None:
    if isinstance(new, str | bool | None) or isinstance(old, str | bool | None):
        return None
    return Decimal(new) - Decimal(old)


def _table(new: Table, old: Table | None, units: Units) -> Table:
    """Give a table with the cells of the rows and columns that both have; what came later says nothing."""
    if old is None:
        return new
    columns = {column.key: number for number, column in enumerate(old.columns)}
    rows = {row.key: row for row in old.rows}
    return replace(
        new, rows=tuple(_row(new.columns, row, rows.get(row.key), columns, units) for row in new.rows)
    )


def _row(
    columns: tuple[Column, ...], new: Row, old: Row | None, places: Mapping[str, int], units: Units
) -> Row:
    if old is None:
        return new
    cells = tuple(
        _cell(column, value, old.values[places[column.key]] if column.key in places else None, units)
        for column, value in zip(columns, new.values, strict=True)
    )
    return replace(new, before=cells)


def _cell(column: Column, new: Any, old: Any, units: Units) -> Before | None:
    """Give what a cell was, where it is no name and has changed."""
    if column.unit not in units or old is None or old == new:
        return None
    return _before(new, old)


def _changes(sections: list[Section], words: Wording, other: str, runs: RunDifference | None) -> Section:
    """Give the key figures side by side, and how many clients, tasks and offers are affected."""
    tables = [_key_figures(sections, words)]
    if runs is not None:
        tables.append(_for_clients(runs, words))
    intro = words.text("report.changes.intro", other=other)
    shown = tuple(table for table in tables if table.rows)
    return Section("changes", words.text("report.changes.title"), intro, tables=shown)


def _key_figures(sections: list[Section], words: Wording) -> Table:
    figures = {f"{section.key}.{one.key}": one for section in sections for one in section.figures}
    rows = []
    for key in _KEY_FIGURES:
        figure = figures.get(key)
        if figure is None or figure.before is None:
            continue
        unit: Unit = figure.unit
        values = (
            figure.label,
            words.value(figure.before.value, unit) or words.text("value.unknown"),
            words.value(figure.value, unit) or words.text("value.unknown"),
            words.change(figure.before.change, unit),
        )
        rows.append(Row(key, values, figure.clients, figure.at, _tone(figure)))
    columns = tuple(_column(words, key, "text") for key in ("figure", "before", "now", "change"))
    return Table("key", words.text("report.changes.key"), columns, tuple(rows))


def _column(words: Wording, key: str, unit: Unit) -> Column:
    return Column(key, words.text(f"report.column.{key}"), unit)


def _tone(figure: Figure) -> str | None:
    """Say whether a figure went the way it should."""
    change = figure.before.change if figure.before else None
    if not change or figure.good is None:
        return None
    return "better" if (change > 0) == (figure.good == "more") else "worse"


def _for_clients(runs: RunDifference, words: Wording) -> Table:
    return Table(
        "clients",
        words.text("report.changes.clients"),
        (_column(words, "what", "text"), _column(words, "cases", "number")),
        tuple(_affected(runs, words)),
    )


def _affected(runs: RunDifference, words: Wording) -> Iterator[Row]:
    counts = runs.counts()
    for key in _CLIENTS:
        yield Row(key, (words.text(f"report.changes.{key}"), counts[key]))
