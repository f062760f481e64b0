"""RFM: how recently and how often buyers buy, each in fifths, and what they have paid."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import partial

from stepladder_engine.expressions.tally import divide, total
from stepladder_engine.metrics.standard.purchases import Client, Clients
from stepladder_engine.metrics.standard.rfm import rfm_scores
from stepladder_engine.report.document import Clients as Behind
from stepladder_engine.report.document import Column, Row, Table
from stepladder_engine.report.sections.money import case_of, purchase_span
from stepladder_engine.report.view import View

_SCORES = (5, 4, 3, 2, 1)
_CENT = Decimal("0.01")


def rfm_table(view: View, buyers: Clients) -> Table:
    """Give the share of buyers by recency (rows) and frequency (columns), and what each row has paid."""
    groups: dict[int, dict[int, list[Client]]] = defaultdict(lambda: defaultdict(list))
    for client, (recency, frequency, _) in zip(buyers.buyers, rfm_scores(buyers), strict=True):
        groups[recency][frequency].append(client)
    columns = (
        view.column("recency", "text"),
        view.column("buyers"),
        *(Column(f"frequency_{score}", f"F{view.words.number(score)}", "percent") for score in _SCORES),
        *([view.column("mean_spend", "money", good="more")] if buyers.with_money else []),
    )
    rows = tuple(_row(view, buyers, score, groups[score]) for score in _SCORES if groups[score])
    title, note = view.text("report.cohorts.rfm"), view.text("report.cohorts.rfm_note")
    return Table("rfm", title, columns, rows, note, "heat", at=view.at(purchase_span(view)))


def _row(view: View, buyers: Clients, recency: int, groups: dict[int, list[Client]]) -> Row:
    members = [client for found in groups.values() for client in found]
    values: list[object] = [f"R{view.words.number(recency)}", len(members)]
    for score in _SCORES:
        found = groups.get(score, [])
        values.append(divide(Decimal(len(found)), Decimal(len(buyers.buyers))) if found else None)
    if buyers.with_money:
        mean = divide(total(client.spent for client in members), Decimal(len(members)))
        values.append(None if mean is None else mean.quantize(_CENT))
    lists = {f"frequency_{score}": partial(_list, view, found) for score, found in groups.items()}
    return Row(str(recency), tuple(values), _list(view, members), lists=lists)


def _list(view: View, members: list[Client]) -> Behind:
    return view.by_spending(map(case_of, members))
