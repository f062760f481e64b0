"""How the offers do, and the figures that the spec asks for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from stepladder_dsl.model.types import MoneyType
from stepladder_engine.results.columns import OFFER_STATUSES
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.results.screen.page import Page
from stepladder_engine.results.values import value_text

if TYPE_CHECKING:
    from collections import Counter

    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.metrics.evaluate import MetricValue

_MOST_GROUPS = 12


def show_offers(spec: Spec, counts: Counter[tuple[str, str]], best: Mapping[str, int], page: Page) -> None:
    """Write how many copies of each offer stand how, and for how many records it is the next best."""
    if not spec.offers:
        return
    page.title(page.text("run.offers"))
    table = page.table("offer", "next_best")
    for status in OFFER_STATUSES:
        table.add_column(page.text(f"offer.status.{status}"))
    for name, offer in spec.offers.items():
        counted = (best[name], *(counts[name, status] for status in OFFER_STATUSES))
        numbers = (page.number(count) for count in counted)
        table.add_row(escape(offer.label), *numbers)
    page.show(table)


class MetricTable:
    """Writes the metrics of a spec, with their groups and targets."""

    def __init__(self, spec: Spec, page: Page) -> None:
        self.spec = spec
        self.page = page
        self.text = page.text

    def show(self, metrics: Mapping[str, MetricValue]) -> None:
        """Write a row for each metric, and below it one for each group."""
        if not metrics:
            return
        self.page.title(self.text("run.figures"))
        table = self.page.table("figure", "value", "target", "", "count", "owner")
        for figure in metrics.values():
            metric = figure.metric
            role = self.spec.roles.get(metric.owner or "")
            table.add_row(
                escape(metric.label),
                self._value(figure),
                metric.target.text if metric.target else "",
                self._met(figure),
                self.page.number(figure.count),
                escape(role.label) if role else "",
            )
            for group, part in list(figure.groups.items())[:_MOST_GROUPS]:
                name = ", ".join(self._plain_value(value) for value in group)
                row = (f"  {name}", self._value(part), "", self._met(part))
                table.add_row(*row, self.page.number(part.count), "")
            if len(figure.groups) > _MOST_GROUPS:
                left = len(figure.groups) - _MOST_GROUPS
                table.add_row(f"  {self.text('run.more', count=left)}", "", "", "", "", "")
        self.page.show(table)

    def _met(self, figure: MetricValue) -> str:
        if figure.met is None:
            return ""
        return (
            f"[green]{self.text('run.met')}[/green]"
            if figure.met
            else f"[red]{self.text('run.missed')}[/red]"
        )

    def _value(self, figure: MetricValue) -> str:
        value = figure.value
        if value is None:
            return self.text("value.unknown")
        if figure.metric.percent:
            return self.page.percent(value)
        if isinstance(figure.metric.value.type, MoneyType):
            return f"{self.page.number(value)} {self.spec.currency or ''}".rstrip()
        if isinstance(value, Decimal):
            short = value.quantize(Decimal("0.01")) if value != value.to_integral_value() else value
            if short != short.to_integral_value():
                return self.page.number(short, ",.2f")
            return self.page.number(int(short))
        return self._plain_value(value)

    def _plain_value(self, value: object) -> str:
        if value is None:
            return self.text("value.unknown")
        if isinstance(value, bool):
            return self.text("value.yes" if value else "value.no")
        return escape(value_text(value))
