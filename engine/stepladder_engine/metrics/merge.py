"""Metrics of records that lie apart: each part gives sums and counts, from which the exact figure is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Grouping, Metric, Spec
from stepladder_dsl.record import record
from stepladder_engine.expressions.tally import aggregate, divide, total
from stepladder_engine.expressions.view import Happened
from stepladder_engine.metrics.evaluate import Figure, Group, Groups, MetricValue, Population
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity

Place = tuple[Any, ...]
"""Where a value stands among all: of two values the one with the lower place comes first."""
Leaf = e.Population | e.History


@record
class Share:
    """What one part of the records adds to an aggregate.

    `total` is there for sums and averages, `best` with its place for the aggregates that choose one value.
    """

    count: int = 0
    total: Decimal | None = None
    best: tuple[Place, Any] | None = None


@record
class Parent:
    """A record whose group is that of others, and which of the metric's groupings says so."""

    record: str
    key: str
    grouping: int


@record(frozen=False)
class Shares:
    """What one part of the records adds to the aggregates of a metric, over all and in each group.

    Records that stand in the group of another record, which may lie in another part, are told by that one:
    their group is a `Parent`. `parents` are the groups of such records that lie in this part.
    """

    whole: list[Share]
    groups: dict[Group, dict[int, Share]] = field(default_factory=dict)
    parents: dict[Parent, Group] = field(default_factory=dict)


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

    def __init__(self, result: RunResult) -> None:
        super().__init__(result)
        self._places: dict[e.History, dict[int, Place]] = {}

    def shares(self, metric: Metric) -> Shares:
        leaves = _leaves(metric)
        shares = Shares([_share(_how(leaf), self._values(leaf)) for leaf in leaves])
        if metric.by:
            self.groups = _GroupsApart(self, metric)
            self._places.clear()
            shares.parents = self.groups.parents()
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
        if self.groups is None or self.group is None:
            return [(_place(number, event), event[2]) for number, event in enumerate(self.selected(leaf))]
        places = self._places.get(leaf)
        if places is None:
            events = enumerate(self.selected(leaf))
            places = self._places[leaf] = {id(event[1]): _place(number, event) for number, event in events}
        mine = self.groups.events(leaf).get(self.group, [])
        return [(places[id(happened)], value) for happened, value in mine]


class _GroupsApart(Groups):
    """Groups of records of which the one that says the group of another may lie in another part."""

    def __init__(self, population: Population, metric: Metric) -> None:
        super().__init__(population, metric)
        spec = population.spec
        of_events = [(spec.events[name].record, found) for name, found in metric.event_groupings.items()]
        self.groupings = [*metric.record_groupings.items(), *of_events]
        """Each with the kind of record that it is about, or whose events."""
        self.own = [Grouping(grouping.values) for _, grouping in self.groupings]

    def in_order(self, groups: Iterable[Group]) -> list[Group]:
        """Give groups as they come: their order is that of all parts together."""
        return list(groups)

    def parents(self) -> dict[Parent, Group]:
        """Give the groups of the records here that others may stand in."""
        found: dict[Parent, Group] = {}
        for number, (kind, grouping) in enumerate(self.groupings):
            if grouping.via is None:
                continue
            target = _referred(self.population.spec, kind, grouping)
            for entity in self.population.of_kind.get(target, ()):
                found[Parent(target, entity.key, number)] = self.group_of(self.own[number], entity, {})
        return found

    def group_of(self, grouping: Grouping, entity: Entity, event: Mapping[str, Any]) -> Group:
        """Give the group of a record or an event, or the record whose group it is."""
        if grouping.via is None:
            return super().group_of(grouping, entity, event)
        number = next(place for place, (_, found) in enumerate(self.groupings) if found is grouping)
        target = _referred(self.population.spec, entity.kind, grouping)
        return (Parent(target, str(entity.view.fields.get(grouping.via)), number),)


def _referred(spec: Spec, record: str, grouping: Grouping) -> str:
    """Give the kind of record to which the field of a grouping refers."""
    return str(getattr(spec.records[record].fields[grouping.via or ""].type, "record", ""))


def _place(number: int, event: tuple[Entity, Happened, Any]) -> Place:
    """Give where an event stands among all."""
    entity, happened, _ = event
    return happened.time, entity.key, number


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


@record
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


def _is_of_another(group: Group) -> bool:
    return len(group) == 1 and isinstance(group[0], Parent)


class _Merged(Population):
    """Evaluates one metric from what the parts add to its aggregates."""

    def __init__(self, result: RunResult, metric: Metric, parts: Sequence[Shares]) -> None:
        super().__init__(result)
        self.parts = parts
        self.leaves = {leaf: number for number, leaf in enumerate(_leaves(metric))}
        self.by_group: dict[Group, dict[int, list[Share]]] = {}
        parents = {parent: group for part in parts for parent, group in part.parents.items()}
        nobody = (None,) * len(metric.by)
        for part in parts:
            for given, shares in part.groups.items():
                # Whose record is not there has no group.
                group = parents.get(given[0], nobody) if _is_of_another(given) else given
                found = self.by_group.setdefault(group, {})
                for number, share in shares.items():
                    found.setdefault(number, []).append(share)

    def metric(self, metric: Metric) -> MetricValue:
        whole = self.value_of(metric)
        if not metric.by:
            return whole
        found: dict[Group, MetricValue] = {}
        for group in Groups(self, metric).in_order(self.by_group):
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
            shares = self.by_group[self.group].get(number, [])
        return _together(_how(leaf), shares)
