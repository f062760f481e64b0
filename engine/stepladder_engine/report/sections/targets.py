"""The figures that the spec asks for itself, and whether they reach what they should."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from stepladder_dsl.diagram.telling import formula_text
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Metric
from stepladder_dsl.model.types import MoneyType
from stepladder_engine.metrics.evaluate import Group, MetricValue, Population
from stepladder_engine.report.document import Clients, Row, Section, Table
from stepladder_engine.report.view import View
from stepladder_engine.results.values import group_text

MOST_GROUPS = 12


def targets(view: View) -> Section:
    """Give every figure of the spec, in the order of its text, and its groups."""
    if not view.spec.metrics:
        return view.missing("targets", "report.targets.missing")
    metrics = view.source.answer.metrics
    columns = (
        view.column("figure", "text"),
        view.column("value", "text"),
        view.column("target", "text"),
        view.column("met", "text"),
        view.column("count"),
        view.column("owner", "text"),
    )
    found = [row for name, figure in metrics.items() for row in _rows(view, name, figure)]
    table = Table("figures", view.text("report.targets.table"), columns, tuple(found))
    with_target = [figure for figure in metrics.values() if figure.met is not None]
    met = sum(bool(figure.met) for figure in with_target)
    notes: tuple[str, ...] = ()
    if with_target:
        notes = (view.text("report.targets.met", met=met, all=len(with_target)),)
    return view.section("targets", tables=(table,), notes=notes)


def _rows(view: View, name: str, figure: MetricValue) -> list[Row]:
    metric = figure.metric
    clients = _counted(view, metric)
    rows = [_row(view, name, metric.label, figure, clients)]
    groups = list(figure.groups.items())
    for group, part in groups[:MOST_GROUPS]:
        of_group = partial(_counted, view, metric, group)
        label = f"\u2003{_group(view, group)}"
        rows.append(_row(view, f"{name}/{group_text(group)}", label, part, None, {"count": of_group}))
    return rows


def _group(view: View, group: tuple[object, ...]) -> str:
    told = [_told(view, value) for value in group]
    return view.words.listed(told)


def _told(view: View, value: object) -> str:
    if value is None:
        return view.text("value.unknown")
    return view.words.value(value, "number")


def _row(
    view: View,
    key: str,
    label: str,
    figure: MetricValue,
    clients: Clients | None,
    lists: Mapping[str, Callable[[], Clients]] | None = None,
) -> Row:
    """Give a figure, or one of its groups, as a row."""
    metric = figure.metric
    met = ""
    if figure.met is not None:
        met = view.text("run.met" if figure.met else "run.missed")
    target = ""
    if metric.target is not None and figure.target is not None:
        sign = formula_text(view.words.language, f" {metric.target.operator} ").strip()
        target = f"{sign} {_amount(view, metric, figure.target)}"
    values = (
        label,
        _amount(view, metric, figure.value),
        target,
        met,
        figure.count,
        view.role(metric.owner) if metric.owner else "",
    )
    tone = None if figure.met is None else "won" if figure.met else "lost"
    return Row(key, values, clients, view.at(metric.span), tone, lists=lists or {})


def _amount(view: View, metric: Metric, value: object) -> str:
    if value is None:
        return view.text("value.unknown")
    unit = "money" if isinstance(metric.value.type, MoneyType) else "share" if metric.percent else "number"
    return view.words.value(value, unit)  # type: ignore[arg-type]


def _counted(view: View, metric: Metric, group: Group | None = None) -> Clients:
    """Give the records that the figure counts: of a quotient those above the line."""
    part = next((one for one in e.walk(metric.value) if isinstance(one, e.Population | e.History)), None)
    entities = [] if part is None else Population(view.source.answer.result).behind(metric, part, group)
    source = view.source
    numbers = (source.people.number_of((entity.kind, entity.key)) for entity in entities)
    return view.by_spending(source.once([source.carrier.of(numbers)]))
