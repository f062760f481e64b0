"""Who comes back: those who first bought in one month, followed through the months after."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from stepladder_engine.metrics.standard.carrier import Column as TrueOrNot
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.metrics.standard.retention import come_back, month_text
from stepladder_engine.report.document import Clients as Behind
from stepladder_engine.report.document import Column, Figure, Row, Section, Table
from stepladder_engine.report.sections.money import month_label, purchase_span
from stepladder_engine.report.sections.rfm import rfm_table
from stepladder_engine.report.view import View

MOST_COHORTS = 24
MOST_MONTHS = 12
_TIMES = (30, 60, 90)


def cohorts(view: View) -> Section:
    """Give second purchases, and the cohorts of the last two years."""
    buyers = view.source.buyers
    if buyers is None:
        return view.missing("cohorts", "report.missing.purchases")
    if not buyers.buyers:
        return view.missing("cohorts", "report.missing.buyers")
    figures = _second(view, buyers)
    return view.section(
        "cohorts",
        figures=figures,
        tables=(_table(view, buyers), rfm_table(view, buyers)),
        how=view.how([*(["second_purchase"] if figures else []), "cohort_retention"]),
    )


def _second(view: View, buyers: Clients) -> tuple[Figure, ...]:
    """Give the shares of those who buy a second time within so many days, of those who have had them."""
    found = []
    for days in _TIMES:
        figure = view.source.figures.get(("second_purchase", ("days",), (str(days),)))
        if figure is None:
            continue
        again = view.source.among_buyers(come_back(buyers, days) & buyers.have_had(days))
        shown = view.of_standard(figure, view.by_spending(again), purchase_span(view))
        label = view.text("report.cohorts.second", days=days)
        found.append(replace(shown, key=f"second_purchase_{days}", label=label, good="more"))
    return tuple(found)


def _table(view: View, buyers: Clients) -> Table:
    figures = view.source.figures
    carrier = buyers.carrier
    found, cohort = carrier.different(carrier.months(buyers.first))
    numbers = list(enumerate(carrier.list(found)))[-MOST_COHORTS:]
    names = [month_text(first) for _, first in numbers]
    later = [
        max(
            (
                int(group[1])
                for metric, _, group in figures
                if metric == "cohort_retention" and group[0] == name
            ),
            default=0,
        )
        for name in names
    ]
    months = range(1, min(max(later, default=0), MOST_MONTHS) + 1)
    columns = (
        view.column("first_month", "text"),
        view.column("buyers"),
        *(Column(f"month_{month}", view.words.number(month), "percent", good="more") for month in months),
    )
    rows = []
    for (place, first), name in zip(numbers, names, strict=True):
        shares = (
            figures.get(("cohort_retention", ("first_month", "month"), (name, str(month))))
            for month in months
        )
        members = view.source.among_buyers(cohort == place)
        label = month_label(view, first)
        values = (label, len(members), *(None if one is None else one.value for one in shares))
        lists = {
            f"month_{month}": partial(_bought_then, view, cohort == place, month)
            for month in months
            if ("cohort_retention", ("first_month", "month"), (name, str(month))) in figures
        }
        rows.append(Row(name, values, view.by_spending(members), lists=lists))
    title, note = view.text("report.cohorts.table"), view.text("report.cohorts.note")
    more, at = len(found) - len(names), view.at(purchase_span(view))
    return Table("months", title, columns, tuple(rows), note, "heat", more=more, more_by="metrics", at=at)


def _bought_then(view: View, members: TrueOrNot, later: int) -> Behind:
    """Give those of a cohort who bought so many months after their first purchase."""
    source = view.source
    buyers = source.buyers
    if buyers is None:
        return view.by_spending(source.people.nobody())
    months = buyers.carrier.months(buyers.day) - buyers.carrier.months(buyers.first)[buyers.buyer]
    return view.by_spending(source.among_buyers(members & buyers.buyers_of(months == later)))
