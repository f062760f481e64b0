"""All standard figures of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stepladder_dsl.audit.facts import Facts
from stepladder_engine.metrics.standard.acquisition import acquisition
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.costs import channel_of, costs_of
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.metrics.standard.groups import MOST_GROUPS, fields_to_tell_by, told_apart
from stepladder_engine.metrics.standard.ledger import Ledger
from stepladder_engine.metrics.standard.purchases import Clients, clients_of
from stepladder_engine.metrics.standard.recurring import recurring
from stepladder_engine.metrics.standard.referrals import referrals
from stepladder_engine.metrics.standard.retention import cohorts, retention
from stepladder_engine.metrics.standard.rfm import rfm
from stepladder_engine.metrics.standard.spending import spending
from stepladder_engine.metrics.standard.steps import steps
from stepladder_engine.metrics.standard.work import work

_FOR_EACH_GROUP = (spending, retention)
"""What is told apart by fields of the client."""
_MAY_BE_NOTHING = {"recurring_income", "recurring_clients", "tasks_owed"}
"""That nobody pays regularly, or that nothing is owed, is an answer."""


def standard_figures(ledger: Ledger, by: Sequence[str] | None = None) -> list[StandardFigure]:
    """Work out every standard figure for which the spec and the data have what it takes.

    `by` names fields to tell them apart by; None: all choices, persons and yes-or-no fields of a record
    that have few values.
    """
    facts = Facts(ledger.spec)
    figures = [*_of_clients(ledger, facts, by), *_of_steps(ledger, by), *work(ledger)]
    # A figure behind which nothing stands says nothing, but for those that come only where something could.
    return [figure for figure in figures if figure.count or figure.metric in _MAY_BE_NOTHING]


def _of_clients(ledger: Ledger, facts: Facts, by: Sequence[str] | None) -> Iterator[StandardFigure]:
    if not facts.purchases:
        return
    for record in facts.clients:
        clients = clients_of(ledger, facts, record)
        figures = (
            *_of_one_kind(clients, _groups(ledger, record, by)),
            *_with_costs(ledger, facts, record, clients),
            *rfm(clients),
        )
        for figure in figures:
            yield replace(figure, record=record)


def _groups(ledger: Ledger, record: str, by: Sequence[str] | None) -> Iterator[tuple[str, str, Column]]:
    fields = fields_to_tell_by(ledger.spec.records[record], by)
    return told_apart(ledger, record, fields, most=MOST_GROUPS if by is None else None)


def _with_costs(ledger: Ledger, facts: Facts, record: str, clients: Clients) -> Iterator[StandardFigure]:
    """Yield what needs more than the purchases of clients: costs, referrals, subscriptions."""
    channel = channel_of(facts, record)
    costs = costs_of(ledger, facts, channel)
    if channel is not None and clients.with_money:
        yield from acquisition(clients, costs, channel, ledger.field(record, channel.field))
    yield from referrals(clients, ledger, facts, record)
    yield from recurring(clients, ledger, facts, record, costs)


def _of_one_kind(clients: Clients, groups: Iterator[tuple[str, str, Column]]) -> Iterator[StandardFigure]:
    for family in _FOR_EACH_GROUP:
        yield from family(clients)
    yield from cohorts(clients)
    for field, value, members in groups:
        chosen = clients.only(members)
        for family in _FOR_EACH_GROUP:
            for figure in family(chosen):
                yield figure.of((field, value))


def _of_steps(ledger: Ledger, by: Sequence[str] | None) -> Iterator[StandardFigure]:
    for process in ledger.spec.processes.values():
        walked, stage = ledger.steps(process), ledger.stage(process)
        for figure in steps(process, walked, stage, None, ledger.carrier):
            yield replace(figure, record=process.record)
        for field, value, members in _groups(ledger, process.record, by):
            for figure in steps(process, walked, stage, members, ledger.carrier):
                yield replace(figure.of((field, value)), record=process.record)
