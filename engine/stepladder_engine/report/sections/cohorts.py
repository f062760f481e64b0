"""Who comes back: those who first bought in one month, followed through the months after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from stepladder_engine.metrics.standard.purchases import Client, Clients
from stepladder_engine.report.document import Clients as Behind
from stepladder_engine.report.document import Column, Figure, Row, Section, Table
from stepladder_engine.report.sections.money import case_of, month_of, month_text, purchase_span
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
    return view.section(
        "cohorts", figures=_second(view, buyers), tables=(_table(view, buyers), rfm_table(view, buyers))
    )


def _second(view: View, buyers: Clients) -> tuple[Figure, ...]:
    """Give the shares of those who buy a second time within so many days, of those who have had them."""
    found = []
    for days in _TIMES:
        figure = view.source.figures.get(("second_purchase", ("days",), (str(days),)))
        if figure is None:
            continue
        again = [case_of(client) for client in buyers.buyers if _again(client, days, buyers.today)]
        shown = view.of_standard(figure, view.by_spending(again), purchase_span(view))
        label = view.text("report.cohorts.second", days=days)
        found.append(replace(shown, key=f"second_purchase_{days}", label=label, good="more"))
    return tuple(found)


def _again(client: Client, days: int, today: int) -> bool:
    if today - client.first < days:
        return False
    return any(0 < bought.day - client.first <= days for bought in client.purchases)


def _table(view: View, buyers: Clients) -> Table:
    figures = view.source.figures
    members: dict[str, list[Client]] = defaultdict(list)
    for client in buyers.buyers:
        month = month_of(client.first)
        members[f"{month // 12:04}-{month % 12 + 1:02}"].append(client)
    names = sorted(members)[-MOST_COHORTS:]
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
    for name in names:
        shares = (
            figures.get(("cohort_retention", ("first_month", "month"), (name, str(month))))
            for month in months
        )
        year, number = name.split("-")
        label = month_text(view, int(year) * 12 + int(number) - 1)
        values = (label, len(members[name]), *(None if one is None else one.value for one in shares))
        lists = {
            f"month_{month}": partial(_bought_then, view, members[name], month)
            for month in months
            if ("cohort_retention", ("first_month", "month"), (name, str(month))) in figures
        }
        clients = view.by_spending(map(case_of, members[name]))
        rows.append(Row(name, values, clients, lists=lists))
    title, note = view.text("report.cohorts.table"), view.text("report.cohorts.note")
    more, at = len(members) - len(names), view.at(purchase_span(view))
    return Table("months", title, columns, tuple(rows), note, "heat", more=more, more_by="metrics", at=at)


def _bought_then(view: View, members: Sequence[Client], later: int) -> Behind:
    """Give those of a cohort who bought so many months after their first purchase."""
    chosen = (
        client
        for client in members
        if any(month_of(bought.day) == month_of(client.first) + later for bought in client.purchases)
    )
    return view.by_spending(map(case_of, chosen))
