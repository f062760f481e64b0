"""Places a scene: graphviz decides where things stand, then labels move off the lines they would sit on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import dist
from pathlib import Path
from typing import Any

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.dot import cluster_name, dot_text
from stepladder_dsl.diagram.ends import spread
from stepladder_dsl.diagram.geometry import Box, Line, Point, around_all, line_through
from stepladder_dsl.diagram.labels import Labels
from stepladder_dsl.diagram.outline import lengthened
from stepladder_dsl.diagram.plan import Plan
from stepladder_dsl.diagram.room import Room, Tracks
from stepladder_dsl.diagram.scene import Scene


class LayoutError(RuntimeError):
    """The layout could not be made, or lost something on the way."""


class NoGraphvizError(RuntimeError):
    """There is no graphviz to ask."""


_ROUNDS = 2
"""How often labels that found no place may choose anew."""


@dataclass(frozen=True)
class Layout:
    """Where everything of a scene stands, by id; labels and headings are the boxes of their texts."""

    cards: dict[str, Box]
    lines: dict[str, Line]
    labels: dict[str, Box]
    frames: dict[str, Box]
    headings: dict[str, Box]
    bounds: Box
    clashes: float
    """How much the labels cover that they should not."""


def costs(scene: Scene, layout: Layout) -> dict[str, float]:
    """Weigh what a reader would dislike, by name; less is better."""
    lines = [layout.lines[arrow.id] for arrow in scene.arrows]
    crossings = sum(one.meets(other) for one, other in combinations(lines, 2))
    return {
        "covered": _covered_cards(scene, layout) * style.COVERING_COST,
        "order": out_of_order(scene, layout) * style.ORDER_COST,
        "shrinking": 0.0,
        "long ways": sum(line.length for line in lines) / max(len(lines), 1) / style.LONG_WAY,
        "together": _together(lines) * style.TOGETHER_COST,
        "crossings": crossings * style.CROSSING_COST,
        **page_costs(scene, layout),
    }


def page_costs(scene: Scene, layout: Layout) -> dict[str, float]:
    """Weigh that of which the places of the labels decide."""
    return {
        "shrinking": max(1 / page_scale(scene, layout.bounds), 1.0) * style.SHRINKING_COST,
        "clashes": layout.clashes * style.CLASH_COST,
    }


def out_of_order(scene: Scene, layout: Layout) -> int:
    """Count the phases that a reader meets before others that come first in the text."""
    names = [(frame.parent, frame.id) for frame in scene.frames]
    return sum(
        _is_read_before(layout.frames[later], layout.frames[earlier], from_right=scene.right_to_left)
        for (parent, earlier), (other, later) in combinations(names, 2)
        if parent == other
    )


def _is_read_before(one: Box, other: Box, *, from_right: bool) -> bool:
    """Tell whether a reader meets one box before the other: in its column, or in a row as one reads."""
    if from_right:
        one, other = one.mirrored(), other.mirrored()
    if one.left >= other.right:
        return False
    return one.bottom <= other.top or (one.right <= other.left and one.top < other.bottom)


def _covered_cards(scene: Scene, layout: Layout) -> int:
    """Count how often a line runs through a card that is none of its ends."""
    inside = {name: card.grown(-2.0) for name, card in layout.cards.items()}
    return sum(
        layout.lines[arrow.id].crosses(card)
        for arrow in scene.arrows
        for name, card in inside.items()
        if name not in (arrow.tail, arrow.head)
    )


def covered_labels(layout: Layout) -> list[str]:
    """Give the arrows whose labels lie on a line, a card or each other."""
    tracks, room = Tracks(list(layout.lines.values())), Room(layout.cards.values())
    found = []
    for name, label in layout.labels.items():
        if tracks.crossing(label) or not room.is_free(label):
            found.append(name)
        room.take(label)
    return found


def run_graphviz(text: str, output: str, engine: str = "dot") -> str:
    """Give what graphviz makes of a text: the one place where it is called."""
    import graphviz
    from graphviz.backend import dot_command

    binary = _dot_binary()
    if binary is not None:
        dot_command.DOT_BINARY = binary
    try:
        return str(graphviz.pipe_string(engine, output, input_string=text, encoding="utf-8", quiet=True))
    except graphviz.ExecutableNotFound as error:
        raise NoGraphvizError("no graphviz: install the package graphviz-pure, or graphviz itself") from error
    except graphviz.CalledProcessError as error:
        # Some wishes are too much for it: it loses an arrow and gives nothing at all.
        raise LayoutError(f"graphviz gave up: {str(error.stderr).strip()}") from error


@cache
def _dot_binary() -> Path | None:
    """Find the program of the package graphviz-pure; without it a `dot` of the system is asked."""
    import shutil
    from importlib.metadata import PackageNotFoundError, files

    try:
        for file in files("graphviz-pure") or ():
            if file.stem == "graphviz-pure" and file.suffix in ("", ".exe"):
                return Path(str(file.locate())).resolve()
    except PackageNotFoundError:
        pass
    found = shutil.which("graphviz-pure")
    return Path(found) if found else None


def _together(lines: list[Line]) -> int:
    """Count how often two lines run on too near to each other to be told apart, their ends not counted."""
    cells: dict[tuple[int, int], set[int]] = {}
    for number, line in enumerate(lines):
        for x, y in line.stations(style.TOGETHER)[3:-3]:
            cells.setdefault((int(x // style.TOGETHER), int(y // style.TOGETHER)), set()).add(number)
    return sum(len(inside) > 1 for inside in cells.values())


def page_scale(scene: Scene, bounds: Box) -> float:
    """Tell how much a picture of that size must shrink to fit the better of both ways to hold a page."""
    border = 2 * style.PAGE_MARGIN
    words = max((row.width for row in scene.heading), default=0.0)
    wide = max(bounds.width, words)
    legend = sum(row.width + style.LEGEND_GAP for row in scene.legend)
    high = bounds.height + sum(row.block.height for row in scene.heading) + style.HEADING_GAP
    high += style.LEGEND_GAP + style.LEGEND_ROW * (1 + legend // wide)
    return max(min(width / (wide + border), height / (high + border)) for width, height in style.PAGES)


def draft_of(scene: Scene, plan: Plan) -> Layout:
    """Place the scene as one plan wants it; its labels stay where graphviz puts them."""
    answer = Answer.read(run_graphviz(dot_text(scene, plan), "json0"))
    labels = {
        arrow.id: Box.around(answer.label(arrow.id), arrow.width, arrow.height)
        for arrow in scene.arrows
        if arrow.rows
    }
    frames = {frame.id: answer.frame(frame.id) for frame in scene.frames}
    return layout_of(answer.cards(scene), answer.lines(scene), labels, frames, {}, 0.0)


def bare(draft: Layout) -> Layout:
    """Give a draft without its labels, whose places are not known yet."""
    return layout_of(draft.cards, draft.lines, {}, draft.frames, {}, 0.0)


def finished(scene: Scene, draft: Layout) -> Layout:
    """Give every text its place; a label that found none chooses before the others in another round."""
    found, first = _with_texts(scene, draft, []), list[str]()
    for _ in range(_ROUNDS):
        # What comes late finds its place taken by what could as well stand elsewhere.
        covered = [name for name in covered_labels(found) if name not in first]
        if not covered:
            break
        first = [*covered, *first]
        other = _with_texts(scene, draft, first)
        found = min(found, other, key=lambda layout: (len(covered_labels(layout)), layout.clashes))
    return found


def _with_texts(scene: Scene, draft: Layout, first: list[str]) -> Layout:
    """Place headings, the labels of some arrows, then the others: each as the draft has it, if it can."""
    placed = Labels(draft.cards.values(), draft.lines, scene.arrows, draft.frames.values())
    headings = {
        frame.id: placed.heading(
            draft.frames[frame.id],
            [draft.frames[other.id] for other in scene.frames if other.parent == frame.id],
            frame.width,
            frame.height,
            from_right=scene.right_to_left,
        )
        for frame in scene.frames
    }
    labels = {
        arrow.id: placed.label(arrow, draft.labels[arrow.id].centre)
        for arrow in sorted(scene.arrows, key=lambda arrow: arrow.id not in first)
        if arrow.rows
    }
    return layout_of(draft.cards, draft.lines, labels, draft.frames, headings, placed.clashes)


def layout_of(
    cards: dict[str, Box],
    lines: dict[str, Line],
    labels: dict[str, Box],
    frames: dict[str, Box],
    headings: dict[str, Box],
    clashes: float,
) -> Layout:
    """Put a layout together, with the box around it all."""
    boxes = [*cards.values(), *labels.values(), *frames.values()]
    bounds = around_all([*boxes, *(line.bounds for line in lines.values())])
    return Layout(cards, lines, labels, frames, headings, bounds, clashes)


@dataclass(frozen=True)
class Answer:
    """What graphviz says."""

    objects: dict[str, dict[str, Any]]
    edges: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, text: str) -> Answer:
        """Read graphviz's JSON."""
        # Graphviz gives control characters back as they are.
        parts = json.loads(text, strict=False)
        objects = {one["name"]: one for one in parts.get("objects", ())}
        return cls(objects, {one["id"]: one for one in parts.get("edges", ()) if "id" in one})

    def cards(self, scene: Scene) -> dict[str, Box]:
        """Give the boxes of the cards."""
        return {card.id: Box.around(self.centre(card.id), card.width, card.height) for card in scene.cards}

    def lines(self, scene: Scene) -> dict[str, Line]:
        """Give the lines of the arrows, drawn on to their cards and moved apart."""
        lost = [arrow for arrow in scene.arrows if "pos" not in self.edges.get(arrow.id, ())]
        if lost:
            raise LayoutError(f"graphviz lost {len(lost)} arrows of {scene.process}")
        cards = self.cards(scene)
        return spread(scene, _parted(scene, dict(_lengthened(scene, self, cards)), cards), cards)

    def centre(self, name: str) -> Point:
        """Give the middle of a node."""
        return read_point(self.objects[name]["pos"])

    def label(self, name: str) -> Point:
        """Give the middle of an edge's label."""
        return read_point(self.edges[name]["lp"])

    def frame(self, name: str) -> Box:
        """Give the box of a cluster."""
        left, bottom, right, top = (float(part) for part in self.objects[cluster_name(name)]["bb"].split(","))
        return Box(left, -top, right, -bottom)

    def line(self, name: str) -> Line:
        """Give an edge."""
        return read_line(self.edges[name]["pos"])


def read_point(text: str) -> Point:
    """Read a point; graphviz's y grows upwards, ours downwards."""
    x, y = text.rstrip("!").split(",")
    return float(x), -float(y)


def read_line(text: str) -> Line:
    """Read an edge's position: `e,` and the tip of its head, then the points of a cubic spline."""
    # An edge of several splines exists only in concentrated layouts, which ours are not.
    tip = None
    points: list[Point] = []
    for word in text.split(";", maxsplit=1)[0].split():
        if word.startswith("e,"):
            tip = read_point(word[2:])
        elif not word.startswith("s,"):
            points.append(read_point(word))
    return line_through(points, tip or points[-1])


def _lengthened(scene: Scene, answer: Answer, cards: dict[str, Box]) -> Iterator[tuple[str, Line]]:
    """Yield the lines, by id, drawn on to the outlines of the cards."""
    by_id = {card.id: card for card in scene.cards}
    for arrow in scene.arrows:
        tail = None if arrow.from_frame else (by_id[arrow.tail], cards[arrow.tail])
        yield arrow.id, lengthened(answer.line(arrow.id), tail, (by_id[arrow.head], cards[arrow.head]))


def _parted(scene: Scene, lines: dict[str, Line], cards: dict[str, Box]) -> dict[str, Line]:
    """Move arrows apart that graphviz draws upon each other: there and back between two cards."""
    by_id = {card.id: card for card in scene.cards}
    parted = dict(lines)
    for one, other in combinations(scene.arrows, 2):
        if (one.tail, one.head) != (other.head, other.tail) or one.tail == one.head:
            continue
        first, second = lines[one.id].halfway, lines[other.id].halfway
        if dist(first, second) > style.TOGETHER:
            continue
        (x, y), (to_x, to_y) = lines[one.id].path[0], lines[one.id].tip
        length = dist((x, y), (to_x, to_y)) or 1.0
        right, down = -(to_y - y) / length * style.PARTING, (to_x - x) / length * style.PARTING
        for arrow, side in ((one, 1), (other, -1)):
            ends = [(by_id[name], cards[name]) for name in (arrow.tail, arrow.head)]
            parted[arrow.id] = lengthened(lines[arrow.id].moved(side * right, side * down), *ends)
    return parted
