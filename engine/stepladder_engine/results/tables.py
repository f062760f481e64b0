"""Result tables: the same columns in every format, described by the schemas in ``schemas/``.

Times are ISO 8601 with their offset; amounts of money are exact decimals, with
the currency in a column of their own. Reasons are sentences in the spec's language.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from stepladder_dsl.model.types import MoneyType, Unit
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.tables import Table, table_of
from stepladder_engine.expressions.tally import shortest
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.results.columns import COLUMNS, IN_ORDER, KEYS, TABLES
from stepladder_engine.results.values import group_text
from stepladder_engine.runtime.offers import next_best
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import journal_in_order
from stepladder_engine.runtime.state import Entity, Position
from stepladder_engine.texts.catalogue import Phrase, tell_plainly


class Tables:
    """Makes the tables of one run."""

    def __init__(self, result: RunResult, metrics: Mapping[str, MetricValue]) -> None:
        """Take the run's answer and its figures."""
        self.result = result
        self.metrics = metrics
        self.spec = result.program.spec
        self.zone = result.program.zone
        self.time = lru_cache(maxsize=200_000)(self._time)
        self._sentences: dict[int, tuple[Phrase | str, str]] = {}

    def _time(self, instant: Instant | None) -> str | None:
        return None if instant is None else self.zone.text(instant)

    def told(self, reason: Phrase | str | None) -> str | None:
        """Give a reason in the spec's language."""
        if reason is None:
            return None
        # One and the same phrase stands in thousands of rows; what is kept here stays that very one.
        known = self._sentences.get(id(reason))
        if known is None:
            known = self._sentences[id(reason)] = reason, tell_plainly(reason, self.spec.language)
        return known[1]

    @staticmethod
    def columns(table: str) -> tuple[str, ...]:
        """Give a table's columns."""
        return tuple(column.name for column in COLUMNS[table])

    def all(self, chosen: Collection[str] = TABLES) -> list[Table]:
        """Give every table, or those that were chosen."""
        rows = {
            "positions": self.positions(),
            "tasks": self.tasks(),
            "offers": self.offers(),
            "journal": self.journal(),
            "deviations": self.deviations(),
            "rejected": self.rejected(),
            "metrics": self.metric_rows(),
        }
        return [
            table_of(name, COLUMNS[name], list(found), KEYS[name], and_order=name in IN_ORDER)
            for name, found in rows.items()
            if name in chosen
        ]

    def positions(self) -> Iterator[tuple[object, ...]]:
        """Yield where each case stands and who must touch it next."""
        for entity in self.result.entities:
            for position in entity.positions:
                yield self.position(entity, position)

    def position(self, entity: Entity, position: Position) -> tuple[object, ...]:
        """Give one case's row of `positions`."""
        stage = position.stage.stage
        since = position.since
        days = None if since is None else self.zone.elapsed(since, self.result.as_of, Unit.DAY)
        deadline = None
        if stage.limit is not None and since is not None:
            deadline = self.zone.add(since, stage.limit.duration)
        following = self.result.next_action(entity, position)
        phase = position.plan.process.phases.get(stage.phase or "")
        return (
            entity.kind,
            entity.key,
            position.plan.process.name,
            stage.name,
            stage.label,
            phase.label if phase else None,
            stage.end.value if stage.end else None,
            self.time(since),
            days,
            stage.owner,
            entity.person_for(stage.owner),
            self.time(deadline),
            self.time(following.due),
            following.role,
            following.person,
            f"{following.kind} {following.name}" if following.kind else None,
            self.result.forgotten(entity, position),
        )

    def tasks(self, entities: Iterable[Entity] | None = None) -> Iterator[tuple[object, ...]]:
        """Yield every task and raised alert; of all records, or of some."""
        for entity in self.result.entities if entities is None else entities:
            for task in entity.tasks:
                if not self.result.raised(task):
                    continue
                escalated = self.result.escalated_to(task)
                yield (
                    f"{self.spec.name}/{task.key}",
                    task.kind,
                    task.rule,
                    task.title,
                    entity.kind,
                    entity.key,
                    task.process,
                    task.stage,
                    task.role,
                    task.person,
                    task.channel,
                    task.text,
                    self.time(task.created),
                    self.time(task.due),
                    self.time(task.wanted),
                    task.moved,
                    self.result.status(task),
                    self.time(task.closed),
                    self.told(task.reason),
                    escalated[1] if escalated else None,
                    self.time(escalated[0]) if escalated else None,
                )

    def offers(self, entities: Iterable[Entity] | None = None) -> Iterator[tuple[object, ...]]:
        """Yield every time an offer was open, the next best one of each record marked; of all or some."""
        for entity in self.result.entities if entities is None else entities:
            best = next_best(entity)
            for copy in entity.offers:
                offer = copy.offer
                yield (
                    f"{self.spec.name}/{copy.key}",
                    offer.name,
                    offer.label,
                    offer.kind.value if offer.kind else None,
                    entity.kind,
                    entity.key,
                    offer.role,
                    copy.person,
                    offer.channel,
                    self.result.program.rounded(copy.price, MoneyType()),
                    self.result.program.rounded(copy.discount, MoneyType()),
                    self.spec.currency if copy.price is not None or copy.discount is not None else None,
                    copy.status,
                    self.time(copy.opened),
                    self.time(copy.expires),
                    self.time(copy.closed),
                    copy is best,
                    offer.ladder,
                    offer.order,
                )

    def journal(self) -> Iterator[tuple[object, ...]]:
        """Yield every step of every case, in order of time."""
        for entity, entry in journal_in_order(self.result.entities):
            yield (
                self.time(entry.time),
                entity.kind,
                entity.key,
                entry.process,
                entry.kind,
                entry.stage,
                entry.to_stage,
                entry.subject,
                self.told(entry.reason),
                entry.line,
            )

    def deviations(self) -> Iterator[tuple[object, ...]]:
        """Yield the events that no transition took."""
        for entity in self.result.entities:
            for found in entity.deviations:
                yield (
                    self.time(found.time),
                    entity.kind,
                    entity.key,
                    found.process,
                    found.stage,
                    found.event,
                    found.kind,
                    self.told(found.reason),
                    self.told(found.effect),
                    found.origin.file if found.origin else None,
                    found.origin.row if found.origin else None,
                )

    def rejected(self) -> Iterator[tuple[object, ...]]:
        """Yield the rows that were put aside, each with its reason."""
        for row in self.result.dataset.rejected:
            cells = json.dumps(dict(row.raw), ensure_ascii=False)
            reason = row.reason(self.spec.language)
            yield (row.origin.file, row.origin.row, row.kind, row.key, row.code, reason, cells)

    def metric_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the figures: each over everything, then for its groups."""
        for name, figure in self.metrics.items():
            yield self._metric_row(name, figure, None, None)
            by = ", ".join(figure.metric.by)
            for group, part in figure.groups.items():
                yield self._metric_row(name, part, by, group_text(group))

    def _metric_row(
        self, name: str, figure: MetricValue, by: str | None, group: str | None
    ) -> tuple[object, ...]:
        metric = figure.metric
        money = isinstance(metric.value.type, MoneyType)
        unit = self.spec.currency if money else "share" if metric.percent else "number"
        value = figure.value
        if isinstance(value, Decimal) and not money:
            value = shortest(value)
        return (
            name,
            metric.label,
            by,
            group,
            value,
            unit,
            figure.count,
            figure.target,
            figure.met,
            metric.owner,
        )
