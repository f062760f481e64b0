"""All standard figures of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stepladder_dsl.audit.facts import Facts
from stepladder_engine.metrics.standard.acquisition import acquisition
from stepladder_engine.metrics.standard.costs import channel_of, costs_of
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.metrics.standard.groups import MOST_GROUPS, fields_to_tell_by, told_apart
from stepladder_engine.metrics.standard.purchases import Clients, clients_of
from stepladder_engine.metrics.standard.recurring import recurring
from stepladder_engine.metrics.standard.referrals import referrals
from stepladder_engine.metrics.standard.retention import cohorts, retention
from stepladder_engine.metrics.standard.rfm import rfm
from stepladder_engine.metrics.standard.spending import spending
from stepladder_engine.metrics.standard.steps import steps
from stepladder_engine.metrics.standard.work import work
from stepladder_engine.runtime.result import RunResult

_FOR_EACH_GROUP = (spending, retention)
"""What is told apart by fields of the client."""


def standard_figures(result: RunResult, by: Sequence[str] | None = None) -> list[StandardFigure]:
    """Work out every standard figure for which the spec and the data have what it takes.

    `by` names fields to tell them apart by; None: all choices, persons and yes-or-no fields of a record
    that have few values.
    """
    facts = Facts(result.program.spec)
    figures = [*_of_clients(result, facts, by), *_of_steps(result, by), *work(result)]
    # A figure behind which nothing stands says nothing.
    return [figure for figure in figures if figure.count]


def _of_clients(result: RunResult, facts: Facts, by: Sequence[str] | None) -> Iterator[StandardFigure]:
    if not facts.purchases:
        return
    for record in facts.clients:
        clients = clients_of(result, facts, record)
        fields = fields_to_tell_by(result.program.spec.records[record], by)
        figures = (
            *_of_one_kind(clients, fields, most=MOST_GROUPS if by is None else None),
            *_with_costs(result, facts, record, clients),
            *rfm(clients),
        )
        for figure in figures:
            yield replace(figure, record=record)


def _with_costs(result: RunResult, facts: Facts, record: str, clients: Clients) -> Iterator[StandardFigure]:
    """Yield what needs more than the purchases of clients: costs, referrals, subscriptions."""
    zone = result.program.zone
    channel = channel_of(facts, record)
    costs = costs_of(result, facts, channel)
    if channel is not None and clients.with_money:
        yield from acquisition(clients, costs, channel)
    yield from referrals(clients, facts, record, lambda time: zone.day(time).toordinal())
    yield from recurring(clients, result, facts, record, costs)


def _of_one_kind(clients: Clients, fields: list[str], *, most: int | None) -> Iterator[StandardFigure]:
    for family in _FOR_EACH_GROUP:
        yield from family(clients)
    yield from cohorts(clients)
    groups = told_apart(
        clients.all, fields, lambda client, name: client.entity.view.fields.get(name), most=most
    )
    for field, value, members in groups:
        for family in _FOR_EACH_GROUP:
            for figure in family(clients.only(members)):
                yield figure.of((field, value))


def _of_steps(result: RunResult, by: Sequence[str] | None) -> Iterator[StandardFigure]:
    spec, zone = result.program.spec, result.program.zone
    for process in spec.processes.values():
        entities = [entity for entity in result.entities if entity.kind == process.record]
        fields = fields_to_tell_by(spec.records[process.record], by)
        groups = told_apart(
            entities,
            fields,
            lambda entity, name: entity.view.fields.get(name),
            most=MOST_GROUPS if by is None else None,
        )
        for figure in steps(process, entities, zone):
            yield replace(figure, record=process.record)
        for field, value, members in groups:
            for figure in steps(process, members, zone):
                yield replace(figure.of((field, value)), record=process.record)
