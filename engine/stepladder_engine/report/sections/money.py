"""What the money says: income month by month, what a client brings, and what a new one costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from stepladder_dsl.model.spec import OfferKind
from stepladder_dsl.source import Span
from stepladder_engine.metrics.standard.acquisition import having
from stepladder_engine.metrics.standard.carrier import Column, Numbers
from stepladder_engine.metrics.standard.costs import cost_records
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.metrics.standard.recurring import MONTH, regular_payments
from stepladder_engine.metrics.standard.referrals import brought, were_sent
from stepladder_engine.metrics.standard.retention import month_text
from stepladder_engine.report.document import Case, Figure, Row, Section, Table, Unit
from stepladder_engine.report.document import Clients as Behind
from stepladder_engine.report.document import Column as TableColumn
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
    channels = _channels(view, buyers)
    how = view.how(
        [*(figure.key for figure in figures), *(["acquisition_spending"] if channels else [])],
        intervals=any(figure.low is not None for figure in figures),
    )
    return view.section("money", figures=figures, tables=(_months(view, buyers), *channels), how=how)


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
        return view.by_spending(_CHOSEN[metric](view, buyers))
    if metric == "referrers":
        return view.by_spending(_who_brought(view))
    if metric in {"recurring_income", "recurring_cover"}:
        return view.by_spending(_who_pays_regularly(view))
    return view.buyers


def _who_pays_regularly(view: View) -> Column:
    """Give the clients behind the recurring income."""
    source = view.source
    paid = regular_payments(source.ledger, source.facts, source.client)
    if paid is None:
        return source.people.nobody()
    return source.people.numbers(source.client, source.carrier.different(paid.record)[0])


def _who_brought(view: View) -> Column:
    """Give the clients who have brought somebody, found as the standard figure finds them."""
    source = view.source
    return source.clients(brought(source.ledger, source.facts, source.client) > 0)


def _who_was_brought(view: View, _buyers: Clients) -> Column:
    source = view.source
    if source.client not in source.facts.introductions:
        return source.people.nobody()
    return source.clients(were_sent(source.ledger, source.facts, source.client))


def _everybody(view: View, buyers: Clients) -> Column:
    return view.source.people.numbers(view.source.client, buyers.carrier.upto(buyers.count))


_CHOSEN: dict[str, Callable[[View, Clients], Column]] = {
    "clients": _everybody,
    "repeat_rate": lambda view, buyers: view.source.among_buyers(buyers.purchases > 1),
    "days_between_purchases": lambda view, buyers: view.source.among_buyers(buyers.last > buyers.first),
    "spend_first_month": lambda view, buyers: view.source.among_buyers(buyers.have_had(30)),
    "spend_first_year": lambda view, buyers: view.source.among_buyers(buyers.have_had(365)),
    "referred_share": _who_was_brought,
}
"""Who stands behind a figure that is not about all buyers; of a share those for whom it holds."""


def _months(view: View, buyers: Clients) -> Table:
    """Give the purchases of every month of the last two years."""
    carrier = buyers.carrier
    month, started = carrier.months(buyers.day), carrier.months(buyers.first)
    last = carrier.list(carrier.months(carrier.of([buyers.today])))[0]
    # Purchases of buyers are in the order of time, so nobody has bought before the earliest first month.
    first = max(carrier.list(carrier.smallest(month, 1))[0], last - MOST_MONTHS + 1)
    columns = (
        view.column("month", "text"),
        *([view.column("income", "money", bar=True, good="more")] if buyers.with_money else []),
        view.column("purchases", bar=not buyers.with_money, good="more"),
        view.column("buyers", good="more"),
        view.column("new_buyers", good="more"),
    )
    rows = []
    for number in range(first, last + 1):
        bought = month == number
        who, which = carrier.different(buyers.buyer[bought])
        paid = carrier.added(buyers.amount[bought], which, len(who))
        income = [buyers.amounts(paid).total] if buyers.with_money else []
        new = view.source.among_buyers(started == number)
        values = (month_label(view, number), *income, carrier.count(bought), len(who), len(new))
        clients = _paid_then(view, view.source.all_buyers[who], buyers.amounts(paid))
        lists = {"new_buyers": partial(view.by_spending, new)}
        rows.append(Row(month_text(number), values, clients, lists=lists))
    title, at = view.text("report.money.months"), view.at(purchase_span(view))
    return Table("months", title, columns, tuple(rows), chart="columns", at=at)


def _paid_then(view: View, numbers: Column, paid: Numbers) -> Behind:
    """Give who paid in a month, those who paid most first, each with how much."""
    people, carrier = view.source.people, view.source.carrier

    def note(case: Case) -> str:
        row = carrier.list(carrier.lower(numbers, carrier.of([people.number_of(case)])))[0]
        return view.words.value(Numbers(carrier, paid.column[row : row + 1], paid.scale).total, "money")

    return view.noted(people.in_order(numbers, paid.column * -1), note)


def month_label(view: View, month: int) -> str:
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
        came_by = view.source.ledger.field(view.source.client, by[0])
        members = having(buyers, came_by, group[0])[buyers.who]
        values = tuple(None if one is None else one.value for one in found)
        lists = {"acquisition_spending": partial(_spent_on, view, group[0])}
        clients = view.by_spending(view.source.among_buyers(members))
        rows.append(Row(group[0], (group[0], *values), clients, lists=lists))
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


def _channel_column(view: View, metric: str, unit: Unit) -> TableColumn:
    bar = metric == "acquisition_cost"
    return TableColumn(metric, view.text(f"standard.{metric}"), unit, bar)
