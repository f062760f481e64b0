"""How new clients are won, online and offline, and what each of them costs.

The channel is a choice of the client by which a metric is told apart. Which channels are online no
structure tells, so a decision table over that field has to say: it gives yes/no, or one of two values.
A cost is money that is no client's payment, divided by a number of clients, or the `cost` of a stage
before the purchase; by channel it is where the metric is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.evidence import of_decision, of_field, of_metric, of_stage
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Evidence, Part
from stepladder_dsl.audit.question import IN_RECORD, Piece, Question, part
from stepladder_dsl.audit.snippets import channel_to_use
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Decision, Metric
from stepladder_dsl.model.types import ChoiceType, MoneyType, YesNoType
from stepladder_dsl.source import NOWHERE

_FIELD = "{channel} one of {channels} optional\n"
_BY_CHANNEL = """\
metric {n:won_by_channel} "{t:won_by_channel}"
    = count of {client}
    owner {marketing}
    by {channel}
"""
_KINDS = """\
decide {n:way_to_us} "{t:way_to_us}" for {client}
    first match
    | {channel} || {n:online} yes/no |
    | {first_channel} || yes |
    | - || no |

metric {n:won_online} "{t:won_online}"
    = count of {client}
    owner {marketing}
    by {n:way_to_us}
"""
_COST = """\
record {n:advert} "{t:advert}"
    {channel} one of {channels}
    {n:cost} money >= 0

metric {n:cost_of_a_client} "{t:cost_of_a_client}"
    = (sum of {n:advert}.{n:cost}) / (count of {client})
    owner {marketing}
    by {channel}
"""


def _find(facts: Facts) -> list[Part]:
    fields = {field.name: field for field in facts.channels.values()}
    by_channel = [of_field(field) for field in fields.values()]
    by_channel += [of_metric(facts.spec.metrics[name]) for name in facts.channels]
    # A field that is missing is written into the record first.
    place = facts.spec.records[facts.clients[0]].span if facts.clients else NOWHERE
    has_field = bool(fields) or channel_to_use(facts) is not None
    field = [] if has_field else [Piece(_FIELD, place, IN_RECORD)]
    by_it = [] if fields else [_BY_CHANNEL]
    costs = list(_costs(facts))
    stages = [of_stage(stage) for stage in facts.before.values() if stage.cost is not None]
    told_apart = [of_metric(metric) for metric in costs if metric.by]
    return [
        part(facts, "channels", by_channel, *field, _BY_CHANNEL),
        part(facts, "kinds", _kinds(facts, set(fields)), *field, *by_it, _KINDS),
        part(facts, "cost", [*map(of_metric, costs), *stages], *field, _COST),
        part(facts, "cost_by_channel", told_apart, *field, _COST),
    ]


def _kinds(facts: Facts, channels: set[str]) -> Iterator[Evidence]:
    for decision in facts.spec.decisions.values():
        if decision.record in facts.clients and _sorts(facts, decision, channels):
            yield of_decision(decision)


def _sorts(facts: Facts, decision: Decision, channels: set[str]) -> bool:
    looks = any(
        isinstance(part, e.RecordField) and part.name in channels for part in facts.expanded(*decision.inputs)
    )
    return looks and any(
        isinstance(kind, YesNoType) or (isinstance(kind, ChoiceType) and len(kind.values) == 2)
        for kind in decision.outputs.values()
    )


def _costs(facts: Facts) -> Iterator[Metric]:
    """Yield the metrics that divide money, which no client has paid, by a number of clients."""
    for metric in facts.metrics_of_clients():
        for quotient in e.walk(metric.value):
            is_quotient = isinstance(quotient, e.Arithmetic) and quotient.operator == "/"
            if is_quotient and _is_cost_of_a_client(facts, *e.children(quotient)):
                yield metric
                break


def _is_cost_of_a_client(facts: Facts, divided: e.Expression, divisor: e.Expression) -> bool:
    return _is_spending(facts, divided) and _counts_clients(facts, divisor)


def _is_spending(facts: Facts, divided: e.Expression) -> bool:
    if not isinstance(divided.type, MoneyType):
        return False
    parts = list(facts.expanded(divided))
    paid = any(isinstance(part, e.History) and part.event in facts.purchases for part in parts)
    return not paid and any(isinstance(part, e.History | e.Population) for part in parts)


def _counts_clients(facts: Facts, divisor: e.Expression) -> bool:
    return any(
        part.aggregate is e.Aggregate.COUNT
        and (
            part.record in facts.clients
            if isinstance(part, e.Population)
            else facts.spec.events[part.event].record in facts.clients
        )
        for part in e.walk(divisor)
        if isinstance(part, e.Population | e.History)
    )


QUESTION = Question(3, "acquisition", _find)
