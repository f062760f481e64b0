"""Metrics of records that lie apart: each part gives sums and counts, from which the exact figure is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Metric, Spec
from stepladder_engine.expressions.tally import aggregate, divide, total
from stepladder_engine.metrics.evaluate import Figure, Group, Groups, MetricValue, Population
from stepladder_engine.runtime.result import RunResult

Place = tuple[Any, ...]
"""Where a value stands among all: of two values the one with the lower place comes first."""
Leaf = e.Population | e.History


@dataclass(frozen=True)
class Share:
    """What one part of the records adds to an aggregate.

    `total` is there for sums and averages, `best` with its place for the aggregates that choose one value.
    """

    count: int = 0
    total: Decimal | None = None
    best: tuple[Place, Any] | None = None


@dataclass
class Shares:
    """What one part of the records adds to the aggregates of a metric, over all and in each group."""

    whole: list[Share]
    groups: dict[Group, dict[int, Share]] = field(default_factory=dict)


def needs_all_records(spec: Spec) -> bool:
    """Say whether a metric puts records into the groups of other records, which may then not lie apart."""
    return any(
        grouping.via is not None
        for metric in spec.metrics.values()
        for grouping in (*metric.record_groupings.values(), *metric.event_groupings.values())
    )


def shares_of(result: RunResult) -> dict[str, Shares]:
    """Give what the records of a run add to every metric."""
    gathering = _Gathering(result)
    return {name: gathering.shares(metric) for name, metric in result.program.spec.metrics.items()}


def merged_metrics(result: RunResult, parts: Sequence[Mapping[str, Shares]]) -> dict[str, MetricValue]:
    """Compute every metric from what the parts add; the run's own records have no say."""
    return {
        name: _Merged(result, metric, [part[name] for part in parts]).metric(metric)
        for name, metric in result.program.spec.metrics.items()
    }


def _leaves(metric: Metric) -> list[Leaf]:
    """Give the aggregates over records and events of which a metric consists, each once."""
    sides = [metric.value] if metric.target is None else [metric.value, metric.target.value]
    return list(dict.fromkeys(leaf for side in sides for leaf in _outermost(side)))


def _outermost(expression: e.Expression) -> Iterator[Leaf]:
    """Yield the aggregates that are not inside another one."""
    if isinstance(expression, e.Population | e.History):
        yield expression
        return
    for child in e.children(expression):
        yield from _outermost(child)


def _how(leaf: Leaf) -> e.Aggregate:
    counts_records = isinstance(leaf, e.Population) and leaf.value is None
    return e.Aggregate.COUNT if counts_records else leaf.aggregate


class _Gathering(Population):
    """Finds the values of each aggregate, and where they stand."""

    def shares(self, metric: Metric) -> Shares:
        leaves = _leaves(metric)
        shares = Shares([_share(_how(leaf), self._values(leaf)) for leaf in leaves])
        if metric.by:
            self.groups = Groups(self, metric)
            for group in self.groups.all():
                self.group = group
                shares.groups[group] = {
                    number: _share(_how(leaf), self._values(leaf))
                    for number, leaf in enumerate(leaves)
                    if self._is_grouped(metric, leaf)
                }
            self.groups = self.group = None
        return shares

    @staticmethod
    def _is_grouped(metric: Metric, leaf: Leaf) -> bool:
        """Say whether an aggregate is of the metric's figure, and not of its target alone."""
        if isinstance(leaf, e.Population):
            return leaf.record in metric.record_groupings
        return leaf.event in metric.event_groupings

    def _values(self, leaf: Leaf) -> list[tuple[Place, Any]]:
        return self._of_records(leaf) if isinstance(leaf, e.Population) else self._of_events(leaf)

    def _of_records(self, leaf: e.Population) -> list[tuple[Place, Any]]:
        if self.groups is None or self.group is None:
            chosen = self.chosen(leaf)
        else:
            chosen = self.groups.records(leaf).get(self.group, [])
        if leaf.value is None:
            return [((entity.key,), entity) for entity in chosen]
        value_of = self.compiler.compile(leaf.value)
        values = (((entity.key,), value_of(entity.view)) for entity in chosen)
        return [(place, value) for place, value in values if value is not None]

    def _of_events(self, leaf: e.History) -> list[tuple[Place, Any]]:
        found = self.selected(leaf)
        if self.groups is not None and self.group is not None:
            mine = {id(happened) for happened, _ in self.groups.events(leaf).get(self.group, [])}
            found = [event for event in found if id(event[1]) in mine]
        return [
            ((happened.time, entity.key, number), value)
            for number, (entity, happened, value) in enumerate(found)
        ]


def _share(how: e.Aggregate, values: Sequence[tuple[Place, Any]]) -> Share:
    """Give what the values add to an aggregate."""
    if how is e.Aggregate.COUNT:
        return Share(len(values))
    if how in {e.Aggregate.SUM, e.Aggregate.AVERAGE}:
        return Share(len(values), total(value for _, value in values))
    return Share(len(values), None, _best(how, values))


def _best(how: e.Aggregate, values: Iterable[tuple[Place, Any]]) -> tuple[Place, Any] | None:
    """Give the value that an aggregate chooses, with its place; of equal ones the first."""
    in_order = sorted(values, key=lambda found: found[0])
    if not in_order:
        return None
    chosen = aggregate(how, [_Standing(value, place) for place, value in in_order])
    return chosen.place, chosen.value


@dataclass(frozen=True)
class _Standing:
    """A value that knows its place."""

    value: Any
    place: Place

    def __lt__(self, other: _Standing) -> bool:
        return bool(self.value < other.value)

    def __gt__(self, other: _Standing) -> bool:
        return bool(self.value > other.value)


def _together(how: e.Aggregate, shares: Sequence[Share]) -> Figure:
    """Give the figure of an aggregate from what the parts add to it."""
    count = sum(share.count for share in shares)
    if how is e.Aggregate.COUNT:
        return Figure(Decimal(count), count)
    if how in {e.Aggregate.SUM, e.Aggregate.AVERAGE}:
        whole = total(share.total for share in shares if share.total is not None)
        if how is e.Aggregate.SUM:
            return Figure(whole, count)
        return Figure(divide(whole, Decimal(count)) if count else None, count)
    best = _best(how, [share.best for share in shares if share.best is not None])
    return Figure(None if best is None else best[1], count)


class _Merged(Population):
    """Evaluates one metric from what the parts add to its aggregates."""

    def __init__(self, result: RunResult, metric: Metric, parts: Sequence[Shares]) -> None:
        super().__init__(result)
        self.parts = parts
        self.leaves = {leaf: number for number, leaf in enumerate(_leaves(metric))}

    def metric(self, metric: Metric) -> MetricValue:
        whole = self.value_of(metric)
        if not metric.by:
            return whole
        groups = dict.fromkeys(group for part in self.parts for group in part.groups)
        found: dict[Group, MetricValue] = {}
        for group in sorted(groups, key=Groups(self, metric).order):
            self.group = group
            found[group] = self.value_of(metric)
        self.group = None
        return MetricValue(whole.metric, whole.value, whole.count, whole.target, whole.met, found)

    def of_records(self, expression: e.Population) -> Figure:
        return self._figure(expression)

    def of_events(self, expression: e.History) -> Figure:
        return self._figure(expression)

    def _figure(self, leaf: Leaf) -> Figure:
        number = self.leaves[leaf]
        if self.group is None:
            shares = [part.whole[number] for part in self.parts]
        else:
            nothing: Mapping[int, Share] = {}
            found = (part.groups.get(self.group, nothing).get(number) for part in self.parts)
            shares = [share for share in found if share is not None]
        return _together(_how(leaf), shares)
