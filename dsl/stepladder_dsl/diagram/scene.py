"""What a process's picture shows, measured but not yet placed: cards, arrows, frames and lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.rows import Row, height_of, make_row, widest
from stepladder_dsl.diagram.telling import figures_joined, formula_kept, kept, told
from stepladder_dsl.diagram.text import BINDING_SPACE, block, unbroken
from stepladder_dsl.diagram.traffic import ProcessTraffic
from stepladder_dsl.diagram.ways import Places, Way, WayIn, sort_ways
from stepladder_dsl.graph.items import TRANSITION_KINDS, item_id
from stepladder_dsl.graph.words import Words, words_of

if TYPE_CHECKING:
    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.graph.build import Graph

_SIDE_ROOM = {"won": 8.0, "lost": 5.0, "neutral": 4.0}
"""What the outline of an end stage takes from its sides, besides the padding."""


@dataclass(frozen=True)
class Card:
    """A stage; `shape` is `stage`, or what kind of end it is."""

    id: str
    frame: str | None
    shape: str
    start: bool
    rows: tuple[Row, ...]
    quiet: bool = False
    """Whether it stands back behind others."""

    @property
    def side(self) -> float:
        """The distance from the outline to the text."""
        return style.CARD_PADDING + _SIDE_ROOM.get(self.shape, 0.0)

    @cached_property
    def width(self) -> float:
        """The outer width."""
        return max(style.CARD_MIN_WIDTH, widest(self.rows) + 2 * self.side)

    @cached_property
    def height(self) -> float:
        """The outer height: the title, a gap, the small rows."""
        gap = style.CARD_GAP if len(self.rows) > 1 else 0.0
        return height_of(self.rows) + gap + 2 * style.CARD_PADDING


@dataclass(frozen=True)
class Traffic:
    """How many have gone a way: of the busiest way, this share; and whether it leads to a loss."""

    count: int
    share: float
    lost: bool


@dataclass(frozen=True)
class Arrow:
    """A way from stage to stage; `from_frame` names the phase that it leaves as a whole, if it does."""

    id: str
    tail: str
    head: str
    kind: str
    rows: tuple[Row, ...]
    from_frame: str | None = None
    traffic: Traffic | None = None

    @cached_property
    def look(self) -> str:
        """What a reader sees it as: its kind, `unused` where nobody went, `lost` for a way to a loss."""
        if self.traffic and not self.traffic.count:
            return "unused"
        return "lost" if self.traffic and self.traffic.lost else self.kind

    @cached_property
    def thickness(self) -> float:
        """How wide its line is drawn."""
        if self.traffic is None:
            return style.STROKES[self.kind].width
        return style.THINNEST + (style.WIDEST - style.THINNEST) * min(self.traffic.share, 1.0)

    @cached_property
    def width(self) -> float:
        """The width of the label with its padding."""
        wide = style.WIDEST * self.traffic.share if self.traffic else 0.0
        return widest(self.rows) + 2 * style.LABEL_PADDING + wide if self.rows else 0.0

    @cached_property
    def height(self) -> float:
        """The height of the label with its padding."""
        return height_of(self.rows) + style.LABEL_PADDING if self.rows else 0.0


@dataclass(frozen=True)
class Frame:
    """A phase, or a lane; `outlined` has a line around it."""

    id: str
    parent: str | None
    depth: int
    rows: tuple[Row, ...]
    outlined: bool = True

    @property
    def width(self) -> float:
        """The width of the heading."""
        return widest(self.rows)

    @property
    def height(self) -> float:
        """The height of the heading."""
        return height_of(self.rows)


@dataclass(frozen=True)
class Scene:
    """Everything that one process's picture shows."""

    process: str
    language: str
    right_to_left: bool
    heading: tuple[Row, ...]
    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    frames: tuple[Frame, ...]
    legend: tuple[Row, ...]


def build_scene(graph: Graph, process: str, live: Live | None = None) -> Scene:
    """Collect what the picture of the process shows, with the figures of a run where there are some."""
    return SceneBuilder(graph, process, live).scene()


class SceneBuilder:
    """Reads one process out of the graph."""

    def __init__(self, graph: Graph, process: str, live: Live | None) -> None:
        self.graph = graph
        self.live = live
        self.traffic = ProcessTraffic(graph, process, live) if live else None
        self.process: dict[str, Any] = next(one for one in graph.graph["processes"] if one["name"] == process)
        self.words: Words = words_of(graph.graph["language"])
        self.stages: dict[str, dict[str, Any]] = {
            node: attributes
            for node, attributes in graph.nodes(data=True)
            if attributes["kind"] == "stage" and attributes["process"] == process
        }
        self.places = Places(self.stages)
        self.ways = sort_ways(
            self.places,
            (
                Way(source, target, {"key": key, **attributes})
                for source, target, key, attributes in graph.edges(keys=True, data=True)
                if attributes["kind"] in TRANSITION_KINDS and attributes["process"] == process
            ),
        )
        self.common = self.common_follow_ups()

    def common_follow_ups(self) -> tuple[str, ...]:
        """Give the follow-ups that would stand in too many cards."""
        counts: dict[str, int] = {}
        for node in self.stages:
            for _, target, attributes in self.graph.out_edges(node, data=True):
                if attributes["kind"] == "starts":
                    counts[target] = counts.get(target, 0) + 1
        most = max(style.COMMON_LEAST, len(self.stages) / 3)
        return tuple(node for node, count in counts.items() if count > most)

    def scene(self) -> Scene:
        """Put the parts together."""
        arrows = self.arrows()
        cards = tuple(self.card(node) for node in self.stages)
        frames = tuple(self.frames())
        heading = (*self.title(), *self.noted("", style.HEADING_TEXT_WIDTH), *self.loose_ends())
        return Scene(
            process=self.process["name"],
            language=self.graph.graph["language"],
            right_to_left=self.graph.graph["direction"] == "rtl",
            heading=heading,
            cards=cards,
            arrows=arrows,
            frames=frames,
            legend=tuple(self.legend(cards, arrows, heading, frames)),
        )

    def title(self) -> Iterator[Row]:
        """Yield the spec's title, small, and the process's, large."""
        spec, process = self.graph.graph["title"], self.process["title"]
        if spec != process:
            yield make_row(spec, style.SUBTITLE_SIZE, style.QUIET, width=style.HEADING_TEXT_WIDTH)
        yield make_row(process, style.TITLE_SIZE, style.INK, width=style.HEADING_TEXT_WIDTH, bold=True)
        if self.live:
            since = told(self.graph.graph["language"], "as_of", moment=self.live.as_of)
            yield make_row(since, style.SUBTITLE_SIZE, style.QUIET, width=style.HEADING_TEXT_WIDTH)

    def role(self, name: str) -> str:
        """Give the title of a role."""
        return str(self.graph.nodes[item_id("role", name)]["title"])

    def card(self, node: str) -> Card:
        """Make the card of a stage."""
        stage = self.stages[node]
        shape = stage["end"] or "stage"
        look = style.CARDS[shape]
        mark = "start" if stage["start"] else None
        title = make_row(stage["title"], style.CARD_TITLE_SIZE, look.ink, mark=look.mark or mark, bold=True)
        return Card(
            id=node,
            frame=stage["phase"][-1] if stage["phase"] else None,
            shape=shape,
            start=stage["start"],
            rows=(title, *self.details(node, stage)),
        )

    def details(self, node: str, stage: dict[str, Any]) -> Iterator[Row]:
        """Yield the small rows of a card."""
        if self.traffic:
            yield make_row(self.traffic.stage_text(node), style.SMALL_SIZE, style.INK, mark="cases")
        if stage["owner"]:
            yield make_row(self.role(stage["owner"]), style.SMALL_SIZE, style.QUIET, mark="owner")
        if stage["limit"]:
            yield make_row(self.limit(stage), style.SMALL_SIZE, style.INK, mark="limit")
        for _, target, attributes in self.graph.out_edges(node, data=True):
            if attributes["kind"] == "starts" and target not in self.common:
                yield make_row(self.follow_up(target), style.SMALL_SIZE, style.INK, mark="follow_up")
        for _, target, attributes in self.graph.out_edges(node, data=True):
            if attributes["kind"] == "offers":
                title = self.graph.nodes[target]["title"]
                yield make_row(title, style.SMALL_SIZE, style.INK, mark="offer")
        for way in self.ways.ways_in.get(node, ()):
            yield make_row(
                self.way_in(way), style.SMALL_SIZE, style.STROKES[way.edge["kind"]].colour, mark="way_in"
            )
        if node in self.ways.noted:
            yield make_row(self.noted_events(node), style.SMALL_SIZE, style.QUIET, mark="stay")

    def kept(self, title: str) -> str:
        """Give a title such that it keeps its order in a sentence of the picture."""
        return kept(self.graph.graph["language"], title)

    def limit(self, stage: dict[str, Any]) -> str:
        """Write out how long a case may stay, and who hears when it stays longer."""
        longest = self.words.at_most.format(duration=stage["limit"])
        if not stage["alert"]:
            return longest
        return (
            longest
            + self.words.and_then
            + self.words.alerts.format(role=self.kept(self.role(stage["alert"])))
        )

    def follow_up(self, node: str) -> str:
        """Write a follow-up's title and when it is due."""
        follow_up = self.graph.nodes[node]
        if not follow_up["intervals"]:
            return str(follow_up["title"])
        due = self.words.after.format(duration=follow_up["intervals"])
        return f"{self.kept(follow_up['title'])} {_together(due)}"

    def noted(self, place: str, width: float) -> Iterator[Row]:
        """Yield the line of what is noted at every stage of the process, or of a phase."""
        if place in self.ways.noted:
            text = self.words.noted_everywhere.format(events=self.noted_events(place))
            yield make_row(text, style.SMALL_SIZE, style.QUIET, width=width, mark="stay")

    def noted_events(self, place: str) -> str:
        """Write what is noted in one place without moving the case."""
        return style.BETWEEN_EVENTS.join(unbroken(self.trigger_text(edge)) for edge in self.ways.noted[place])

    def trigger_text(self, edge: Mapping[str, Any]) -> str:
        """Write what sets a transition off, and under which condition, as one line."""
        condition = self.words.when.format(guard=self.guard(edge["guard"])) if edge["guard"] else ""
        title = self.kept(edge["title"]) if edge["kind"] != "when" else ""
        return self.words.and_then.join(part for part in (title, condition) if part)

    def guard(self, guard: str) -> str:
        """Give a guard such that it keeps its order in a sentence of the other direction."""
        return formula_kept(self.graph.graph["language"], guard)

    def way_in(self, way: WayIn) -> str:
        """Write a way that leads to a stage from many: where from, and what sets it off."""
        if way.everywhere:
            here = way.target in way.sources
            places = self.words.from_any_stage if here else self.words.from_any_other_stage
        else:
            places = self.words.from_places(*self.sources(way))
        said = self.words.way_in.format(places=places, way=self.trigger_text(way.edge))
        if self.traffic is None:
            return said
        count = self.traffic.count(way.sources, way.target, way.edge)
        return figures_joined(self.graph.graph["language"], [said, self.traffic.number(count)])

    def sources(self, way: WayIn) -> tuple[list[str], set[str]]:
        """Give where a way comes from, in the order of the text, and which of these places are phases."""
        names = {phase["name"]: phase["title"] for phase in self.process["phases"]}
        whole: dict[str, str] = {}
        for phase, members in self.places.phases():
            others = [name for name in members if name != way.target and name not in whole]
            if len(others) > 1 and set(others) <= set(way.sources):
                whole.update(dict.fromkeys(others, phase))
        phases = {name: self.words.quoted.format(title=names[name]) for name in whole.values()}
        places = [
            phases[whole[node]]
            if node in whole
            else self.words.quoted.format(title=self.stages[node]["title"])
            for node in way.sources
        ]
        return list(dict.fromkeys(places)), set(phases.values())

    def arrows(self) -> tuple[Arrow, ...]:
        """Give the arrows, numbered in the order of the text."""
        arrows = [self.arrow(ways) for ways in self.parallel()]
        return tuple(
            replace(arrow, id=f"arrow{number}") for number, arrow in enumerate(_loops_joined(arrows))
        )

    def parallel(self) -> Iterator[list[Way]]:
        """Yield the ways of each arrow: one, or those between two stages that differ in their guards only."""
        groups: dict[tuple[str, ...], list[Way]] = {}
        for way in self.ways.arrows:
            name = (
                way.source,
                way.target,
                way.from_frame or "",
                way.edge["kind"],
                way.edge["name"],
                way.edge["title"],
            )
            groups.setdefault(name, []).append(way)
        yield from groups.values()

    def arrow(self, ways: list[Way]) -> Arrow:
        """Make the arrow of ways that go together."""
        way = ways[0]
        guards = [other.edge["guard"] for other in ways]
        # Where the last way is for all others, the arrow as a whole depends on nothing.
        rows = list(self.label(way.edge, guards if all(guards) else []))
        traffic = self.flow(ways)
        if self.traffic and traffic:
            text = self.traffic.way_text(ways, self.sources_of(way))
            rows.append(make_row(text, style.SMALL_SIZE, style.INK, width=style.LABEL_TEXT_WIDTH, bold=True))
        return Arrow("", way.source, way.target, way.edge["kind"], tuple(rows), way.from_frame, traffic)

    def sources_of(self, way: Way) -> tuple[str, ...]:
        """Give the stages that an arrow leaves: one, or all of a phase."""
        if way.from_frame is None:
            return (way.source,)
        return tuple(node for node, stage in self.stages.items() if way.from_frame in stage["phase"])

    def flow(self, ways: list[Way]) -> Traffic | None:
        """Give how many have gone the ways of an arrow."""
        if self.traffic is None:
            return None
        sources = self.sources_of(ways[0])
        count = sum(self.traffic.count(sources, way.target, way.edge) for way in ways)
        lost = self.stages[ways[0].target]["end"] == "lost"
        return Traffic(count, count / max(self.traffic.busiest, 1), lost)

    def label(self, edge: Mapping[str, Any], guards: Iterable[str]) -> Iterator[Row]:
        """Yield the rows of an arrow's label: the trigger, then the guards."""
        if edge["kind"] != "when":
            yield _label(edge["title"], style.STROKES[edge["kind"]].colour)
        ink = style.STROKES["when"].colour if edge["kind"] == "when" else style.QUIET
        for guard in guards:
            # Its first word does not stand on a line alone.
            said = self.words.when.format(guard=self.guard(guard)).replace(" ", BINDING_SPACE, 1)
            yield _label(said, ink)

    def loose_ends(self) -> Iterator[Row]:
        """Yield the follow-ups and offers that belong to no stage of any process, or to too many."""
        placed = {
            target for _, target, edge in self.graph.edges(data=True) if edge["kind"] in ("starts", "offers")
        }
        for node, attributes in self.graph.nodes(data=True):
            loose = node not in placed and attributes.get("record") == self.process["record"]
            if not loose and node not in self.common:
                continue
            offered = attributes["kind"] == "offer"
            what = self.kept(attributes["title"]) if offered else self.free_follow_up(node)
            text = f"{self.words.everywhere}: {what}"
            mark = attributes["kind"]
            yield make_row(text, style.SMALL_SIZE, style.INK, width=style.HEADING_TEXT_WIDTH, mark=mark)

    def free_follow_up(self, node: str) -> str:
        """Write a follow-up with what starts it."""
        follow_up = self.graph.nodes[node]
        if follow_up["anchor"] == "silence":
            due = self.words.silence.format(duration=follow_up["intervals"], event=follow_up["anchor_title"])
        else:
            due = self.words.after_since.format(
                duration=follow_up["intervals"], anchor=follow_up["anchor_title"]
            )
        return f"{self.kept(follow_up['title'])} {_together(due)}"

    def frames(self) -> Iterator[Frame]:
        """Yield the phases that hold stages, outer before inner."""
        used = {name for stage in self.stages.values() for name in stage["phase"]}
        phases = {phase["name"]: phase for phase in self.process["phases"] if phase["name"] in used}
        depths: dict[str, int] = {}
        for stage in self.stages.values():
            depths.update({name: depth for depth, name in enumerate(stage["phase"])})
        for name in sorted(phases, key=lambda name: depths[name]):
            title = make_row(
                phases[name]["title"],
                style.FRAME_SIZE,
                style.FRAME_INK,
                width=style.FRAME_TEXT_WIDTH,
                bold=True,
            )
            yield Frame(
                name, phases[name]["parent"], depths[name], (title, *self.noted(name, style.FRAME_TEXT_WIDTH))
            )

    def legend(
        self,
        cards: tuple[Card, ...],
        arrows: tuple[Arrow, ...],
        heading: tuple[Row, ...],
        frames: tuple[Frame, ...],
    ) -> Iterator[Row]:
        """Yield a row for every mark that the picture uses."""
        used = {arrow.kind for arrow in arrows} | {card.shape for card in cards}
        used |= {row.mark for card in cards for row in card.rows if row.mark}
        used |= {row.mark for row in heading if row.mark}
        used |= {row.mark for frame in frames for row in frame.rows if row.mark}
        language = self.graph.graph["language"]
        names = self.words.marks | {"cases": told(language, "mark.cases")}
        of_flows = self.flow_marks([arrow.traffic for arrow in arrows if arrow.traffic])
        for mark, text in (names | of_flows).items():
            if mark in used or mark in of_flows:
                width = style.LEGEND_TEXT_WIDTH
                yield make_row(text, style.SMALL_SIZE, style.QUIET, width=width, mark=mark)

    def flow_marks(self, flows: list[Traffic]) -> dict[str, str]:
        """Give what the lines of a live picture mean, by mark."""
        language = self.graph.graph["language"]
        if not flows:
            return {}
        marks = {"volume": told(language, "legend.width")}
        if any(flow.lost and flow.count for flow in flows):
            marks["lost_way"] = told(language, "legend.lost")
        if not all(flow.count for flow in flows):
            marks["unused_way"] = told(language, "legend.unused")
        return marks


def _label(text: str, ink: str) -> Row:
    return Row(block(text, style.SMALL_SIZE, style.LABEL_TEXT_WIDTH, letters=style.LABEL_LETTERS), ink)


def _together(text: str) -> str:
    """Put a text into brackets and, where there is room, on one line."""
    return f"({text})".replace(" ", BINDING_SPACE)


def _loops_joined(arrows: list[Arrow]) -> Iterator[Arrow]:
    """Yield the arrows; loops of one kind at one stage become one, since nested ones run together."""
    loops: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in arrows:
        if arrow.tail == arrow.head:
            loops.setdefault((arrow.tail, arrow.kind), []).append(arrow)
    for arrow in arrows:
        same = loops.get((arrow.tail, arrow.kind), [arrow]) if arrow.tail == arrow.head else [arrow]
        if arrow is same[0]:
            yield replace(arrow, rows=tuple(row for one in same for row in one.rows))
