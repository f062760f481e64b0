"""Draws a placed scene as SVG.

Text stays text. The letters used are embedded as a font (some ten kilobytes), so
that a browser without the font shows what was measured, and no label outgrows
its box; programs that ignore embedded fonts fall back to common wide families.
Every line is anchored in its middle, where all painters agree, whatever the
direction of its script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point
from stepladder_dsl.diagram.layout import Layout
from stepladder_dsl.diagram.markup import attribute
from stepladder_dsl.diagram.outline import corner_radius
from stepladder_dsl.diagram.page import Sheet, legend_lines, legend_svg, place, rows_svg, text_svg
from stepladder_dsl.diagram.rows import Row, height_of
from stepladder_dsl.diagram.scene import Arrow, Card, Frame, Scene


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
    for frame in scene.frames:
        yield _frame(frame, layout.frames[frame.id])
    for arrow in scene.arrows:
        yield _arrow(arrow, layout.lines[arrow.id])
    for frame in scene.frames:
        yield from _heading(frame, layout.headings[frame.id], scene.right_to_left)
    for card in scene.cards:
        yield _card(card, layout.cards[card.id], scene.right_to_left)
    for arrow in scene.arrows:
        if arrow.rows:
            yield from _label(arrow, layout.labels[arrow.id])


def _frame(frame: Frame, box: Box) -> str:
    fill = style.frame_fill(frame.depth)
    outline = f' rx="12" stroke="{style.FRAME_LINE}"' if frame.outlined else ""
    return f'<rect class="phase" data-name={attribute(frame.id)} {place(box)} fill="{fill}"{outline}/>'


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
    stroke = style.STROKES[arrow.kind]
    colour, width = stroke.colour, arrow.stroke_width
    if arrow.traffic:
        if not arrow.traffic.count:
            colour = style.UNUSED
        elif arrow.traffic.lost:
            colour = style.LOST_WAY
    ends = f"data-from={attribute(arrow.tail)} data-to={attribute(arrow.head)}"
    drawn = _line(line, colour, _dashes(stroke, width), arrow)
    return f'<g class="{arrow.kind}" id="{arrow.id}" {ends}>{drawn}</g>'


def _dashes(stroke: style.Stroke, width: float) -> str | None:
    """Give the dashes of a line and what lies between: the round ends of a wide line would fill that."""
    if stroke.dashes is None or width <= stroke.width:
        return stroke.dashes
    dash, gap = map(float, stroke.dashes.split())
    return f"{dash:g} {gap + width - stroke.width:.4g}"


def _line(line: Line, colour: str, dashes: str | None, arrow: Arrow) -> str:
    """Draw a spline with its head."""
    first, *rest = line.points
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    cap = ' stroke-linecap="round"' if dashes else ""
    path = f"M{_point(first)} C" + " ".join(_point(point) for point in rest)
    width = f'stroke-width="{arrow.stroke_width:.4g}"'
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" {width}{dashed}{cap}/>'
        f'<path d="{_head(line, arrow.wing)}" fill="{colour}"/>'
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
