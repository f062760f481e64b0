"""Which offers work: how often they were made and taken, and what they brought."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from stepladder_dsl.model.print_spec import words_of
from stepladder_dsl.model.spec import Offer
from stepladder_engine.expressions.tally import divide
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.report.document import Clients, Row, Section, Table
from stepladder_engine.report.view import View
from stepladder_engine.results.columns import OFFER_STATUSES


def offers(view: View) -> Section:
    """Give every offer with what became of it, those that are taken most often first."""
    if not view.spec.offers:
        return view.missing("offers", "report.offers.missing")
    columns = (
        view.column("offer", "text"),
        view.column("kind", "text"),
        view.column("made"),
        *(view.column(status) for status in OFFER_STATUSES),
        view.column("accepted_share", "share", bar=True, good="more"),
        view.column("prices", "money", good="more"),
    )
    rows = sorted((_row(view, offer) for offer in view.spec.offers.values()), key=_by_success)
    note = view.text("report.offers.note")
    table = Table("offers", view.text("report.offers.table"), columns, tuple(rows), note)
    return view.section("offers", tables=(table,))


def _by_success(row: Row) -> Decimal:
    share = row.values[-2]
    return -share if share is not None else Decimal(1)


def _row(view: View, offer: Offer) -> Row:
    cases = {status: view.source.offered(offer.name, status) for status in OFFER_STATUSES}
    counts = {status: len(found) for status, found in cases.items()}
    answered = counts["accepted"] + counts["declined"] + counts["expired"]
    kind = words_of(view.spec, view.words.language)(offer.kind.name) if offer.kind else ""
    values = (
        offer.label,
        kind,
        sum(counts.values()),
        *counts.values(),
        divide(Decimal(counts["accepted"]), Decimal(answered)),
        view.source.offer_income.get(offer.name),
    )
    lists = {status: partial(_to_whom, view, [found]) for status, found in cases.items() if status != "open"}
    lists["made"] = partial(_to_whom, view, list(cases.values()))
    return Row(offer.name, values, _to_whom(view, [cases["open"]]), view.at(offer.span), lists=lists)


def _to_whom(view: View, cases: Sequence[Column]) -> Clients:
    """Give those to whom an offer was made, each once however often."""
    return view.by_spending(view.source.once(cases))
