"""What a run says of the stages, ways, rungs and offers of a spec, for its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from stepladder_dsl.diagram.live import Live, OfferFigures, RungFigures, StageFigures, WayFigures, WayKey
from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.graph.items import stage_id
from stepladder_dsl.model.print_spec import words_of
from stepladder_dsl.model.spec import Process
from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.metrics.standard.carrier import Carrier, Column, Numbers
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.columns import OFFER_STATUSES
from stepladder_engine.results.overview import Overview, Stays
from stepladder_engine.runtime.state import Entity, Position

_DAY = 24 * HOUR


@dataclass(frozen=True)
class Visit:
    """A stay of a case in a stage: since when (None: unknown), and the line of the way that led there."""

    stage: str
    since: Instant | None
    line: int


def visits_of(entity: Entity, position: Position) -> list[Visit]:
    """Give the stays of a case, in the order of time."""
    process = position.plan.process.name
    steps = [step for step in entity.journal if step.process == process and step.kind in ("start", "move")]
    visits: list[Visit] = []
    if not steps or steps[0].kind != "start":
        first = steps[0].stage if steps else position.stage.stage.name
        visits.append(Visit(str(first), None, 0))
    return visits + [Visit(str(step.to_stage), step.time, step.line) for step in steps]


def flow_figures(answer: Answer, language: str | None = None) -> Live:
    """Count what the cases of a run did, as its pictures show it; by default in the language of the spec."""
    overview = answer.overview
    spec, heading = overview.ledger.spec, answer.heading
    flow = _Flow(overview)
    for process in spec.processes.values():
        flow.take(process)
    day = words_of(spec, language).value(heading.program.zone.day(heading.as_of))
    return Live(day, flow.stages, flow.ways, flow.rungs, _offers(overview))


def _offers(overview: Overview) -> dict[str, OfferFigures]:
    """Count the copies of every offer that was made."""
    spec, carrier = overview.ledger.spec, overview.ledger.carrier
    found = {}
    for kind in dict.fromkeys(offer.record for offer in spec.offers.values()):
        made = overview.offers(kind)
        for place, name in enumerate(spec.offers):
            status = made.status[made.offer == place]
            if len(status):
                count = carrier.list(carrier.counted(status, len(OFFER_STATUSES)))
                accepted, open_ = (count[OFFER_STATUSES.index(word)] for word in ("accepted", "open"))
                found[name] = OfferFigures(len(status), accepted, open_)
    return found


class _Flow:
    """The cases of a run, counted process by process."""

    def __init__(self, overview: Overview) -> None:
        self.overview = overview
        self.carrier = overview.ledger.carrier
        self.stages: dict[str, StageFigures] = {}
        self.ways: dict[WayKey, WayFigures] = {}
        self.rungs: dict[str, tuple[RungFigures, ...]] = {}

    def take(self, process: Process) -> None:
        """Count the cases of one process."""
        carrier, stays = self.carrier, self.overview.stays(process)
        width, stage = len(process.stages), self.overview.ledger.stage(process)
        nodes = [stage_id(process.name, name) for name in process.stages]
        now = carrier.list(carrier.counted(stage, width))
        late = carrier.list(carrier.counted(stage[self.overview.late(process)], width))
        once, _ = carrier.different(stays.record * width + stays.stage)
        through = carrier.list(carrier.counted(once % width, width))
        goes_on = stays.record[1:] == stays.record[:-1]
        timed = goes_on & stays.known[1:] & stays.known[:-1]
        time = stays.time[1:] - stays.time[:-1]
        left = stays.stage[:-1]
        for place, node in enumerate(nodes):
            if through[place]:
                days = self._median(time[timed & (left == place)])
                self.stages[node] = StageFigures(now[place], through[place], days, late[place])
        self._take_ways(nodes, stays, goes_on, timed)
        self.rungs[process.name] = self._ladder(process, stays)

    def _take_ways(self, nodes: list[str], stays: Stays, goes_on: Column, timed: Column) -> None:
        carrier, width = self.carrier, len(nodes)
        step = (stays.line[1:] * width + stays.stage[:-1]) * width + stays.stage[1:]
        time = stays.time[1:] - stays.time[:-1]
        for code in carrier.list(carrier.different(step[goes_on])[0]):
            line, origin, target = code // width**2, code // width % width, code % width
            mine = step == code
            days = self._median(time[mine & timed])
            self.ways[nodes[origin], nodes[target], line] = WayFigures(carrier.count(mine & goes_on), days)

    def _ladder(self, process: Process, stays: Stays) -> tuple[RungFigures, ...]:
        """Count how many cases came to each rung, and how long those who went on had stood on it."""
        carrier, count = self.carrier, len(rungs_of(process))
        climbs = climbs_of(process, stays, carrier)
        highest = carrier.counted(climbs.highest + 1, count + 1)
        at_most = carrier.list(carrier.running(highest))
        again = climbs.record[1:] == climbs.record[:-1]
        timed = again & climbs.known[1:] & climbs.known[:-1]
        time, rung = climbs.time[1:] - climbs.time[:-1], climbs.rung[:-1]
        whole = at_most[-1]
        return tuple(
            RungFigures(whole - at_most[number], self._median(time[timed & (rung == number)]))
            for number in range(count)
        )

    def _median(self, microseconds: Column) -> float | None:
        middle = Numbers(self.carrier, microseconds).middle() if len(microseconds) else []
        return median(int(found) / _DAY for found in middle) if middle else None


@dataclass(frozen=True)
class Climbs:
    """How cases came to higher and higher rungs: each time one did, in the order of the cases and of time.

    `highest` is for every case the rung to which it has come, -1: to none.
    """

    record: Column
    rung: Column
    time: Column
    known: Column
    highest: Column


def climbs_of(process: Process, stays: Stays, carrier: Carrier) -> Climbs:
    """Follow the cases of a process up its ladder."""
    rungs = {name: number for number, name in enumerate(rungs_of(process))}
    places = carrier.of(rungs.get(name, -1) for name in process.stages)
    width = len(rungs) + 1
    rung = places[stays.stage]
    # Of every case the numbers are higher than of all before it, so the highest so far is that of the case.
    begin = stays.record * width
    height = begin + rung + 1
    so_far = carrier.highest(height)
    first = carrier.places(height[:1] > begin[:1])
    higher = carrier.places((height[1:] > so_far[:-1]) & (height[1:] > begin[1:])) + 1
    rows = carrier.joined([first, higher])
    last = carrier.running(carrier.counted(stays.record, _cases(stays))) - 1
    highest = so_far[last] % width - 1
    return Climbs(stays.record[rows], rung[rows], stays.time[rows], stays.known[rows], highest)


def _cases(stays: Stays) -> int:
    """Count the cases: each of them has stood somewhere."""
    return int(stays.record[-1]) + 1 if len(stays.record) else 0
