"""Draws a placed scene as SVG.

Text stays text. The letters used are embedded as a font (some ten kilobytes), so
that a browser without the font shows what was measured, and no label outgrows
its box; programs that ignore embedded fonts fall back to common wide families.
Every line is anchored in its middle, where all painters agree, whatever the
direction of its script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, dist, radians, sin

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point
from stepladder_dsl.diagram.layout import Layout
from stepladder_dsl.diagram.markup import attribute
from stepladder_dsl.diagram.outline import corner_radius
from stepladder_dsl.diagram.page import Sheet, legend_lines, legend_svg, place, rows_svg, text_svg
from stepladder_dsl.diagram.rows import Row, height_of
from stepladder_dsl.diagram.scene import Arrow, Card, Frame, Scene

_STRAIGHT = 1e-6
"""How much a corner may turn and still be no corner."""


def sheet_of(scene: Scene, layout: Layout) -> Sheet:
    """Draw a scene: heading, diagram, legend, one below the other."""
    heading_height = height_of(scene.heading)
    heading_width = max((row.width for row in scene.heading), default=0.0)
    inner = max(layout.bounds.width, heading_width, 420.0 if scene.legend else 0.0)
    legend = list(legend_lines(scene.legend, inner))
    top = heading_height + style.HEADING_GAP
    shift = (inner - layout.bounds.width) / 2 - layout.bounds.left, top - layout.bounds.top
    legend_top = top + layout.bounds.height + style.LEGEND_GAP
    height = legend_top + style.LEGEND_ROW * len(legend) if legend else top + layout.bounds.height
    rtl = scene.right_to_left
    parts = [
        *rows_svg(scene.heading, 0.0, 0.0, inner, rtl),
        f'<g transform="translate({shift[0]:.2f} {shift[1]:.2f})">',
        *_diagram(scene, layout),
        "</g>",
        *legend_svg(legend, legend_top, inner, rtl),
    ]
    return Sheet(inner, height, f"<g data-process={attribute(scene.process)}>" + "\n".join(parts) + "</g>")


def texts_of(scene: Scene) -> Iterator[tuple[bool, str]]:
    """Yield every line that the picture shows, with whether it is bold."""
    groups: Iterable[tuple[Row, ...]] = (
        scene.heading,
        scene.legend,
        *(card.rows for card in scene.cards),
        *(arrow.rows for arrow in scene.arrows),
        *(frame.rows for frame in scene.frames),
    )
    for rows in groups:
        for row in rows:
            for line in row.block.lines:
                yield row.block.bold, row.block.shown(line)


def _diagram(scene: Scene, layout: Layout) -> Iterator[str]:
    """Yield the drawing from the back to the front."""
    labels = list(layout.labels.values())
    for frame in scene.frames:
        yield _frame(frame, layout.frames[frame.id], labels)
    for arrow in scene.arrows:
        yield _arrow(arrow, layout.lines[arrow.id])
    for frame in scene.frames:
        yield from _heading(frame, layout.headings[frame.id], scene.right_to_left)
    for card in scene.cards:
        yield _card(card, layout.cards[card.id], scene.right_to_left)
    for arrow in scene.arrows:
        if arrow.rows:
            yield from _label(arrow, layout.labels[arrow.id])


def _frame(frame: Frame, box: Box, labels: Iterable[Box]) -> str:
    fill = style.frame_fill(frame.depth)
    outline = f' rx="12" stroke="{style.FRAME_LINE}"' if frame.outlined else ""
    cut = [label for label in labels if label.meets(box) and not box.holds(label)]
    if not outline or not cut:
        return f'<rect class="phase" data-name={attribute(frame.id)} {place(box)} fill="{fill}"{outline}/>'
    # A label on the border interrupts it, so that no line runs through the words.
    border = f'<path d="{_border(box, cut)}" fill="none" stroke="{style.FRAME_LINE}"/>'
    ground = f'<rect class="phase" data-name={attribute(frame.id)} {place(box)} fill="{fill}" rx="12"/>'
    return ground + border


def _border(box: Box, cut: Iterable[Box]) -> str:
    """Give the border of a phase without the pieces that lie behind labels."""
    holes = [label.grown(1.0) for label in cut]
    pieces: list[list[Point]] = [[]]
    for point in _around(box, 12.0):
        if any(hole.holds(Box(*point, *point)) for hole in holes):
            pieces.append([])
        else:
            pieces[-1].append(point)
    return " ".join("M" + " ".join(map(_point, _ends_of_runs(piece))) for piece in pieces if len(piece) > 1)


def _around(box: Box, radius: float) -> Iterator[Point]:
    """Yield points along a box with round corners, close to each other, from its top left on and back."""
    left, top, right, bottom = box.grown(-radius)
    corners = (((right, top), -90), ((right, bottom), 0), ((left, bottom), 90), ((left, top), 180))
    last = left, box.top
    yield last
    for (x, y), degrees in corners:
        for step in range(7):
            angle = radians(degrees + 15 * step)
            point = x + radius * cos(angle), y + radius * sin(angle)
            pieces = max(int(dist(last, point)), 1)
            for n in range(1, pieces + 1):
                yield (
                    last[0] + (point[0] - last[0]) * n / pieces,
                    last[1] + (point[1] - last[1]) * n / pieces,
                )
            last = point
    yield left, box.top


def _ends_of_runs(points: list[Point]) -> Iterator[Point]:
    """Yield points without those in the middle of a straight run."""
    yield points[0]
    for (x, y), here, (to_x, to_y) in zip(points, points[1:], points[2:], strict=False):
        if abs((here[0] - x) * (to_y - y) - (here[1] - y) * (to_x - x)) > _STRAIGHT:
            yield here
    yield points[-1]


def _heading(frame: Frame, box: Box, rtl: bool) -> Iterator[str]:
    # A line that no place along the top avoids passes behind the words.
    yield f'<rect {place(box.grown(2))} fill="{style.frame_fill(frame.depth)}"/>'
    yield from rows_svg(frame.rows, box.left, box.top, box.width, rtl)


def _card(card: Card, box: Box, rtl: bool) -> str:
    outline = "".join(_outline(card, box))
    left, width = box.left + card.side, box.width - 2 * card.side
    top = box.top + style.CARD_PADDING
    title = rows_svg(card.rows[:1], left, top, width, rtl)
    below = top + card.rows[0].block.height + style.CARD_GAP
    rest = rows_svg(card.rows[1:], left, below, width, rtl)
    inside = "\n".join((*title, *rest))
    return f'<g class="stage" data-name={attribute(card.id)}>{outline}\n{inside}</g>'


def _outline(card: Card, box: Box) -> Iterator[str]:
    """Yield the shape of a card: rounded, a pill (won), cut corners (lost), a double frame (neutral)."""
    look = style.CARDS[card.shape]
    if card.quiet:
        look = style.QUIET_CARD
    paint = f'fill="{look.fill}" stroke="{look.line}" stroke-width="{look.width}"'
    if card.shape == "lost":
        yield f'<path d="{_cut_corners(box, style.LOST_CUT)}" {paint}/>'
        return
    radius = corner_radius(card, box)
    yield f'<rect {place(box)} rx="{radius:g}" {paint}/>'
    if card.shape == "neutral":
        inner = Box(box.left + 3.5, box.top + 3.5, box.right - 3.5, box.bottom - 3.5)
        yield f'<rect {place(inner)} rx="1" fill="none" stroke="{look.line}" stroke-width="0.9"/>'


def _cut_corners(box: Box, cut: float) -> str:
    corners = (
        (box.left + cut, box.top),
        (box.right - cut, box.top),
        (box.right, box.top + cut),
        (box.right, box.bottom - cut),
        (box.right - cut, box.bottom),
        (box.left + cut, box.bottom),
        (box.left, box.bottom - cut),
        (box.left, box.top + cut),
    )
    return "M" + " ".join(_point(corner) for corner in corners) + "Z"


def _arrow(arrow: Arrow, line: Line) -> str:
    colour, width = style.WAYS[arrow.look], arrow.thickness
    ends = f"data-from={attribute(arrow.tail)} data-to={attribute(arrow.head)}"
    drawn = _line(line, colour, _dashes(style.STROKES[arrow.kind], width), width)
    return f'<g class="{arrow.kind}" id="{arrow.id}" {ends}>{drawn}</g>'


def _dashes(stroke: style.Stroke, width: float) -> str | None:
    """Give the dashes of a line and what lies between: the round ends of a wide line would fill that."""
    if stroke.dashes is None or width <= stroke.width:
        return stroke.dashes
    dash, gap = map(float, stroke.dashes.split())
    return f"{dash:g} {gap + width - stroke.width:.4g}"


def _line(line: Line, colour: str, dashes: str | None, thickness: float) -> str:
    """Draw a spline with its head."""
    first, *rest = line.points
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    cap = ' stroke-linecap="round"' if dashes else ""
    path = f"M{_point(first)} C" + " ".join(_point(point) for point in rest)
    width = f'stroke-width="{thickness:.4g}"'
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" {width}{dashed}{cap}/>'
        f'<path d="{_head(line, style.wing(thickness))}" fill="{colour}"/>'
    )


def _head(line: Line, wing: float) -> str:
    """Give the triangle from the end of the spline to the tip."""
    (x, y), (tip_x, tip_y) = line.points[-1], line.tip
    dx, dy = tip_x - x, tip_y - y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    across, down = -dy / length * wing, dx / length * wing
    return f"M{_point((x + across, y + down))} {_point(line.tip)} {_point((x - across, y - down))}Z"


def _label(arrow: Arrow, box: Box) -> Iterator[str]:
    """Yield the lines of a label, each in the middle of its box."""
    x, _ = box.centre
    y = box.top + style.LABEL_PADDING / 2
    for row in arrow.rows:
        for line in row.block.lines:
            yield text_svg(row, line, x, y)
            y += row.block.line_height


def _point(point: Point) -> str:
    return f"{point[0]:.2f},{point[1]:.2f}"
