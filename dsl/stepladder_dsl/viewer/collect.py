"""Collects the cards of a spec: every thing that a picture shows or a reader looks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from stepladder_dsl.diagram.telling import formula_text, money_text, number_text, told
from stepladder_dsl.diagram.traffic import ProcessTraffic
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.edges import edges_of
from stepladder_dsl.graph.items import Edge, TransitionEdge, item_id, stage_id
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.print_pieces import Pieces
from stepladder_dsl.viewer.cards import Card, Fact, Item, fact
from stepladder_dsl.viewer.lines import lines_of, note_above

if TYPE_CHECKING:
    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.model.expressions import Expression
    from stepladder_dsl.model.types import Duration
    from stepladder_dsl.source import Source, Span


def cards_of(spec: m.Spec, sources: Mapping[str, Source], live: Live | None = None) -> tuple[Card, ...]:
    """Give the card of each thing, in the order in which a reader asks for them."""
    return tuple(_Collector(spec, sources, live).cards())


def phase_card(process: str, phase: str) -> str:
    """Give the id of a phase's card; phases of two processes may have one name."""
    return item_id("phase", f"{process}/{phase}")


class _Collector:
    """Knows the spec, its texts, and what leads where."""

    def __init__(self, spec: m.Spec, sources: Mapping[str, Source], live: Live | None) -> None:
        self.spec = spec
        self.sources = sources
        self.live = live
        self.language = spec.language
        self.words = words_of(spec.language)
        self.pieces = Pieces(spec, spec.language)
        edges = list(edges_of(spec))
        self.ways = [edge for edge in edges if isinstance(edge, TransitionEdge)]
        self.relations: list[Edge] = [edge for edge in edges if not isinstance(edge, TransitionEdge)]
        graph = build_graph(spec) if live else None
        self.traffic = (
            {name: ProcessTraffic(graph, name, live) for name in spec.processes} if graph and live else {}
        )

    def cards(self) -> Iterator[Card]:
        """Yield processes with their phases and stages, then what belongs to several."""
        for process in self.spec.processes.values():
            yield self.process(process)
            yield from (self.phase(process, phase) for phase in process.phases.values())
            yield from (self.stage(process, stage) for stage in process.stages.values())
        yield from map(self.event, self.spec.events.values())
        yield from map(self.follow_up, self.spec.follow_ups.values())
        yield from map(self.offer, self.spec.offers.values())
        yield from map(self.role, self.spec.roles.values())
        yield from map(self.decision, self.spec.decisions.values())
        yield from map(self.let, self.spec.lets.values())
        yield from map(self.metric, self.spec.metrics.values())

    def card(
        self,
        card: str,
        kind: str,
        thing: m.Declared | m.Let,
        span: Span,
        facts: Iterable[Fact],
        *,
        before: int | None = None,
        outcome: str | None = None,
    ) -> Card:
        """Put a card together."""
        title = thing.label if isinstance(thing, m.Declared) else thing.name.replace("_", " ")
        note, lines = note_above(self.sources, span), lines_of(self.sources, span, before)
        return Card(card, kind, thing.name, title, tuple(facts), note, lines, outcome)

    def process(self, process: m.Process) -> Card:
        """Make the card of a process: whom it is about, who answers for it, its stages."""
        inner = [phase.span for phase in process.phases.values()]
        inner += [stage.span for stage in process.stages.values()]
        stages = [self.to_stage(stage_id(process.name, name)) for name in process.stages]
        facts = (
            *fact("about", self.spec.records[process.record].label),
            *fact("owner", self.to_role(process.owner)),
            *fact("stages", *stages),
        )
        first = self.first_line(process.span, inner)
        return self.card(
            item_id("process", process.name), "process", process, process.span, facts, before=first
        )

    def phase(self, process: m.Process, phase: m.Phase) -> Card:
        """Make the card of a phase."""
        inside = [stage for stage in process.stages.values() if phase in process.phases_of(stage)]
        spans = [stage.span for stage in inside] + [one.span for one in process.phases.values()]
        parent = process.phases[phase.parent] if phase.parent else None
        facts = (
            *fact("owner", self.to_role(phase.owner)),
            *fact("phase", self.to_phase(process, parent)),
            *fact("stages", *(self.to_stage(stage_id(process.name, stage.name)) for stage in inside)),
        )
        card = phase_card(process.name, phase.name)
        first = self.first_line(phase.span, spans)
        return self.card(card, "phase", phase, phase.span, facts, before=first)

    def stage(self, process: m.Process, stage: m.Stage) -> Card:
        """Make the card of a stage: its job instruction, and the ways in and out."""
        node = stage_id(process.name, stage.name)
        phase = process.phases[stage.phase] if stage.phase else None
        facts = (
            *fact("figures", self.traffic[process.name].stage_text(node) if self.traffic else None),
            *fact("start", self.process_item(process) if stage.name == process.start else None),
            *fact("owner", self.to_role(stage.owner)),
            *fact("phase", self.to_phase(process, phase)),
            *fact("steps", *stage.steps),
            *fact("needs", *stage.needs),
            *fact("documents", *stage.documents),
            *fact("effort", duration_text(stage.effort, self.language) if stage.effort else None),
            *fact("cost", self.money(stage)),
            *fact("limit", self.limit(stage)),
            *fact("ways_out", *self.ways_out(node)),
            *fact("noted_here", *self.noted(node)),
            *fact("ways_in", *self.ways_in(node)),
            *fact("follow_ups", *self.related("starts", node)),
            *fact("offers", *self.related("offers", node)),
        )
        return self.card(
            node, "stage", stage, stage.span, facts, outcome=stage.end.value if stage.end else None
        )

    def event(self, event: m.Event) -> Card:
        """Make the card of an event: whom it happens to, what it leads to."""
        ways = [way for way in self.ways if way.event == event.name]
        moving = [self.led_item(way) for way in ways if not way.stays]
        staying = dict.fromkeys(way.source for way in ways if way.stays)
        started = [
            Item(one.label, item_id("follow_up", one.name))
            for one in self.spec.follow_ups.values()
            if isinstance(one.anchor, m.AfterEvent | m.AfterSilence) and one.anchor.event == event.name
        ]
        accepting = [
            Item(one.label, item_id("offer", one.name))
            for one in self.spec.offers.values()
            if event.name in {pattern.event for pattern in one.accepted_on}
        ]
        facts = (
            *fact("about", self.spec.records[event.record].label),
            *fact("leads", *moving),
            *fact("noted_in", *map(self.to_stage, staying)),
            *fact("follow_ups", *started),
            *fact("accepts", *accepting),
        )
        return self.card(item_id("event", event.name), "event", event, event.span, facts)

    def follow_up(self, follow_up: m.FollowUp) -> Card:
        """Make the card of a follow-up: from when on, by whom, and to whom it goes on."""
        card = item_id("follow_up", follow_up.name)
        raised = (
            Item(
                self.spec.roles[one.role].label,
                item_id("role", one.role),
                behind=self.words.after.format(duration=duration_text(one.after, self.language)),
            )
            for one in follow_up.escalations
        )
        facts = (
            *fact("about", self.spec.records[follow_up.record].label),
            *self.anchor(follow_up.anchor),
            *fact("due", *(self.after(one) for one in follow_up.intervals)),
            *fact("owner", self.to_role(follow_up.role)),
            *fact("channel", (follow_up.channel or "").replace("_", " ")),
            *fact("condition", self.expression(follow_up.condition)),
            *fact("text", follow_up.text),
            *fact("done_on", *map(self.pattern, follow_up.done_on)),
            *fact("escalates", *raised),
        )
        return self.card(card, "follow_up", follow_up, follow_up.span, facts)

    def offer(self, offer: m.Offer) -> Card:
        """Make the card of an offer: what it costs, to whom it is made, what answers it."""
        card = item_id("offer", offer.name)
        figures = self.live.offers.get(offer.name) if self.live else None
        shown = told(self.language, "opened", count=self.number(figures.made)) if figures else None
        facts = (
            *fact("figures", shown),
            *fact("offer_kind", self.pieces.w(offer.kind.name) if offer.kind else None),
            *fact("about", self.spec.records[offer.record].label),
            *fact("price", self.expression(offer.price)),
            *fact("discount", self.expression(offer.discount)),
            *fact("stages", *(self.to_stage(stage_id(*place)) for place in offer.stages)),
            *fact("condition", self.expression(offer.condition)),
            *fact("owner", self.to_role(offer.role)),
            *fact("channel", (offer.channel or "").replace("_", " ")),
            *fact("valid", duration_text(offer.valid, self.language) if offer.valid else None),
            *fact("accepted_on", *map(self.pattern, offer.accepted_on)),
            *fact("declined_on", *map(self.pattern, offer.declined_on)),
        )
        return self.card(card, "offer", offer, offer.span, facts)

    def role(self, role: m.Role) -> Card:
        """Make the card of a role: for what it answers, and of what it hears."""
        card = item_id("role", role.name)
        answers = [self.by_id(edge.source) for edge in self.relations_to("owned_by", card)]
        tasks = [self.by_id(edge.source) for edge in self.relations_to("done_by", card)]
        hears = [
            self.by_id(edge.source)
            for kind in ("alerts", "escalates_to")
            for edge in self.relations_to(kind, card)
        ]
        facts = (
            *fact("reports_to", self.to_role(role.reports_to)),
            *fact("answers", *answers),
            *fact("tasks", *tasks),
            *fact("hears", *dict.fromkeys(hears)),
        )
        return self.card(card, "role", role, role.span, facts)

    def decision(self, decision: m.Decision) -> Card:
        """Make the card of a decision table; the table itself is its lines."""
        facts = fact("about", self.spec.records[decision.record].label)
        return self.card(item_id("decision", decision.name), "decision", decision, decision.span, facts)

    def let(self, let: m.Let) -> Card:
        """Make the card of a named value."""
        facts = fact("about", self.spec.records[let.record].label)
        return self.card(item_id("let", let.name), "let", let, let.span, facts)

    def metric(self, metric: m.Metric) -> Card:
        """Make the card of a metric: its target and who answers for it."""
        facts = (
            *fact("target", metric.target.text if metric.target else None),
            *fact("owner", self.to_role(metric.owner)),
        )
        return self.card(item_id("metric", metric.name), "metric", metric, metric.span, facts)

    def ways_out(self, node: str) -> Iterator[Item]:
        """Yield the ways out of a stage in the order in which a case tries them."""
        for way in self.ways:
            if way.source == node and not way.stays:
                yield self.way_item(way, way.target)

    def noted(self, node: str) -> Iterator[Item]:
        """Yield what happens in a stage without moving the case."""
        for way in self.ways:
            if way.source == node and way.stays:
                condition = self.condition(way.guard)
                card = item_id("event", way.event) if way.event else None
                yield Item(way.title, card, behind=condition if way.event else "")

    def ways_in(self, node: str) -> Iterator[Item]:
        """Yield the ways that lead into a stage from others."""
        for way in self.ways:
            if way.target == node and way.source != node:
                yield self.way_item(way, way.source)

    def way_item(self, way: TransitionEdge, other: str) -> Item:
        """Give a way: what sets it off, the stage at its other end, how many went."""
        return Item(self.stage_title(other), other, before=f"{self.said(way)}: ", behind=self.flow(way))

    def led_item(self, way: TransitionEdge) -> Item:
        """Give a way of an event: from which stage to which, and under which condition."""
        condition = self.condition(way.guard)
        start = self.words.quoted.format(title=self.stage_title(way.source))
        return Item(self.stage_title(way.target), way.target, before=f"{start}: ", behind=condition)

    def flow(self, way: TransitionEdge) -> str:
        """Write how many went a way."""
        if self.live is None:
            return ""
        figures = self.live.ways.get((way.source, way.target, way.line))
        return f"({self.number(figures.count if figures else 0)})"

    def limit(self, stage: m.Stage) -> Item | None:
        """Give how long a case may stay, and who hears when it stays longer."""
        if stage.limit is None:
            return None
        longest = self.words.at_most.format(duration=duration_text(stage.limit.duration, self.language))
        if stage.limit.alert is None:
            return Item(longest)
        role = self.spec.roles[stage.limit.alert]
        return Item(role.label, item_id("role", role.name), before=f"{longest}: ")

    def money(self, stage: m.Stage) -> str | None:
        """Write what one client costs in a stage."""
        return None if stage.cost is None else money_text(self.language, stage.cost, self.spec.currency)

    def anchor(self, anchor: m.FollowUpAnchor) -> tuple[Fact, ...]:
        """Give what a follow-up starts from."""
        match anchor:
            case m.AfterEvent(event, guard):
                return fact("begins", self.pattern(m.EventPattern(event, guard)))
            case m.AfterSilence(event):
                return fact("silence", self.pattern(m.EventPattern(event)))
            case m.AfterEntering(process, stage):
                return fact("entering", self.to_stage(stage_id(process, stage)))
            case m.AfterField(field):
                return fact("field", field.replace("_", " "))

    def after(self, duration: Duration) -> str:
        """Write after which time a task is due."""
        return self.words.after.format(duration=duration_text(duration, self.language))

    def pattern(self, pattern: m.EventPattern) -> Item:
        """Give an event, and the condition on it."""
        condition = self.condition(self.pieces.w.expression(pattern.guard) if pattern.guard else None)
        title = self.spec.events[pattern.event].label
        return Item(title, item_id("event", pattern.event), behind=condition)

    def expression(self, value: Expression | None) -> str | None:
        """Write an expression as people do."""
        return None if value is None else formula_text(self.language, self.pieces.w.expression(value))

    def condition(self, guard: str | None) -> str:
        """Write a guard as a sentence; nothing where there is none."""
        return self.words.when.format(guard=formula_text(self.language, guard)) if guard else ""

    def said(self, way: TransitionEdge) -> str:
        """Write what sets a way off, and under which condition."""
        title = way.title if way.kind != "when" else ""
        return " ".join(part for part in (title, self.condition(way.guard)) if part)

    def number(self, value: int) -> str:
        """Write a number."""
        return number_text(self.language, value)

    def related(self, kind: str, node: str) -> Iterator[Item]:
        """Yield what a relation leads to."""
        return (
            self.by_id(edge.target) for edge in self.relations if edge.kind == kind and edge.source == node
        )

    def relations_to(self, kind: str, node: str) -> Iterator[Edge]:
        """Yield the relations of a kind that lead to a thing."""
        return (edge for edge in self.relations if edge.kind == kind and edge.target == node)

    def by_id(self, node: str) -> Item:
        """Give a node of the graph as an item."""
        kind, _, name = node.partition(":")
        if not name:
            return self.to_stage(node)
        things: Mapping[str, m.Declared] = {
            "offer": self.spec.offers,
            "follow_up": self.spec.follow_ups,
            "role": self.spec.roles,
        }[kind]
        return Item(things[name].label, node)

    def stage_title(self, node: str) -> str:
        """Give the title of a stage."""
        process, _, stage = node.partition("/")
        return self.spec.processes[process].stages[stage].label

    def to_stage(self, node: str) -> Item:
        """Give a stage."""
        return Item(self.stage_title(node), node)

    def to_role(self, name: str | None) -> Item | None:
        """Give a role, where one is named."""
        return None if name is None else Item(self.spec.roles[name].label, item_id("role", name))

    def to_phase(self, process: m.Process, phase: m.Phase | None) -> Item | None:
        """Give a phase, where there is one."""
        return None if phase is None else Item(phase.label, phase_card(process.name, phase.name))

    def process_item(self, process: m.Process) -> Item:
        """Give a process."""
        return Item(process.label, item_id("process", process.name))

    def first_line(self, span: Span, inner: Iterable[Span]) -> int | None:
        """Give the first line of what stands inside a block, with the notes above it."""
        lines = [one.line for one in inner if one.file == span.file and one.line > span.line]
        return min(lines, default=None)
