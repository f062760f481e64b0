"""The same scene in lanes: a column for each who answers for stages, the road running down through them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, around_all
from stepladder_dsl.diagram.grid import Grid, grids_of
from stepladder_dsl.diagram.gridwork import place_grid
from stepladder_dsl.diagram.layout import Layout, layout_of, page_scale
from stepladder_dsl.diagram.rows import Row, make_row
from stepladder_dsl.diagram.scene import Arrow, Card, Frame, Scene
from stepladder_dsl.diagram.telling import told
from stepladder_dsl.diagram.text import block
from stepladder_dsl.graph.items import item_id
from stepladder_dsl.graph.words import words_of

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

_NOBODY = "-"


@dataclass(frozen=True)
class Widths:
    """How wide the lines of cards and labels may be."""

    card: float
    label: float
    letters: int


WIDTHS = (Widths(204.0, 138.0, 23), Widths(158.0, 112.0, 18))
"""What is tried: the narrow ones are for many lanes."""


_NARROWING_COST = 0.2
"""What narrower cards have to save before they are worth their longer texts."""


def best_lanes(graph: Graph, scene: Scene) -> tuple[Scene, Layout]:
    """Give the scene in lanes and its layout, as wide as serves a page best."""
    widths = WIDTHS if len(scene.cards) <= style.LONG else WIDTHS[-1:]
    tried = [(lanes, lay_out_lanes(lanes)) for lanes in (in_lanes(graph, scene, one) for one in widths)]
    costs = [_cost(*pair) + number * _NARROWING_COST for number, pair in enumerate(tried)]
    return tried[costs.index(min(costs))]


def in_lanes(graph: Graph, scene: Scene, widths: Widths = WIDTHS[0]) -> Scene:
    """Give the scene with lanes for frames: in the order of the roles, and one for what is nobody's."""
    owners = {card.id: graph.nodes[card.id]["owner"] or _NOBODY for card in scene.cards}
    roles = [attributes["name"] for _, attributes in graph.nodes(data=True) if attributes["kind"] == "role"]
    used = [role for role in (*roles, _NOBODY) if role in owners.values()]
    phases = {frame.id: " ".join(frame.rows[0].block.lines) for frame in scene.frames}
    return replace(
        scene,
        frames=tuple(_lane(graph, role, number) for number, role in enumerate(used)),
        cards=tuple(_card(card, owners[card.id], widths) for card in scene.cards),
        arrows=tuple(_arrow(scene, arrow, phases, widths) for arrow in scene.arrows),
        legend=tuple(row for row in scene.legend if row.mark != "owner"),
    )


def _lane(graph: Graph, role: str, number: int) -> Frame:
    if role == _NOBODY:
        title = told(graph.graph["language"], "nobody")
    else:
        title = graph.nodes[item_id("role", role)]["title"]
    width = style.LANE_LEAST
    row = make_row(title, style.FRAME_SIZE, style.FRAME_INK, width=width, bold=True)
    return Frame(role, None, number % 2, (row,), outlined=False)


def _card(card: Card, lane: str, widths: Widths) -> Card:
    """Give the card without its owner, whose lane it stands in."""
    rows = tuple(_wrapped(row, widths.card - row.indent) for row in card.rows if row.mark != "owner")
    return replace(card, frame=lane, rows=rows)


def _arrow(scene: Scene, arrow: Arrow, phases: dict[str, str], widths: Widths) -> Arrow:
    """Give an arrow with a narrow label; one that leaves a phase leaves its last stage, and says so."""
    rows = tuple(_wrapped(row, widths.label, widths.letters) for row in arrow.rows)
    if arrow.from_frame is None:
        return replace(arrow, rows=rows)
    words = words_of(scene.language)
    phase = words.quoted.format(title=phases[arrow.from_frame])
    places = words.from_places([phase], [phase])
    row = _wrapped(make_row(places, style.SMALL_SIZE, style.QUIET), widths.label, widths.letters)
    return replace(arrow, rows=(row, *rows), from_frame=None)


def _wrapped(row: Row, width: float, letters: int | None = None) -> Row:
    """Wrap a row anew."""
    lines = block(row.block.text, row.block.size, width, bold=row.block.bold, letters=letters)
    return replace(row, block=lines)


def lay_out_lanes(scene: Scene) -> Layout:
    """Place the scene in its lanes: in the grid that fits a page best, then has the shortest ways."""
    grids = sorted(grids_of(scene), key=_misfit)
    # Where there are many stages, only the shapes most like a page's are worth the time.
    many = len(scene.cards) > style.MANY
    layouts = [_laid_out(scene, grid) for grid in (grids[:2] if many else grids)]
    return min(layouts, key=lambda layout: _cost(scene, layout))


def _misfit(grid: Grid) -> float:
    """Guess how much a grid would have to shrink to fit a page."""
    width, height = grid.columns * style.USUAL_CELL[0], grid.rows * style.USUAL_CELL[1]
    return min(max(width / page[0], height / page[1]) for page in style.PAGES)


def _cost(scene: Scene, layout: Layout) -> float:
    """Weigh what a reader would dislike."""
    lines = layout.lines.values()
    mean = sum(line.length for line in lines) / max(len(lines), 1)
    shrinking = max(1 / page_scale(scene, layout.bounds), 1.0) * style.SHRINKING_COST
    return shrinking + mean / style.LONG_WAY + layout.clashes * style.CLASH_COST


def _laid_out(scene: Scene, grid: Grid) -> Layout:
    """Place the scene in one grid; right to left it is the same in a mirror."""
    head = max((frame.height for frame in scene.frames), default=0.0) + 2 * style.FRAME_PADDING
    placed = place_grid(scene, grid, head)
    frames = {name: Box(left, 0.0, right, placed.bottom) for name, (left, right) in placed.lanes.items()}
    cards, lines, labels = placed.cards, placed.lines, placed.labels
    inside = around_all([*labels.values(), *(line.bounds for line in lines.values())])
    frames = _grown(frames, inside, head)
    if scene.right_to_left:
        cards, labels, frames = _mirrored(cards), _mirrored(labels), _mirrored(frames)
        lines = {name: line.mirrored() for name, line in lines.items()}
    headings = {frame.id: _heading(scene, frame, frames[frame.id]) for frame in scene.frames}
    return layout_of(cards, lines, labels, frames, headings, placed.clashes * style.LABEL_IN_THE_WAY)


def _grown(lanes: dict[str, Box], inside: Box, head: float) -> dict[str, Box]:
    """Give the lanes as large as what stands in them needs; `head` is the height that their titles take."""
    if not lanes:
        return lanes
    border = style.FRAME_PADDING
    first, last = (
        min(lanes, key=lambda name: lanes[name].left),
        max(lanes, key=lambda name: lanes[name].right),
    )
    grown = {
        name: lane._replace(
            top=min(lane.top, inside.top - head), bottom=max(lane.bottom, inside.bottom + border)
        )
        for name, lane in lanes.items()
    }
    grown[first] = grown[first]._replace(left=min(grown[first].left, inside.left - border))
    grown[last] = grown[last]._replace(right=max(grown[last].right, inside.right + border))
    return grown


def _mirrored(boxes: dict[str, Box]) -> dict[str, Box]:
    return {name: box.mirrored() for name, box in boxes.items()}


def _heading(scene: Scene, frame: Frame, box: Box) -> Box:
    """Give the place of a lane's title: at its top, where one begins to read."""
    inset = style.FRAME_PADDING
    left = box.right - inset - frame.width if scene.right_to_left else box.left + inset
    return Box(left, box.top + inset, left + frame.width, box.top + inset + frame.height)
