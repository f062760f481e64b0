"""What a report asks of a run, and the answers from whole records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.diagram.live import Live
from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.model.print_words import Words
from stepladder_dsl.model.spec import Process
from stepladder_engine.expressions.tally import total
from stepladder_engine.metrics.standard.compute import standard_figures
from stepladder_engine.metrics.standard.costs import Channel, Cost, channel_of, cost_rows
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.metrics.standard.purchases import Clients as Bought
from stepladder_engine.metrics.standard.purchases import clients_of
from stepladder_engine.report.document import Case
from stepladder_engine.report.trails import Trails, trails_of
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.flow_figures import flow_figures, visits_of
from stepladder_engine.results.worklist import Owed, Told, reason_of, worklist
from stepladder_engine.runtime.result import PLANNED


@dataclass(frozen=True)
class Missed:
    """An event that no way took: where, and why."""

    case: Case
    process: str
    stage: str
    event: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Climb:
    """How far a case has come: the highest rung it has stood on, and the stage in which it stands."""

    case: Case
    highest: int
    stage: str


class RecordSource:
    """Answers from whole records."""

    def __init__(self, answer: Answer, language: str) -> None:
        """Take a run's answer, and the language in which reasons are told."""
        self.answer = answer
        self.language = language
        self.result = answer.result
        self.program = answer.result.program
        self.spec = answer.spec
        self.zone = self.program.zone
        self.as_of = answer.result.as_of
        self.today = self.zone.day(self.as_of)
        self.facts = Facts(self.spec)

    @cached_property
    def figures(self) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], StandardFigure]:
        """The standard figures, by name, fields and group; of several kinds of client those of the first."""
        found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], StandardFigure] = {}
        for one in standard_figures(self.result):
            found.setdefault((one.metric, one.by, one.group), one)
        return found

    @cached_property
    def live(self) -> Live:
        """The figures of stages, ways, rungs and offers."""
        return flow_figures(self.answer, self.language)

    @cached_property
    def names(self) -> Mapping[Case, str]:
        """The names of records that have one."""
        from stepladder_engine.results.worklist import names_of

        return {(entity.kind, entity.key): name for entity, name in names_of(self.result) if name}

    @cached_property
    def buyers(self) -> Bought | None:
        """Those who buy, with their purchases; None where nothing is bought."""
        if not self.facts.purchases:
            return None
        return clients_of(self.result, self.facts, self.facts.clients[0])

    @cached_property
    def spent(self) -> Mapping[Case, Decimal]:
        """What each buyer has paid so far."""
        buyers = self.buyers.buyers if self.buyers is not None else ()
        return {(client.entity.kind, client.entity.key): client.spent for client in buyers}

    @cached_property
    def owed(self) -> list[Owed]:
        """What is owed, by owner, the most urgent first."""
        return worklist(self.result, self.language, reasons=False)

    def why(self, owed: Owed) -> str:
        """Say why something is owed, with days as the reader writes them."""
        return reason_of(self.result, owed.entity, owed.task, Told(self.language, Words(self.language).day))

    @cached_property
    def stands(self) -> Mapping[tuple[str, str], list[Case]]:
        """Who stands in each stage."""
        found: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for entity in self.result.entities:
            for position in entity.positions:
                place = position.plan.process.name, position.stage.stage.name
                found[place].append((entity.kind, entity.key))
        return found

    @cached_property
    def forgotten(self) -> Mapping[Case, str]:
        """The open cases that nobody will be asked to touch, with the title of their stage."""
        return {
            (entity.kind, entity.key): position.stage.stage.label
            for entity in self.result.entities
            for position in entity.positions
            if self.result.forgotten(entity, position)
        }

    @cached_property
    def trails(self) -> Trails:
        """Where cases have been; for lists behind single cells."""
        return trails_of(self.answer)

    @cached_property
    def _channel(self) -> Channel | None:
        return channel_of(self.facts, self.facts.clients[0]) if self.facts.clients else None

    @cached_property
    def costs(self) -> Mapping[Case, Cost]:
        """The rows of costs."""
        return cost_rows(self.result, self.facts, self._channel)

    def climbs(self, process: Process) -> list[Climb]:
        """Give how far each case of a process has come."""
        rung = {name: number for number, name in enumerate(rungs_of(process))}
        found = []
        for entity in self.result.entities:
            for position in entity.positions:
                if position.plan.process.name == process.name:
                    visited = (rung.get(visit.stage, -1) for visit in visits_of(entity, position))
                    place = position.stage.stage.name
                    found.append(Climb((entity.kind, entity.key), max(visited, default=-1), place))
        return found

    @cached_property
    def offered(self) -> Mapping[tuple[str, str], list[Case]]:
        """To whom each offer was made, by how it stands."""
        found: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for entity in self.result.entities:
            for copy in entity.offers:
                found[copy.offer.name, copy.status].append((entity.kind, entity.key))
        return found

    @cached_property
    def offer_income(self) -> Mapping[str, Decimal | None]:
        """The prices of each offer's accepted copies added up; None where no accepted one has a price."""
        prices: dict[str, list[Decimal]] = defaultdict(list)
        for entity in self.result.entities:
            for copy in entity.offers:
                if copy.status == "accepted" and copy.price is not None:
                    prices[copy.offer.name].append(copy.price)
        return {name: total(prices[name]) if prices[name] else None for name in self.spec.offers}

    @cached_property
    def planned(self) -> Counter[str]:
        """How many tasks come to each role later."""
        return Counter(
            task.role or ""
            for entity in self.result.entities
            for task in entity.tasks
            if self.result.raised(task) and self.result.status(task) == PLANNED
        )

    @cached_property
    def missed(self) -> Sequence[Missed]:
        """The events that no way took."""
        from stepladder_engine.texts.catalogue import tell_plainly

        return [
            Missed(
                (entity.kind, entity.key),
                found.process,
                found.stage,
                found.event,
                found.kind,
                tell_plainly(found.reason, self.language),
            )
            for entity in self.result.entities
            for found in entity.deviations
        ]
