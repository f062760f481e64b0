"""What a report asks of a run, and the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.diagram.live import Live
from stepladder_dsl.model.print_words import Words
from stepladder_dsl.model.spec import Process
from stepladder_engine.metrics.standard.carrier import Column, Numbers
from stepladder_engine.metrics.standard.compute import standard_figures
from stepladder_engine.metrics.standard.costs import Cost, channel_of, cost_rows
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.metrics.standard.purchases import Clients as Bought
from stepladder_engine.metrics.standard.purchases import clients_of
from stepladder_engine.report.document import Case
from stepladder_engine.report.owed import Owed, owed_of
from stepladder_engine.report.people import Cases, People
from stepladder_engine.results import worklist
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.columns import OFFER_STATUSES
from stepladder_engine.results.flow_figures import climbs_of, flow_figures
from stepladder_engine.results.overview import Made, Missed
from stepladder_engine.runtime.result import PLANNED


class Source:
    """Answers in columns: records are numbers of `people`."""

    def __init__(self, answer: Answer, language: str) -> None:
        """Take a run's answer, and the language in which reasons are told."""
        self.answer = answer
        self.language = language
        self.overview = answer.overview
        self.ledger = answer.ledger
        self.carrier = self.ledger.carrier
        self.spec = answer.spec
        self.zone = self.ledger.program.zone
        self.as_of = self.ledger.as_of
        self.facts = Facts(self.spec)
        self.people = People(self.ledger)

    @cached_property
    def figures(self) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], StandardFigure]:
        """The standard figures, by name, fields and group; of several kinds of client those of the first."""
        found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], StandardFigure] = {}
        for one in standard_figures(self.ledger):
            found.setdefault((one.metric, one.by, one.group), one)
        return found

    @cached_property
    def live(self) -> Live:
        """The figures of stages, ways, rungs and offers."""
        return flow_figures(self.answer, self.language)

    def name_of(self, case: Case) -> str | None:
        """Name a record, where it has a field for a name."""
        place = self.people.place_of(case)
        return None if place is None else self.overview.name_of(*place)

    # those who buy

    @cached_property
    def client(self) -> str:
        """The kind of record that buys: of several the first."""
        return self.facts.clients[0]

    @cached_property
    def buyers(self) -> Bought | None:
        """Those who buy, with their purchases; None where nothing is bought."""
        if not self.facts.purchases:
            return None
        return clients_of(self.ledger, self.facts, self.client)

    def clients(self, chosen: Column) -> Column:
        """Give the numbers of those clients of whom it is true."""
        return self.people.numbers(self.client, self.carrier.places(chosen))

    def among_buyers(self, chosen: Column) -> Column:
        """Give the numbers of those buyers of whom it is true."""
        return self.all_buyers[chosen]

    @cached_property
    def all_buyers(self) -> Column:
        """The numbers of everybody who has bought."""
        if self.buyers is None:
            return self.people.nobody()
        return self.people.numbers(self.client, self.buyers.who)

    @cached_property
    def spent(self) -> Numbers:
        """What each record has paid so far: 0 for one that has bought nothing."""
        if self.buyers is None:
            return Numbers(self.carrier, self.carrier.of([0] * self.people.count))
        paid = self.carrier.added(self.buyers.spent, self.all_buyers, self.people.count)
        return self.buyers.amounts(paid)

    def spent_by(self, numbers: Column) -> Numbers:
        """Give what some records have paid."""
        return Numbers(self.carrier, self.spent.column[numbers], self.spent.scale)

    def paid(self, case: Case) -> Decimal | None:
        """Give what a client has paid; None where it has bought nothing."""
        number = self.people.number_of(case)
        if not self._is_buyer[number]:
            return None
        return self.spent_by(self.carrier.of([number])).total

    @cached_property
    def _is_buyer(self) -> Column:
        return self.carrier.counted(self.all_buyers, self.people.count) > 0

    @cached_property
    def _by_spending(self) -> tuple[Column, Column]:
        """All records, those that have paid most first, and the rank of each."""
        everybody = self.carrier.upto(self.people.count)
        order = self.carrier.order(self.spent.column * -1, everybody)
        return order, self.carrier.order(order)

    def by_spending(self, numbers: Column) -> Cases:
        """Give records, those that have paid most first."""
        order, rank = self._by_spending
        return Cases(self.people, rank[numbers], order)

    # what is to be done

    @cached_property
    def owed(self) -> Owed:
        """What is owed."""
        return owed_of(self.overview, self.people)

    def shown(self, owed: Sequence[Owed]) -> dict[str, tuple[worklist.Owed, str]]:
        """Give single tasks whole, by their keys, each with why it is owed, as the reader writes it."""
        cases = {self.people.place(number) for some in owed for number in self.carrier.list(some.number)}
        result = self.overview.records_of(cases)
        told = worklist.Told(self.language, Words(self.language).day)
        keys = {key for some in owed for key in some.task_keys()}
        return {
            one.key: (one, worklist.reason_of(result, one.entity, one.task, told))
            for one in worklist.worklist(result, self.language, reasons=False)
            if one.key in keys
        }

    @cached_property
    def forgotten(self) -> Mapping[str, tuple[Column, Column]]:
        """The open cases that nobody will be asked to touch, by process: their numbers, and their stages."""
        found = {}
        for process in self.spec.processes.values():
            places = self.carrier.places(self.overview.forgotten(process))
            stage = self.ledger.stage(process)[places]
            found[process.name] = self.people.numbers(process.record, places), stage
        return found

    @cached_property
    def planned(self) -> Counter[str]:
        """How many tasks come to each role later."""
        found: Counter[str] = Counter()
        for (role, status), count in self.ledger.work().tasks.items():
            if status == PLANNED:
                found[role or ""] += count
        return found

    # where they stand

    @cached_property
    def stands(self) -> Mapping[tuple[str, str], Column]:
        """Who stands in each stage."""
        found = {}
        for process in self.spec.processes.values():
            stage = self.ledger.stage(process)
            for place, name in enumerate(process.stages):
                places = self.carrier.places(stage == place)
                found[process.name, name] = self.people.numbers(process.record, places)
        return found

    def been(self, process: Process, stage: int) -> Column:
        """Give who has ever stood in a stage, by its place in the process."""
        stays = self.overview.stays(process)
        return self.people.numbers(process.record, self.once([stays.record[stays.stage == stage]]))

    def late(self, process: Process, stage: int) -> Column:
        """Give who stands in a stage and waits for something that is late."""
        chosen = self.overview.late(process) & (self.ledger.stage(process) == stage)
        return self.people.numbers(process.record, self.carrier.places(chosen))

    def went(self, process: Process, stage: int, target: int, line: int) -> Column:
        """Give who has gone from one stage to another by a way, which stands in a line of the spec."""
        stays = self.overview.stays(process)
        goes_on = stays.record[1:] == stays.record[:-1]
        mine = goes_on & (stays.stage[:-1] == stage) & (stays.stage[1:] == target) & (stays.line[1:] == line)
        return self.people.numbers(process.record, self.once([stays.record[1:][mine]]))

    @property
    def unknown_since(self) -> Column:
        """The cases of which is not known since when they stand where they stand."""
        found = []
        for process in self.spec.processes.values():
            stays = self.overview.stays(process)
            counts = self.carrier.counted(stays.record, len(self.ledger.keys(process.record)))
            last = self.carrier.running(counts) - 1
            found.append(self.people.numbers(process.record, self.carrier.places(~stays.known[last])))
        return self.once(found)

    @property
    def loops(self) -> Column:
        """The records of which a loop was stopped."""
        return self.once(
            self.people.numbers(kind, self.carrier.places(self.overview.loops(kind)))
            for kind in self.spec.records
        )

    def to_come(self, role: str) -> Column:
        """Give the records for which a role, or nobody, will have to do something."""
        found = []
        for kind in self.spec.records:
            planned = self.overview.planned(kind)
            place = list(planned.roles).index(role) if role in planned.roles else -1
            if place >= 0 or not role:
                found.append(self.people.numbers(kind, planned.record[planned.role == place]))
        return self.once(found)

    def later_events(self) -> Mapping[Case, str]:
        """Give the rows of events after the moment of the run: for whom, and when."""
        later = sorted(self.overview.later(), key=lambda one: (one.origin.file, one.origin.row, one.event))
        return {
            (event, f"{origin.file}:{origin.row}"): f"{key}, {self.zone.text(time)}"
            for event, key, time, origin in later
        }

    @cached_property
    def costs(self) -> Mapping[Case, Cost]:
        """The rows of costs."""
        channel = channel_of(self.facts, self.client) if self.facts.clients else None
        return cost_rows(self.ledger, self.facts, channel)

    def climbs(self, process: Process) -> tuple[Column, Column]:
        """Give of each case of a process the highest rung on which it has stood, and its stage."""
        climbs = climbs_of(process, self.overview.stays(process), self.carrier)
        return climbs.highest, self.ledger.stage(process)

    @cached_property
    def _offers(self) -> Mapping[str, Made]:
        kinds = dict.fromkeys(offer.record for offer in self.spec.offers.values())
        return {kind: self.overview.offers(kind) for kind in kinds}

    def offered(self, offer: str, status: str) -> Column:
        """Give to whom an offer was made that stands so, as often as it was."""
        kind = self.spec.offers[offer].record
        made, place = self._offers[kind], list(self.spec.offers).index(offer)
        mine = (made.offer == place) & (made.status == OFFER_STATUSES.index(status))
        return self.people.numbers(kind, made.record[mine])

    @cached_property
    def offer_income(self) -> Mapping[str, Decimal | None]:
        """The prices of each offer's accepted copies added up; None where no accepted one has a price."""
        return self.overview.offer_income()

    @cached_property
    def missed(self) -> Sequence[Missed]:
        """The events that no way took."""
        return self.overview.missed()

    def once(self, numbers: Iterable[Column]) -> Column:
        """Give the numbers of several columns, each once."""
        return self.carrier.different(self.carrier.joined(list(numbers)))[0]
