"""What a process's picture shows, measured but not yet placed: cards, arrows, frames and lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.text import BINDING_SPACE, Block, block, is_right_to_left
from stepladder_dsl.graph.edges import TRANSITION_KINDS, item_id
from stepladder_dsl.graph.words import Words, words_of

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

_SIDE_ROOM = {"won": 8.0, "lost": 5.0, "neutral": 4.0}
"""What the outline of an end stage takes from its sides, besides the padding."""


@dataclass(frozen=True)
class Row:
    """A text with the mark before it, if it has one."""

    block: Block
    ink: str
    mark: str | None = None

    @property
    def indent(self) -> float:
        """The room for the mark."""
        return self.mark_width + style.MARK_GAP if self.mark else 0.0

    @property
    def mark_width(self) -> float:
        """The width of the mark itself."""
        return style.STROKE_SIZE if self.mark in style.STROKES else style.MARK_SIZE

    @property
    def width(self) -> float:
        """The width of mark and text."""
        return self.indent + self.block.width


@dataclass(frozen=True)
class Card:
    """A stage, or (`shape` is `anywhere`) what stands for all stages of a phase or process."""

    id: str
    frame: str | None
    shape: str
    start: bool
    rows: tuple[Row, ...]

    @property
    def side(self) -> float:
        """The distance from the outline to the text."""
        return style.CARD_PADDING + _SIDE_ROOM.get(self.shape, 0.0)

    @property
    def width(self) -> float:
        """The outer width."""
        return max(style.CARD_MIN_WIDTH, _widest(self.rows) + 2 * self.side)

    @property
    def height(self) -> float:
        """The outer height: the title, a gap, the small rows."""
        gap = style.CARD_GAP if len(self.rows) > 1 else 0.0
        return _height(self.rows) + gap + 2 * style.CARD_PADDING


@dataclass(frozen=True)
class Arrow:
    """A way from stage to stage; `from_frame` names the phase that it leaves as a whole, if it does."""

    id: str
    tail: str
    head: str
    kind: str
    rows: tuple[Row, ...]
    from_frame: str | None = None

    @property
    def width(self) -> float:
        """The width of the label with its padding."""
        return _widest(self.rows) + 2 * style.LABEL_PADDING if self.rows else 0.0

    @property
    def height(self) -> float:
        """The height of the label with its padding."""
        return _height(self.rows) + style.LABEL_PADDING if self.rows else 0.0


@dataclass(frozen=True)
class Frame:
    """A phase."""

    id: str
    parent: str | None
    depth: int
    rows: tuple[Row, ...]

    @property
    def width(self) -> float:
        """The width of the heading."""
        return _widest(self.rows)

    @property
    def height(self) -> float:
        """The height of the heading."""
        return _height(self.rows)


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

    @property
    def start(self) -> Card | None:
        """The card where cases begin."""
        return next((card for card in self.cards if card.start), None)


def build_scene(graph: Graph, process: str) -> Scene:
    """Collect what the picture of the process shows."""
    return _SceneBuilder(graph, process).scene()


def _widest(rows: Iterable[Row]) -> float:
    return max((row.width for row in rows), default=0.0)


def _height(rows: Iterable[Row]) -> float:
    return sum(row.block.height for row in rows)


class _SceneBuilder:
    """Reads one process out of the graph."""

    def __init__(self, graph: Graph, process: str) -> None:
        self.graph = graph
        self.process: dict[str, Any] = next(one for one in graph.graph["processes"] if one["name"] == process)
        self.words: Words = words_of(graph.graph["language"])
        self.stages: dict[str, dict[str, Any]] = {
            node: attributes
            for node, attributes in graph.nodes(data=True)
            if attributes["kind"] == "stage" and attributes["process"] == process
        }
        self.transitions: list[tuple[str, str, dict[str, Any]]] = [
            (source, target, {"key": key, **attributes})
            for source, target, key, attributes in graph.edges(keys=True, data=True)
            if attributes["kind"] in TRANSITION_KINDS and attributes["process"] == process
        ]

    def scene(self) -> Scene:
        """Put the parts together."""
        arrows, anywhere, notes = self.arrows()
        cards = (*(self.card(node) for node in self.stages), *anywhere)
        frames = tuple(self.frames(notes))
        heading = (*self.title(), *self.notes_of_all(notes), *self.loose_ends())
        return Scene(
            process=self.process["name"],
            language=self.graph.graph["language"],
            right_to_left=self.graph.graph["direction"] == "rtl",
            heading=heading,
            cards=cards,
            arrows=arrows,
            frames=frames,
            legend=tuple(self.legend(cards, arrows, heading)),
        )

    def title(self) -> Iterator[Row]:
        """Yield the spec's title, small, and the process's, large."""
        spec, process = self.graph.graph["title"], self.process["title"]
        if spec != process:
            yield _row(spec, style.SUBTITLE_SIZE, style.QUIET, width=style.HEADING_TEXT_WIDTH)
        yield _row(process, style.TITLE_SIZE, style.INK, width=style.HEADING_TEXT_WIDTH, bold=True)

    def role(self, name: str) -> str:
        """Give the title of a role."""
        return str(self.graph.nodes[item_id("role", name)]["title"])

    def card(self, node: str) -> Card:
        """Make the card of a stage."""
        stage = self.stages[node]
        shape = stage["end"] or "stage"
        look = style.CARDS[shape]
        title = _row(stage["title"], style.CARD_TITLE_SIZE, look.ink, mark=look.mark, bold=True)
        return Card(
            id=node,
            frame=stage["phase"][-1] if stage["phase"] else None,
            shape=shape,
            start=stage["start"],
            rows=(title, *self.details(node, stage)),
        )

    def details(self, node: str, stage: dict[str, Any]) -> Iterator[Row]:
        """Yield the small rows of a card."""
        if stage["owner"]:
            yield _row(self.role(stage["owner"]), style.SMALL_SIZE, style.QUIET, mark="owner")
        if stage["limit"]:
            yield _row(self.limit(stage), style.SMALL_SIZE, style.INK, mark="limit")
        for _, target, attributes in self.graph.out_edges(node, data=True):
            if attributes["kind"] == "starts":
                yield _row(self.follow_up(target), style.SMALL_SIZE, style.INK, mark="follow_up")
        for _, target, attributes in self.graph.out_edges(node, data=True):
            if attributes["kind"] == "offers":
                title = self.graph.nodes[target]["title"]
                yield _row(title, style.SMALL_SIZE, style.INK, mark="offer")

    def limit(self, stage: dict[str, Any]) -> str:
        """Write out how long a case may stay, and who hears when it stays longer."""
        bound = self.words.at_most.format(duration=stage["limit"])
        if not stage["alert"]:
            return bound
        return bound + self.words.and_then + self.words.alerts.format(role=self.role(stage["alert"]))

    def follow_up(self, node: str) -> str:
        """Write a follow-up's title and when it is due."""
        follow_up = self.graph.nodes[node]
        if not follow_up["intervals"]:
            return str(follow_up["title"])
        due = self.words.after.format(duration=follow_up["intervals"])
        return f"{follow_up['title']} {_together(due)}"

    def arrows(self) -> tuple[tuple[Arrow, ...], tuple[Card, ...], list[tuple[str, str, str]]]:
        """Give the arrows, the cards that stand for many stages, and notes on what else all stages share.

        One sentence of the spec gives one arrow or one note, never a fan of equal arrows.
        """
        arrows: list[Arrow] = []
        anywhere: dict[str, Card] = {}
        notes: list[tuple[str, str, str]] = []
        for edges in self.sentences():
            _, target, first = edges[0]
            origin, name = first["origin"], first["origin_name"]
            if len(edges) == 1:
                arrows.append(self.arrow(edges[0]))
            elif origin == "phase" and name not in self.stages[target]["phase"]:
                arrows.append(self.arrow(edges[-1], from_frame=name))
            elif self.only_way_in(target, edges):
                # A stage that nothing else leads to must not hang in the air.
                card = self.anywhere(origin, name)
                anywhere[card.id] = card
                arrows.append(replace(self.arrow(edges[0]), tail=card.id))
            else:
                notes.append((origin, name, self.note(target, first)))
        numbered = (replace(arrow, id=f"arrow{number}") for number, arrow in enumerate(_loops_joined(arrows)))
        return tuple(numbered), tuple(anywhere.values()), notes

    def anywhere(self, origin: str, name: str) -> Card:
        """Make the card that stands for every stage of a phase or of the process."""
        text = self.words.from_stages_here if origin == "phase" else self.words.from_every_stage
        frame = name if origin == "phase" else None
        # No stage has this id: theirs hold a slash.
        return Card(
            f"anywhere {name}",
            frame,
            "anywhere",
            start=False,
            rows=(_row(text, style.SMALL_SIZE, style.QUIET),),
        )

    def sentences(self) -> list[list[tuple[str, str, dict[str, Any]]]]:
        """Group the transitions that one sentence of the spec gives to several stages."""
        groups: dict[tuple[str, ...], list[tuple[str, str, dict[str, Any]]]] = {}
        for source, target, edge in self.transitions:
            shared = edge["origin"] != "stage" and not edge["stays"]
            name = (edge["key"], target) if shared else (edge["key"], target, source)
            groups.setdefault(name, []).append((source, target, edge))
        return list(groups.values())

    def only_way_in(self, target: str, edges: list[tuple[str, str, dict[str, Any]]]) -> bool:
        """Tell whether a stage would stand alone without these edges, which are all one sentence."""
        keys = {edge["key"] for _, _, edge in edges}
        others = [
            edge
            for source, head, edge in self.transitions
            if target in (source, head) and source != head and edge["key"] not in keys
        ]
        return not others

    def arrow(self, edge: tuple[str, str, dict[str, Any]], from_frame: str | None = None) -> Arrow:
        """Make the arrow of a transition."""
        source, target, attributes = edge
        return Arrow(
            id="",
            tail=source,
            head=target,
            kind=attributes["kind"],
            rows=tuple(self.label(attributes)),
            from_frame=from_frame,
        )

    def label(self, edge: dict[str, Any]) -> Iterator[Row]:
        """Yield the rows of an arrow's label: the trigger, then the guard."""
        if edge["kind"] != "when":
            yield _label(edge["title"], style.STROKES[edge["kind"]].colour)
        if edge["guard"]:
            ink = style.STROKES["when"].colour if edge["kind"] == "when" else style.QUIET
            for text in self.condition(_bound(edge["guard"])):
                yield _label(text, ink)
        if edge["stays"]:
            yield _label(f"({self.words.stays})", style.QUIET)

    def condition(self, guard: str) -> Iterator[str]:
        """Yield a guard with its `when`, apart where one runs to the left and the other to the right."""
        if is_right_to_left(guard) == (self.words.direction == "rtl"):
            yield self.words.when.format(guard=guard)
        else:
            yield self.words.when.format(guard="").strip()
            yield guard

    def note(self, target: str, edge: dict[str, Any]) -> str:
        """Write a transition as a line of text."""
        arrow = "\u2190" if self.words.direction == "rtl" else "\u2192"
        from_where = self.words.from_stages_here if edge["origin"] == "phase" else self.words.from_every_stage
        return f"{from_where}: {edge['label']} {arrow} {self.stages[target]['title']}"

    def notes_of_all(self, notes: list[tuple[str, str, str]]) -> Iterator[Row]:
        """Yield what the process says for all its stages."""
        for origin, _, text in notes:
            if origin == "process":
                yield _row(text, style.SMALL_SIZE, style.INK, width=style.HEADING_TEXT_WIDTH, mark="way")

    def loose_ends(self) -> Iterator[Row]:
        """Yield the follow-ups and offers that belong to no stage of any process."""
        placed = {
            target for _, target, edge in self.graph.edges(data=True) if edge["kind"] in ("starts", "offers")
        }
        for node, attributes in self.graph.nodes(data=True):
            if node in placed or attributes.get("record") != self.process["record"]:
                continue
            what = attributes["title"] if attributes["kind"] == "offer" else self.free_follow_up(node)
            text = f"{self.words.everywhere}: {what}"
            mark = attributes["kind"]
            yield _row(text, style.SMALL_SIZE, style.INK, width=style.HEADING_TEXT_WIDTH, mark=mark)

    def free_follow_up(self, node: str) -> str:
        """Write a follow-up with what starts it."""
        follow_up = self.graph.nodes[node]
        if follow_up["anchor"] == "silence":
            due = self.words.silence.format(duration=follow_up["intervals"], event=follow_up["anchor_title"])
        else:
            due = self.words.after_since.format(
                duration=follow_up["intervals"], anchor=follow_up["anchor_title"]
            )
        return f"{follow_up['title']} {_together(due)}"

    def frames(self, notes: list[tuple[str, str, str]]) -> Iterator[Frame]:
        """Yield the phases that hold stages, outer before inner."""
        used = {name for stage in self.stages.values() for name in stage["phase"]}
        phases = {phase["name"]: phase for phase in self.process["phases"] if phase["name"] in used}
        depths: dict[str, int] = {}
        for stage in self.stages.values():
            depths.update({name: depth for depth, name in enumerate(stage["phase"])})
        for name in sorted(phases, key=lambda name: depths[name]):
            title = _row(
                phases[name]["title"],
                style.FRAME_SIZE,
                style.FRAME_INK,
                width=style.FRAME_TEXT_WIDTH,
                bold=True,
            )
            rows = [
                _row(text, style.SMALL_SIZE, style.INK, width=style.FRAME_TEXT_WIDTH, mark="way")
                for origin, owner, text in notes
                if origin == "phase" and owner == name
            ]
            yield Frame(name, phases[name]["parent"], depths[name], (title, *rows))

    def legend(
        self, cards: tuple[Card, ...], arrows: tuple[Arrow, ...], heading: tuple[Row, ...]
    ) -> Iterator[Row]:
        """Yield a row for every mark that the picture uses."""
        used = {arrow.kind for arrow in arrows} | {card.shape for card in cards}
        used |= {row.mark for card in cards for row in card.rows if row.mark}
        used |= {row.mark for row in heading if row.mark}
        if any(card.start for card in cards):
            used.add("start")
        for mark, text in self.words.marks.items():
            if mark in used:
                yield _row(text, style.SMALL_SIZE, style.QUIET, mark=mark)


def _row(
    text: str,
    size: float,
    ink: str,
    *,
    width: float = style.CARD_TEXT_WIDTH,
    mark: str | None = None,
    bold: bool = False,
) -> Row:
    return Row(block(text, size, width, bold=bold), ink, mark)


def _label(text: str, ink: str) -> Row:
    return Row(block(text, style.SMALL_SIZE, style.LABEL_TEXT_WIDTH, letters=style.LABEL_LETTERS), ink)


def _together(text: str) -> str:
    """Put a text into brackets and, where there is room, on one line."""
    return f"({text})".replace(" ", BINDING_SPACE)


def _bound(text: str) -> str:
    """Keep the sides of a comparison on one line, where there is room."""
    return re.sub(r" (>=|<=|!=|=|<|>) ", rf"{BINDING_SPACE}\1{BINDING_SPACE}", text)


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
