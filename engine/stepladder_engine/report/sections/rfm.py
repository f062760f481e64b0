"""RFM: how recently and how often buyers buy, each in fifths, and what they have paid."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from stepladder_engine.expressions.tally import divide
from stepladder_engine.metrics.standard.carrier import Column as TrueOrNot
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.metrics.standard.rfm import rfm_scores
from stepladder_engine.report.document import Clients as Behind
from stepladder_engine.report.document import Column, Row, Table
from stepladder_engine.report.sections.money import purchase_span
from stepladder_engine.report.view import View

_SCORES = (5, 4, 3, 2, 1)
_CENT = Decimal("0.01")


def rfm_table(view: View, buyers: Clients) -> Table:
    """Give the share of buyers by recency (rows) and frequency (columns), and what each row has paid."""
    recency, frequency, _ = rfm_scores(buyers)
    columns = (
        view.column("recency", "text"),
        view.column("buyers"),
        *(Column(f"frequency_{score}", f"F{view.words.number(score)}", "percent") for score in _SCORES),
        *([view.column("mean_spend", "money", good="more")] if buyers.with_money else []),
    )
    rows = tuple(
        _row(view, buyers, score, members, frequency)
        for score in _SCORES
        if buyers.carrier.count(members := recency == score)
    )
    title, note = view.text("report.cohorts.rfm"), view.text("report.cohorts.rfm_note")
    return Table("rfm", title, columns, rows, note, "heat", at=view.at(purchase_span(view)))


def _row(view: View, buyers: Clients, recency: int, members: TrueOrNot, frequency: TrueOrNot) -> Row:
    count = buyers.carrier.count
    values: list[object] = [f"R{view.words.number(recency)}", count(members)]
    lists = {}
    for score in _SCORES:
        found = members & (frequency == score)
        values.append(divide(Decimal(count(found)), Decimal(buyers.buyers)) if count(found) else None)
        if count(found):
            lists[f"frequency_{score}"] = partial(_list, view, found)
    if buyers.with_money:
        mean = divide(buyers.amounts(buyers.spent[members]).total, Decimal(count(members)))
        values.append(None if mean is None else mean.quantize(_CENT))
    return Row(str(recency), tuple(values), _list(view, members), lists=lists)


def _list(view: View, members: TrueOrNot) -> Behind:
    return view.by_spending(view.source.among_buyers(members))
