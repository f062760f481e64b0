"""Draws a placed scene as SVG.

Text stays text. The letters used are embedded as a font (some ten kilobytes), so
that a browser without the font shows what was measured, and no label outgrows
its box; programs that ignore embedded fonts fall back to common wide families.
Every line is anchored in its middle, where all painters agree, whatever the
direction of its script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point
from stepladder_dsl.diagram.layout import Layout, corner_radius
from stepladder_dsl.diagram.marks import mark_svg
from stepladder_dsl.diagram.scene import Arrow, Card, Frame, Row, Scene
from stepladder_dsl.diagram.text import embedded_font


@dataclass(frozen=True)
class Sheet:
    """The drawing of one process."""

    width: float
    height: float
    body: str


def sheet_of(scene: Scene, layout: Layout) -> Sheet:
    """Draw a scene: heading, diagram, legend, one below the other."""
    heading_height = _rows_height(scene.heading)
    heading_width = max((row.width for row in scene.heading), default=0.0)
    inner = max(layout.bounds.width, heading_width, 420.0 if scene.legend else 0.0)
    legend = list(_legend_lines(scene.legend, inner))
    top = heading_height + style.HEADING_GAP
    shift = (inner - layout.bounds.width) / 2 - layout.bounds.left, top - layout.bounds.top
    legend_top = top + layout.bounds.height + style.LEGEND_GAP
    height = legend_top + style.LEGEND_ROW * len(legend) if legend else top + layout.bounds.height
    rtl = scene.right_to_left
    parts = [
        *_rows(scene.heading, 0.0, 0.0, inner, rtl),
        f'<g transform="translate({shift[0]:.2f} {shift[1]:.2f})">',
        *_diagram(scene, layout),
        "</g>",
        *_legend(legend, legend_top, inner, rtl),
    ]
    return Sheet(inner, height, f"<g data-process={quoteattr(scene.process)}>" + "\n".join(parts) + "</g>")


def page(sheets: list[Sheet], language: str, title: str, texts: dict[bool, set[str]]) -> str:
    """Put the drawings of processes below each other on one page."""
    margin = style.PAGE_MARGIN
    width = max((sheet.width for sheet in sheets), default=0.0) + 2 * margin
    parts: list[str] = []
    y = margin
    for sheet in sheets:
        parts.append(
            f'<g transform="translate({(width - sheet.width) / 2:.2f} {y:.2f})">\n{sheet.body}\n</g>'
        )
        y += sheet.height + margin
    height = max(y, margin * 2)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" xml:lang={quoteattr(language)} '
        f'font-family="{style.FONT_FAMILY}">\n<title>{escape(title)}</title>\n<style>{_fonts(texts)}</style>\n'
        f'<rect width="100%" height="100%" fill="{style.PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


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


def _fonts(texts: dict[bool, set[str]]) -> str:
    faces = []
    for bold, lines in sorted(texts.items()):
        if lines:
            address = embedded_font(sorted(lines), bold=bold)
            weight = "bold" if bold else "normal"
            source = f"src:url({address}) format('truetype')"
            faces.append(f"@font-face{{font-family:'{style.FONT}';font-weight:{weight};{source}}}")
    return "".join(faces)


def _rows_height(rows: Iterable[Row]) -> float:
    return sum(row.block.height for row in rows)


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
    return (
        f'<rect class="phase" data-name={quoteattr(frame.id)} {_place(box)} rx="12" fill="{fill}" '
        f'stroke="{style.FRAME_LINE}"/>'
    )


def _heading(frame: Frame, box: Box, rtl: bool) -> Iterator[str]:
    # A line that no place along the top avoids passes behind the words.
    yield f'<rect {_place(box.grown(2))} fill="{style.frame_fill(frame.depth)}"/>'
    yield from _rows(frame.rows, box.left, box.top, box.width, rtl)


def _card(card: Card, box: Box, rtl: bool) -> str:
    outline = "".join(_outline(card, box))
    left, width = box.left + card.side, box.width - 2 * card.side
    top = box.top + style.CARD_PADDING
    title = _rows(card.rows[:1], left, top, width, rtl)
    below = top + card.rows[0].block.height + style.CARD_GAP
    rest = _rows(card.rows[1:], left, below, width, rtl)
    inside = "\n".join((*title, *rest))
    return f'<g class="stage" data-name={quoteattr(card.id)}>{outline}\n{inside}</g>'


def _outline(card: Card, box: Box) -> Iterator[str]:
    """Yield the shape of a card: rounded, a pill (won), cut corners (lost), a double frame (neutral)."""
    look = style.CARDS[card.shape]
    paint = f'fill="{look.fill}" stroke="{look.line}" stroke-width="{look.width}"'
    if card.shape == "lost":
        yield f'<path d="{_cut_corners(box, style.LOST_CUT)}" {paint}/>'
        return
    radius = corner_radius(card, box)
    yield f'<rect {_place(box)} rx="{radius:g}" {paint}/>'
    if card.shape == "neutral":
        inner = Box(box.left + 3.5, box.top + 3.5, box.right - 3.5, box.bottom - 3.5)
        yield f'<rect {_place(inner)} rx="1" fill="none" stroke="{look.line}" stroke-width="0.9"/>'


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
    ends = f"data-from={quoteattr(arrow.tail)} data-to={quoteattr(arrow.head)}"
    drawn = _line(line, stroke.colour, stroke.dashes, stroke.width)
    return f'<g class="{arrow.kind}" id="{arrow.id}" {ends}>{drawn}</g>'


def _line(line: Line, colour: str, dashes: str | None, width: float) -> str:
    """Draw a spline with its head."""
    first, *rest = line.points
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    cap = ' stroke-linecap="round"' if dashes else ""
    path = f"M{_point(first)} C" + " ".join(_point(point) for point in rest)
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}{cap}/>'
        f'<path d="{_head(line)}" fill="{colour}"/>'
    )


def _head(line: Line) -> str:
    """Give the triangle from the end of the spline to the tip."""
    (x, y), (tip_x, tip_y) = line.points[-1], line.tip
    dx, dy = tip_x - x, tip_y - y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    across, down = -dy / length * style.ARROW_LENGTH * 0.45, dx / length * style.ARROW_LENGTH * 0.45
    return f"M{_point((x + across, y + down))} {_point(line.tip)} {_point((x - across, y - down))}Z"


def _label(arrow: Arrow, box: Box) -> Iterator[str]:
    """Yield the lines of a label, each in the middle of its box."""
    x, _ = box.centre
    y = box.top + style.LABEL_PADDING / 2
    for row in arrow.rows:
        for line in row.block.lines:
            yield _text(row, line, x, y)
            y += row.block.line_height


def _rows(rows: Iterable[Row], left: float, top: float, width: float, rtl: bool) -> Iterator[str]:
    """Yield rows below each other, from the side where reading starts."""
    y = top
    for row in rows:
        if row.mark:
            x = left + width - row.mark_width if rtl else left
            yield mark_svg(row.mark, x, y + (row.block.line_height - style.MARK_SIZE) / 2, mirrored=rtl)
        for line in row.block.lines:
            half = _line_width(row, line) / 2
            middle = left + width - row.indent - half if rtl else left + row.indent + half
            yield _text(row, line, middle, y)
            y += row.block.line_height


def _line_width(row: Row, line: str) -> float:
    from stepladder_dsl.diagram.text import text_width

    return text_width(line, row.block.size, bold=row.block.bold)


def _text(row: Row, line: str, middle: float, top: float) -> str:
    """Write one line; the baseline lies where capitals look centred."""
    block = row.block
    baseline = top + block.line_height / 2 + block.size * 0.36
    weight = ' font-weight="bold"' if block.bold else ""
    return (
        f'<text x="{middle:.2f}" y="{baseline:.2f}" font-size="{block.size:g}"{weight} fill="{row.ink}" '
        f'text-anchor="middle">{escape(block.shown(line))}</text>'
    )


def _legend_lines(legend: tuple[Row, ...], width: float) -> Iterator[list[Row]]:
    """Yield the legend in lines that fit the width."""
    line: list[Row] = []
    used = 0.0
    for row in legend:
        if line and used + row.width > width:
            yield line
            line, used = [], 0.0
        line.append(row)
        used += row.width + style.LEGEND_GAP
    if line:
        yield line


def _legend(lines: list[list[Row]], top: float, width: float, rtl: bool) -> Iterator[str]:
    if not lines:
        return
    yield f'<path d="M0 {top - 8:.2f}H{width:.2f}" stroke="{style.RULE}" stroke-width="1"/>'
    for number, line in enumerate(lines):
        x = 0.0
        for row in line:
            left = width - x - row.width if rtl else x
            yield from _rows((row,), left, top + number * style.LEGEND_ROW, row.width, rtl)
            x += row.width + style.LEGEND_GAP


def _place(box: Box) -> str:
    return f'x="{box.left:.2f}" y="{box.top:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'


def _point(point: Point) -> str:
    return f"{point[0]:.2f},{point[1]:.2f}"
