"""What the money says: income month by month, what a client brings, and what a new one costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from stepladder_dsl.model.spec import OfferKind
from stepladder_dsl.source import Span
from stepladder_engine.expressions.tally import total
from stepladder_engine.metrics.standard.costs import cost_records
from stepladder_engine.metrics.standard.purchases import Client, Clients
from stepladder_engine.metrics.standard.recurring import MONTH, regular_payments
from stepladder_engine.report.document import Case, Column, Figure, Row, Section, Table, Unit
from stepladder_engine.report.document import Clients as Behind
from stepladder_engine.report.view import View

MOST_MONTHS = 24
_FIGURES = (
    *("income", "clients", "buyers", "average_deal", "purchases_per_client", "repeat_rate"),
    *("days_between_purchases", "lifetime_value", "spend_first_month", "spend_first_year"),
    *("best_fifth_share", "acquisition_cost", "value_to_cost", "payback", "referred_share"),
    *("referrers", "recurring_income", "running_costs", "recurring_cover"),
)


def money(view: View) -> Section:
    """Give the figures of the money, months, and channels."""
    buyers = view.source.buyers
    if buyers is None:
        return view.missing("money", "report.missing.purchases")
    if not buyers.buyers:
        return view.missing("money", "report.missing.buyers")
    figures = tuple(found for metric in _FIGURES if (found := _figure(view, metric, buyers)) is not None)
    tables = [_months(view, buyers), *_channels(view, buyers)]
    return view.section("money", figures=figures, tables=tuple(tables))


def purchase_span(view: View) -> Span | None:
    """Give the line that declares the first kind of purchase."""
    return next((event.span for event in view.source.facts.purchases.values()), None)


def _figure(view: View, metric: str, buyers: Clients) -> Figure | None:
    if metric == "running_costs":
        return view.standard(metric, _recent_costs(view, buyers), costs_span(view))
    return view.standard(metric, _behind(view, metric, buyers), _span(view, metric))


def _span(view: View, metric: str) -> Span | None:
    """Give the line to which a figure goes back: that of the purchase, or of what else it is made of."""
    facts = view.source.facts
    match metric:
        case "acquisition_cost" | "value_to_cost" | "payback":
            return costs_span(view)
        case "recurring_income" | "recurring_cover":
            return next((offer.span for offer in facts.offers_of(OfferKind.SUBSCRIPTION)), None)
        case "referred_share" | "referrers":
            named = facts.introductions.get(facts.clients[0])
            events = (event.span for event in facts.referrals.values())
            return named.span if named is not None else next(events, None)
        case _:
            return purchase_span(view)


def costs_span(view: View) -> Span | None:
    """Give the line that declares the first record of costs."""
    return next((record.span for record in cost_records(view.source.facts)), None)


def _recent_costs(view: View, buyers: Clients) -> Behind:
    """Give the rows of costs of the last 30 days, the dearest first."""
    found = {
        case: cost
        for case, cost in view.source.costs.items()
        if cost.day is not None and buyers.today - cost.day < MONTH
    }
    ordered = sorted(found, key=lambda case: (-found[case].amount, case))
    return Behind(ordered, lambda case: view.words.value(found[case].amount, "money"), "rows")


def _behind(view: View, metric: str, buyers: Clients) -> Behind:
    """Give the clients behind a figure."""
    if metric in _CHOSEN:
        chosen = _CHOSEN[metric]
        return view.by_spending(case_of(client) for client in buyers.all if chosen(client, view))
    if metric == "referrers":
        return view.by_spending(_who_brought(view, buyers))
    if metric in {"recurring_income", "recurring_cover"}:
        return view.by_spending(_who_pays_regularly(view, buyers))
    return view.buyers


def _who_pays_regularly(view: View, buyers: Clients) -> list[Case]:
    """Give the clients behind the recurring income."""
    source = view.source
    paid = regular_payments(buyers, source.result, source.facts, source.facts.clients[0]) or []
    return [case_of(client) for client, found in zip(buyers.all, paid, strict=False) if found]


def _who_brought(view: View, buyers: Clients) -> list[Case]:
    """Give the clients who have brought somebody, found as the standard figure finds them."""
    kind = view.source.facts.clients[0]
    field_ = view.source.facts.introductions.get(kind)
    if field_ is not None:
        named = {str(client.entity.view.fields.get(field_.name)) for client in buyers.all}
        return [case_of(client) for client in buyers.all if client.entity.key in named]
    events = [event.name for event in view.source.facts.referrals.values() if event.record == kind]
    return [
        case_of(client)
        for client in buyers.all
        if any(client.entity.view.history.get(name) for name in events)
    ]


def case_of(client: Client) -> Case:
    """Name a client."""
    return client.entity.kind, client.entity.key


def _was_brought(client: Client, view: View) -> bool:
    field_ = view.source.facts.introductions.get(client.entity.kind)
    return field_ is not None and bool(client.entity.view.fields.get(field_.name))


def _had_days(days: int) -> Callable[[Client, View], bool]:
    def chosen(client: Client, view: View) -> bool:
        return bool(client.purchases) and view.source.today.toordinal() - client.first >= days

    return chosen


_CHOSEN: dict[str, Callable[[Client, View], bool]] = {
    "clients": lambda _client, _view: True,
    "repeat_rate": lambda client, _view: len(client.purchases) > 1,
    "days_between_purchases": lambda client, _view: bool(client.purchases) and client.last > client.first,
    "spend_first_month": _had_days(30),
    "spend_first_year": _had_days(365),
    "referred_share": _was_brought,
}
"""Who stands behind a figure that is not about all buyers; of a share those for whom it holds."""


@dataclass
class _Month:
    amounts: list[Decimal] = field(default_factory=list)
    purchases: int = 0
    buyers: dict[Case, Decimal] = field(default_factory=dict)
    new: list[Case] = field(default_factory=list)


def _months(view: View, buyers: Clients) -> Table:
    """Give the purchases of every month of the last two years."""
    months: dict[int, _Month] = defaultdict(_Month)
    for client in buyers.buyers:
        months[month_of(client.first)].new.append(case_of(client))
        for bought in client.purchases:
            month = months[month_of(bought.day)]
            month.purchases += 1
            paid = month.buyers.get(case_of(client), Decimal(0))
            month.buyers[case_of(client)] = total((paid, bought.amount or Decimal(0)))
            if bought.amount is not None:
                month.amounts.append(bought.amount)
    last = month_of(buyers.today)
    first = max(min(months), last - MOST_MONTHS + 1)
    columns = (
        view.column("month", "text"),
        *([view.column("income", "money", bar=True, good="more")] if buyers.with_money else []),
        view.column("purchases", bar=not buyers.with_money, good="more"),
        view.column("buyers", good="more"),
        view.column("new_buyers", good="more"),
    )
    rows = []
    for number in range(first, last + 1):
        month = months[number]
        money_of = [total(month.amounts)] if buyers.with_money else []
        values = (month_text(view, number), *money_of, month.purchases, len(month.buyers), len(month.new))
        ordered = sorted(month.buyers, key=lambda case: (-month.buyers[case], case))
        key, clients = f"{number // 12:04}-{number % 12 + 1:02}", _paid_then(view, ordered, month.buyers)
        lists = {"new_buyers": partial(view.by_spending, month.new)}
        rows.append(Row(key, values, clients, lists=lists))
    title, at = view.text("report.money.months"), view.at(purchase_span(view))
    return Table("months", title, columns, tuple(rows), chart="columns", at=at)


def _paid_then(view: View, cases: list[Case], paid: dict[Case, Decimal]) -> Behind:
    return view.noted(cases, lambda case: view.words.value(paid[case], "money"))


def month_of(day: int) -> int:
    """Give the number of a day's month, counted from the year 0."""
    found = date.fromordinal(min(day, date.max.toordinal()))
    return found.year * 12 + found.month - 1


def month_text(view: View, month: int) -> str:
    """Write a month as the reader does: its year and number, in the digits of the language."""
    return view.words.number(month // 12, "04") + "-" + view.words.number(month % 12 + 1, "02")


def _channels(view: View, buyers: Clients) -> list[Table]:
    """Give what each channel costs and brings, where the data has costs by channel."""
    figures = view.source.figures
    groups = [(by, group) for metric, by, group in figures if metric == "acquisition_cost" and len(by) == 1]
    if not groups:
        return []
    metrics = (
        "acquisition_spending",
        "buyers",
        "acquisition_cost",
        "lifetime_value",
        "value_to_cost",
        "payback",
    )
    columns = [view.column("channel", "text")]
    rows = []
    for by, group in groups:
        found = [figures.get((metric, by, group)) for metric in metrics]
        members = [
            case_of(client) for client in buyers.buyers if client.entity.view.fields.get(by[0]) == group[0]
        ]
        values = tuple(None if one is None else one.value for one in found)
        lists = {"acquisition_spending": partial(_spent_on, view, group[0])}
        rows.append(
            Row(
                group[0],
                (group[0], *values),
                view.by_spending(members),
                lists=lists,
            )
        )
    for metric in metrics:
        of_metric = next((one for (name, _, _), one in figures.items() if name == metric), None)
        unit: Unit = of_metric.unit if of_metric else "number"
        columns.append(_channel_column(view, metric, unit))
    title, at = view.text("report.money.channels"), view.at(costs_span(view))
    return [Table("channels", title, tuple(columns), tuple(rows), at=at)]


def _spent_on(view: View, channel: str) -> Behind:
    """Give the rows of costs of a channel, the dearest first."""
    found = {case: cost.amount for case, cost in view.source.costs.items() if cost.channel == channel}
    ordered = sorted(found, key=lambda case: (-found[case], case))
    return Behind(ordered, lambda case: view.words.value(found[case], "money"), "rows")


def _channel_column(view: View, metric: str, unit: Unit) -> Column:
    bar = metric == "acquisition_cost"
    return Column(metric, view.text(f"standard.{metric}"), unit, bar)
