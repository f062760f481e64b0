"""What the three ways to grow would bring: more clients, a larger purchase, more purchases a client."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stepladder_engine.expressions.tally import divide
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.report.document import Figure, Row, Section, Table
from stepladder_engine.report.sections.money import purchase_span
from stepladder_engine.report.view import View

YEAR = 365
MORE = Decimal("0.1")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Year:
    """The purchases of the last 365 days whose amount is known: income = buyers × frequency × purchase."""

    buyers: Column
    """Who made them, as places among the buyers."""
    purchases: int
    income: Decimal

    @property
    def count(self) -> int:
        """How many made them."""
        return len(self.buyers)

    @property
    def frequency(self) -> Decimal:
        """Purchases of a buyer."""
        return divide(Decimal(self.purchases), Decimal(self.count)) or Decimal(0)

    @property
    def purchase(self) -> Decimal:
        """The average purchase."""
        return divide(self.income, Decimal(self.purchases)) or Decimal(0)


def year_of(buyers: Clients) -> Year:
    """Give the purchases of the last 365 days."""
    days_ago = buyers.today - buyers.day
    recent = buyers.known & (days_ago >= 0) & (days_ago < YEAR)
    income = buyers.amounts(buyers.amount[recent])
    return Year(buyers.carrier.places(buyers.buyers_of(recent)), len(income), income.total)


def growth(view: View) -> Section:
    """Give what ten per cent more of each would bring, and of all three together."""
    buyers = view.source.buyers
    if buyers is None or not buyers.with_money:
        return view.missing("growth", "report.missing.purchases")
    year = year_of(buyers)
    if not year.count:
        return view.missing("growth", "report.growth.missing")
    return view.section("growth", figures=_figures(view, year), tables=(_ways(view, year),))


def _figures(view: View, year: Year) -> tuple[Figure, ...]:
    at = view.at(purchase_span(view))
    clients = view.by_spending(view.source.all_buyers[year.buyers])
    count = year.count
    parts = (
        ("buyers", count, "number", count),
        ("frequency", year.frequency, "number", count),
        ("purchase", year.purchase.quantize(_CENT), "money", year.purchases),
        ("income", year.income, "money", year.purchases),
    )
    return tuple(
        Figure(
            key,
            view.text(f"report.growth.{key}"),
            value,
            unit,  # type: ignore[arg-type]
            behind,
            good="more",
            formula=view.text("report.growth.formula") if key == "income" else None,
            clients=clients,
            at=at,
        )
        for key, value, unit, behind in parts
    )


def _ways(view: View, year: Year) -> Table:
    columns = (
        view.column("way_to_grow", "text"),
        view.column("what_it_takes", "text"),
        view.column("more_income", "money", bar=True),
        view.column("growth", "share"),
        view.column("costs", "money"),
    )
    words = view.words
    cost_of_one = view.source.figures.get(("acquisition_cost", (), ()))
    more_buyers = year.count * MORE
    costs = None
    if cost_of_one is not None and cost_of_one.value is not None:
        costs = (cost_of_one.value * more_buyers).quantize(_CENT)
    alone, together = year.income * MORE, year.income * ((1 + MORE) ** 3 - 1)
    takes = {
        "clients": view.text("report.growth.takes_clients", amount=words.value(more_buyers, "number")),
        "purchase": view.text(
            "report.growth.takes_purchase",
            amount=words.value((year.purchase * MORE).quantize(_CENT), "money"),
        ),
        "frequency": view.text(
            "report.growth.takes_frequency",
            amount=words.value((year.frequency * MORE).quantize(_CENT), "number"),
        ),
        "together": view.text("report.growth.takes_together"),
    }
    rows = []
    for key, told in takes.items():
        more = together if key == "together" else alone
        paid = costs if key in {"clients", "together"} else None
        share = divide(more, year.income)
        name = view.text(f"report.growth.way.{key}")
        values = (name, told, more.quantize(_CENT), share, paid)
        rows.append(Row(key, values, view.by_spending(view.source.all_buyers[year.buyers])))
    title, note, at = view.text("report.growth.ways"), view.text("report.growth.note"), purchase_span(view)
    return Table("ways", title, columns, tuple(rows), note, at=view.at(at))
