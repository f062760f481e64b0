"""The standard figures as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table

from stepladder_dsl.model.print_words import Words
from stepladder_dsl.model.spec import Spec
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.results.screen.console import cell
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.texts.catalogue import listed, number, paragraph, text

SMALL = 1_000
"""Where fewer stand behind a figure, its interval is shown."""
MOST_GROUPS = 15
_OWN_NAMES = frozenset(
    (
        *("days", "first_month", "month", "process", "stage", "to_stage", "owner"),
        *("recency", "frequency", "money"),
    )
)
_OF_CLIENTS = ("buyers", "repeat_rate", "average_deal", "spend_first_month", "lifetime_value")
_OF_CHANNELS = ("acquisition_cost", "lifetime_value", "value_to_cost", "payback")
_OF_STEPS = ("step_conversion", "step_days", "won_share")
_OF_SOME_MONTHS = {"1", "3", "6", "12"}
"""Retention of further months is in the table that programs read."""

Signature = tuple[str, tuple[str, ...]]


def show_standard(
    figures: Sequence[StandardFigure], spec: Spec, as_of: date, console: Console, language: str
) -> None:
    """Write the figures over everything, then those told apart, each kind as a table."""
    _Screen(spec, console, language).show(figures, as_of)


class _Screen:
    """Writes figures in the reader's language."""

    def __init__(self, spec: Spec, console: Console, language: str) -> None:
        self.spec = spec
        self.console = console
        self.language = language

    def show(self, figures: Sequence[StandardFigure], as_of: date) -> None:
        title = f"[bold]{escape(self.spec.label)}[/bold]"
        self.print(text(self.language, "metrics.heading", title=title, when=Words(self.language).day(as_of)))
        for record in dict.fromkeys(figure.record for figure in figures if not figure.by):
            whole = [figure for figure in figures if figure.record == record and not figure.by]
            self._whole(record, whole)
        told: dict[Signature, list[StandardFigure]] = {}
        for figure in figures:
            if figure.by and (len(figure.by) == 1 or set(figure.by) <= _OWN_NAMES):
                told.setdefault((figure.record, figure.by), []).append(figure)
        for (_, by), found in told.items():
            self._told_apart(by, found)

    def _whole(self, record: str, figures: Sequence[StandardFigure]) -> None:
        kind = self.spec.records.get(record)
        label = escape(kind.label) if kind else text(self.language, "metrics.work")
        self.print()
        self.print(f"[bold]{label}[/bold]")
        table = self.table("figure", "value", "interval", "count")
        for figure in figures:
            table.add_row(
                cell(text(self.language, f"standard.{figure.metric}")),
                self._value(figure, figure.value),
                self._interval(figure),
                self._number(figure.count),
            )
        self.console.print(table)

    def _told_apart(self, by: tuple[str, ...], figures: Sequence[StandardFigure]) -> None:
        metrics = _columns_of(by, [figure.metric for figure in figures])
        groups: dict[tuple[str, ...], dict[str, StandardFigure]] = {}
        for figure in figures:
            if figure.metric in metrics and ("month" not in by or figure.group[-1] in _OF_SOME_MONTHS):
                groups.setdefault(figure.group, {})[figure.metric] = figure
        if not groups:
            return
        names = listed(self.language, map(self._name, by))
        self.print()
        self.print(f"[bold]{text(self.language, 'metrics.by', names=names)}[/bold]")
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
        table.add_column("", overflow="fold")
        for metric in metrics:
            heading = cell(text(self.language, f"standard.{metric}"))
            table.add_column(heading, justify="right", overflow="fold")
        table.add_column(cell(text(self.language, "column.count")), justify="right")
        for group, found in list(groups.items())[:MOST_GROUPS]:
            values = [
                self._value(found[name], found[name].value) if name in found else "" for name in metrics
            ]
            # One process is what a record mostly has, and its stages say which one it is.
            parts = [pair for pair in zip(by, group, strict=True) if pair[0] != "process" or len(by) == 1]
            label = " → ".join(self._group(*pair) for pair in parts)
            first = next(iter(found.values()))
            table.add_row(cell(label), *values, self._number(first.count))
        self.console.print(table)
        if len(groups) > MOST_GROUPS:
            self.print(text(self.language, "run.more", count=len(groups) - MOST_GROUPS))

    # words

    def table(self, *columns: str) -> Table:
        """Make a table with columns by their keys."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
        for column in columns:
            side = "left" if column == "figure" else "right"
            table.add_column(
                cell(text(self.language, f"column.{column}")),
                justify="left" if side == "left" else "right",
                overflow="fold",
            )
        return table

    def print(self, line: str = "") -> None:
        """Write a line, however long."""
        self.console.print(paragraph(self.language, line), soft_wrap=True)

    def _name(self, name: str) -> str:
        return text(self.language, f"standard.by.{name}") if name in _OWN_NAMES else escape(name)

    def _group(self, name: str, value: str) -> str:
        """Give the value of a group as the spec calls it: roles and stages by their titles."""
        if name == "owner" and value in self.spec.roles:
            return escape(self.spec.roles[value].label)
        if name == "process" and value in self.spec.processes:
            return escape(self.spec.processes[value].label)
        if name in {"stage", "to_stage"}:
            for process in self.spec.processes.values():
                if value in process.stages:
                    return escape(process.stages[value].label)
        if value in {"nobody", "unknown", "yes", "no"}:
            return text(self.language, "nobody" if value == "nobody" else f"value.{value}")
        return escape(value)

    def _number(self, value: Decimal | int, pattern: str = ",") -> str:
        return number(self.language, value, pattern)

    def _value(self, figure: StandardFigure, value: Decimal | None) -> str:
        if value is None:
            return text(self.language, "value.unknown")
        if figure.unit == "share":
            return text(self.language, "number.percent", value=self._number(value * 100, ",.1f"))
        if figure.unit == "money":
            return f"{self._number(value, ',.2f')} {self.spec.currency or ''}".rstrip()
        if value == value.to_integral_value():
            return self._number(int(value))
        return self._number(value, ",.1f" if figure.unit == "days" else ",.2f")

    def _interval(self, figure: StandardFigure) -> str:
        if figure.low is None or figure.high is None or figure.count >= SMALL:
            return ""
        return f"{self._value(figure, figure.low)} … {self._value(figure, figure.high)}"


def _columns_of(by: tuple[str, ...], metrics: Sequence[str]) -> list[str]:
    """Give the figures of a kind that have room side by side: a choice of many, all of few."""
    found = list(dict.fromkeys(metrics))
    chosen = dict.fromkeys((*_OF_CHANNELS, *_OF_CLIENTS) if "acquisition_cost" in found else _OF_CLIENTS)
    if "process" in by:
        chosen = dict.fromkeys(_OF_STEPS)
    return [name for name in chosen if name in found] or found
